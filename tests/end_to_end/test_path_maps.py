"""One JobSpec on machines that call its roots otherwise: the same proxies, the same results."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import (
    CreationRequest,
    JobSpec,
    PathMap,
    PlaceError,
    ProfileSpec,
    Tools,
    create_jobs,
    find_profile,
    look_at_place,
    place_of_job,
    read_journal,
    settle_job,
)
from proxx_engine.planning.path_maps import map_spec
from tests.end_to_end.coloured_bars import identity, with_lut, write_cube
from tests.end_to_end.results_compared import differences
from tests.end_to_end.test_cards_and_sequences import make_sequence, p2_card
from tests.faults.dying import die_at_note, run_and_die
from tests.faults.scenes import leavings, proxies, write_jobs
from tests.support import CREATED_BY, WORKER, MakeClip, Ran, execute

__all__ = ["p2_card"]

CLIP = (
    *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4"),
    *("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.4"),
    *("-c:v", "mpeg4", "-c:a", "pcm_s16le", "-timecode", "01:00:00:00"),
)
ODD = "A [1] it's two.mov"
"""A name that FFmpeg's output list needs escapes for."""


@pytest.fixture
def shoot(tmp_path: Path, make_clip: MakeClip) -> Path:
    """A root with footage of an odd name, and a folder for proxies."""
    root = tmp_path / "the shoot"
    for folder in ("footage", "out"):
        (root / folder).mkdir(parents=True)
    (root / "footage" / ODD).write_bytes(make_clip("clip.mov", *CLIP).read_bytes())
    return root


def make_spec(root: Path, tools: Tools, profile: ProfileSpec | None = None) -> JobSpec:
    """The JobSpec of the only clip below a root."""
    chosen = profile or find_profile("prores_proxy")
    request = CreationRequest((root / "footage",), root / "out", chosen, CREATED_BY)
    (job,) = create_jobs(request, prober=tools.prober).jobs
    return job.spec


def mapping(tools: Tools, *pairs: tuple[str | Path, str | Path]) -> Tools:
    """The tools of a machine that calls roots otherwise."""
    maps = tuple(PathMap(written=str(written), local=str(local)) for written, local in pairs)
    return dataclasses.replace(tools, path_maps=maps)


def written_elsewhere(spec: JobSpec, root: Path, name: str) -> JobSpec:
    """The same job as a machine would write it that calls the root by another name."""
    return map_spec(spec, (PathMap(written=str(root), local=name),))


