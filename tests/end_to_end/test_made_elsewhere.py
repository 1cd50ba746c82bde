"""Jobs that are made where roots have other names than on the boxes that run them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools
from tests.end_to_end.coloured_bars import mixed, write_cube
from tests.end_to_end.test_cards_and_sequences import make_sequence, p2_card
from tests.recorded_apart import ONE_O_CLOCK, make_picture
from tests.sidecar.calling import Proxx, make_proxx, record
from tests.support import MakeClip
from tests.waves import Wave

__all__ = ["p2_card"]

REAL = ("apple_prores_lt.mov", "dv_pal_i.mov", "imx_525.mov")
LUT = "it's a [look], 50%;.cube"
WORDS = (
    *("--profile", "h264", "--batch", "day 1", "--sequence-rate", "24", "--sound-only"),
    *("--burn-in", "timecode-or-zero@bottom"),
)


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)


@pytest.fixture
def raid(
    proxx: Proxx, shared_media: Path, make_clip: MakeClip, tools: Tools, p2_card: Path
) -> Path:
    """A root with clips of all kinds, their sound and a look."""
    root = proxx.folder / "mnt" / "raid"
    (root / "footage").mkdir(parents=True)
    for name in REAL:
        shutil.copyfile(shared_media / name, root / "footage" / name)
    make_sequence(tools, root / "footage" / "shots", "a%%_{:06d}.dpx")
    p2_card.rename(root / "footage" / "card")
    shutil.copyfile(make_picture(make_clip, "shot.mov"), root / "footage" / "shot.mov")
    Wave(ONE_O_CLOCK + 480, 90_000, names=["Boom"]).write(root / "sound" / "T01.WAV")
    write_cube(root, mixed)
    return root


def create(proxx: Proxx, root: str, *more: object) -> None:
    """Make all jobs; every name on the command line is below the root, which ends in its slash."""
    named = {"--out": "out", "--sound": "sound", "--lut": LUT}
    words = [word for option, name in named.items() for word in (option, f"{root}{name}")]
    said = proxx("create", f"{root}footage", *words, *WORDS, *more)
    assert said.code == 0, said.err


def asked(folder: Path) -> dict[str, Any]:
    """What the jobs of a folder ask for, without what tells one act from another."""
    jobs = {path.name.split(".")[0]: json.loads(path.read_bytes()) for path in _jobs(folder)}
    return {name: job | {"job_id": "", "created_at": ""} for name, job in sorted(jobs.items())}


def _jobs(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.job.json"))
    assert len(found) == len(REAL) + 3
    return found


def made(folder: Path) -> list[tuple[Any, ...]]:
    """What the results of a folder say was made of what, under which names, with which bytes."""
    results = [json.loads(path.read_bytes()) for path in folder.rglob("*.result.json")]
    return sorted(
        (
            *(result["jobspec_fingerprint"], clip["source"], clip["output"]["path"]),
            *(clip["status"], clip["output_sha256"], _plain(clip["invocation"]["command"])),
        )
        for result in results
        for clip in result["clips"]
    )


def _plain(command: list[str]) -> list[str]:
    """A command without the job's own id, which is another in each act."""
    return [re.sub(r"\.proxx-[0-9a-f]{8}", ".proxx", word) for word in command]


def test_a_job_made_under_other_names_is_the_job_and_makes_the_proxies_of_the_boxes(
    raid: Path, proxx: Proxx
) -> None:
    create(proxx, f"{raid}/")
    assert proxx("run", raid / "out").code == 0
    there = proxx.folder / "made there"
    (raid / "out").rename(there)
    laptop = raid.rename(proxx.folder / "Volumes")
    before = record(laptop)
    maps = ("--path-map", f"{raid}={laptop}")
    for root in (raid, laptop):
        create(proxx, f"{root}/", *maps)
        assert asked(laptop / "out") == asked(there), "whoever made it, and however it was named"
        made_here = record(laptop / "out")
        assert not any(str(laptop).encode() in p.read_bytes() for p in _jobs(laptop / "out"))
        shutil.rmtree(laptop / "out")
    assert not raid.exists()
    assert record(laptop) == before
    assert len(made_here) == len(REAL) + 3
    create(proxx, f"{laptop}/", *maps)
    box = laptop.rename(proxx.folder / "box")
    assert proxx("run", box / "out", "--path-map", f"{raid}={box}").code == 0
    assert made(box / "out") == made(there)
    assert proxx("results", box / "out", "--verify").code == 0


@pytest.mark.parametrize(
    ("root", "typed"),
    [
        pytest.param("Z:\\", ("Z:\\", "z:/"), id="a drive"),
        pytest.param(
            *("\\\\nas\\raid", ("\\\\NAS\\raid\\", "//nas/raid/")),
            id="a share",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_jobs_for_boxes_of_another_system_are_made_and_run_here(
    root: str, typed: tuple[str, ...], raid: Path, proxx: Proxx
) -> None:
    maps = ("--path-map", f"{root}={raid}")
    create(proxx, f"{raid}/", *maps)
    first = asked(raid / "out")
    paths = [clip["source"]["files"] for job in first.values() for clip in job["clips"]]
    below = f"{root.rstrip(chr(92))}\\"
    assert all(
        name.startswith((f"{below}footage", f"{below}sound")) for each in paths for name in each
    )
    assert {job["output"]["directory"] for job in first.values()} == {f"{below}out"}
    assert {job["profile"]["look"]["lut"]["path"] for job in first.values()} == {f"{below}{LUT}"}
    for name in typed:
        shutil.rmtree(raid / "out")
        create(proxx, name, *maps)
        assert asked(raid / "out") == first
    box = raid.rename(proxx.folder / "box")
    assert proxx("run", box / "out", "--path-map", f"{root}={box}").code == 0
    assert proxx("results", box / "out", "--verify").code == 0
    assert sorted(path.name for path in proxx.folder.iterdir()) == ["box", "mnt"]