def run(spec: JobSpec, tools: Tools, jobs: Path) -> Ran:
    """Execute a job whose file lies apart from its proxies."""
    jobs.mkdir()
    ran = execute(spec, jobs, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    return ran


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_at_two_places(spec: JobSpec, root: Path, tools: Tools, tmp_path: Path) -> tuple[Ran, Ran]:
    """Run where the JobSpec was written; then where its root has moved, with a map."""
    one = run(spec, tools, tmp_path / "one")
    made = sha256(one.proxy)
    shutil.rmtree(root / "out")
    (root / "out").mkdir()
    moved = root.with_name("other name's root")
    root.rename(moved)
    other = run(spec, mapping(tools, (root, moved)), tmp_path / "two")
    proxy = moved / one.proxy.relative_to(root)
    assert sha256(proxy) == made == other.result.clips[0].output_sha256
    assert leavings(tmp_path) == []
    return one, other


def test_with_and_without_a_map_the_proxy_and_its_record_are_the_same(
    shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    lut = write_cube(shoot, identity, size=2)
    spec = make_spec(shoot, tools, with_lut(lut, "tv"))
    one, other = run_at_two_places(spec, shoot, tools, tmp_path)
    assert differences(one.result, other.result) == []
    executed = other.result.clips[0].invocation.executed_command
    assert executed is not None
    assert not any(str(shoot) in word for word in executed)
    assert any("other name's root/footage" in word for word in executed)
    used, before = other.result.environment_used, one.result.environment_used
    assert used is not None
    assert before is not None
    assert [path_map.written for path_map in used.path_maps] == [str(shoot)]
    assert before.path_maps == ()
    (beside,) = (shoot.with_name("other name's root") / "out").glob("*.result.json")
    assert beside.read_bytes() == place_of_job(other.job_file).result.read_bytes()


def test_numbered_pictures_may_be_called_otherwise(tools: Tools, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    make_sequence(tools, root / "footage", "a%%_{:06d}.dpx")
    request = CreationRequest(
        (root / "footage",),
        root / "out",
        find_profile("prores_proxy"),
        CREATED_BY,
        sequence_rate=Fraction(24),
    )
    (job,) = create_jobs(request, prober=tools.prober).jobs
    one, other = run_at_two_places(job.spec, root, tools, tmp_path)
    assert differences(one.result, other.result) == []


def test_sound_in_files_of_its_own_may_be_called_otherwise(
    p2_card: Path, tools: Tools, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    p2_card.rename(root / "footage")
    one, other = run_at_two_places(make_spec(root, tools), root, tools, tmp_path)
    assert differences(one.result, other.result) == []


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        pytest.param("P:\\shoot", "p:/SHOOT/", id="a drive"),
        pytest.param("\\\\nas\\raid\\shoot", "//NAS/raid/shoot", id="a share"),
        pytest.param("/Volumes/shoot", "/Volumes/shoot", id="a volume"),
    ],
)
def test_what_another_system_wrote_is_made_here(
    name: str, written_as: str, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = written_elsewhere(make_spec(shoot, tools), shoot, name)
    ran = run(spec, mapping(tools, (written_as, shoot)), tmp_path / "jobs")
    (clip,) = ran.result.clips
    slash = "\\" if "\\" in name else "/"
    assert clip.source == f"{name}{slash}footage{slash}{ODD}"
    assert clip.output.path == f"{name}{slash}out{slash}{ODD}"
    assert clip.output_sha256 == sha256(shoot / "out" / ODD)
    assert clip.invocation.command is not None
    assert any(word == f"file:{clip.source}" for word in clip.invocation.command)
    facts = read_journal(place_of_job(ran.job_file).journal)
    (begun,) = (fact for fact in facts if fact["event"] == "clip_started")
    assert begun["source"] == clip.source
    assert str(shoot) not in clip.stderr.text


@pytest.fixture
def strange_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder in which another system's paths would be names of folders."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / "P:\\shoot\\out").mkdir()
    yield here
    assert sorted(path.name for path in here.rglob("*")) == ["P:\\shoot\\out"]


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param((), id="no map"),
        pytest.param((("Q:\\", "/mnt"),), id="a map of another root"),
        pytest.param((("P:\\", "R:\\"),), id="a map to another system's root"),
    ],
)
@pytest.mark.usefixtures("strange_folder")
def test_a_path_of_another_system_that_no_map_covers_is_a_place_that_is_missing(
    pairs: tuple[tuple[str, str], ...], shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = written_elsewhere(make_spec(shoot, tools), shoot, "P:\\shoot")
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    elsewhere = mapping(tools, *pairs)
    result = execute(spec, jobs, elsewhere).result
    assert result.failure is not None
    assert result.failure.code == "STORAGE_OUTPUT_MISSING"
    assert "P:\\shoot\\out is" in result.failure.sentence
    why = "is mapped to R:\\shoot\\out" if ("P:\\", "R:\\") in pairs else "no path map covers it"
    assert why in result.failure.sentence
    codes = [issue.code for issue in result.issues]
    assert codes[:2] == ["STORAGE_OUTPUT_MISSING", "SOURCE_MISSING"]
    assert f"P:\\shoot\\footage\\{ODD} is" in result.issues[1].sentence
    assert [o.code for o in look_at_place(spec, elsewhere)] == ["STORAGE_OUTPUT_MISSING"]


def test_what_is_missing_is_told_by_both_its_names(
    shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = written_elsewhere(make_spec(shoot, tools), shoot, "P:\\shoot")
    (shoot / "footage" / ODD).unlink()
    result = execute(spec, tmp_path, mapping(tools, ("P:\\shoot", shoot))).result
    assert result.failure is not None
    assert result.failure.code == "SOURCE_MISSING"
    assert f"{shoot}/footage/{ODD} (P:\\shoot\\footage\\{ODD} in the" in result.failure.sentence


def test_two_names_of_one_folder_do_not_hide_that_the_proxy_is_the_source(
    shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    output = spec.output.model_copy(update={"directory": "/proxies"})
    spec = spec.model_copy(update={"output": output})
    here = mapping(tools, ("/proxies", shoot / "footage"))
    before = sha256(shoot / "footage" / ODD)
    result = execute(spec, tmp_path, here).result
    assert result.failure is not None
    assert result.failure.code == "OUTPUT_IS_SOURCE"
    assert sha256(shoot / "footage" / ODD) == before


@pytest.mark.parametrize("note", [3, 6, 7, 9])
def test_a_job_that_was_interrupted_is_settled_where_its_files_are(
    note: int, shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = written_elsewhere(make_spec(shoot, tools), shoot, "P:\\shoot")
    here = mapping(tools, ("P:\\shoot", shoot))
    (path,) = write_jobs(shoot, tmp_path, here, spec)
    assert run_and_die(spec, path, here, die_at_note(note, after=True)) == 9
    journal = place_of_job(path).journal
    with pytest.raises(PlaceError, match="no path map covers it"):
        settle_job(spec, journal_path=journal, worker=WORKER)
    result = settle_job(spec, journal_path=journal, worker=WORKER, path_maps=here.path_maps)
    made = ["COMPLETED"] if note >= 7 else ["FAILED"]
    assert [clip.status for clip in result.clips] == made
    assert proxies(shoot / "out") == ([ODD] if note >= 7 else [])
    assert result.clips[0].output.path == f"P:\\shoot\\out\\{ODD}"
    assert len(list((shoot / "out").glob("*.result.json"))) == 1
    assert leavings(tmp_path) == []


def test_a_folder_called_proxy_keeps_its_work_beside_it_by_its_name_here(
    shoot: Path, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(shoot, tools)
    output = spec.output.model_copy(update={"directory": "/job/Proxy"})
    spec = spec.model_copy(update={"output": output})
    seen: list[str] = []

    class Looks:
        soft = hard = False

        @property
        def lost(self) -> bool:
            seen.extend(leavings(shoot))
            return False

    result = execute(spec, tmp_path, mapping(tools, ("/job/Proxy", shoot / "out")), stop=Looks())
    assert result.result.status == "COMPLETED", result.result.failure
    assert any(name.startswith("out/.proxx-") for name in seen)
    assert os.listdir(shoot / "footage") == [ODD]
