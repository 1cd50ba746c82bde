"""A bundle of six tasks, each of which came to something else; and what is called over it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import identify_process, place_of_job
from sidecar.cli.main import main
from tests.sidecar.calling import PICTURE, Proxx
from tests.support import MakeClip

PAGE = "proxx-report.html"


def call(*words: object) -> int:
    with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence):
        return main([str(word) for word in words])


def job(bundle: Path, number: int) -> Path:
    (path,) = (bundle / "jobs" / f"{number:06d}").glob("*.job.json")
    return path


def begin(job_file: Path, **owner: Any) -> None:
    """Leave a job as one does that was begun, and whose process is another."""
    place = place_of_job(job_file)
    who = dataclasses.asdict(identify_process()) | owner
    lock = {"owner": who, "nonce": "n", "taken_at": "2026-02-13T20:15:00.000Z"}
    place.lock.write_text(json.dumps(lock))
    facts = [{"event": "lock_taken", "owner": who, "nonce": "n"}, {"event": "job_started"}]
    lines = [json.dumps({"time": "2026-02-13T20:15:00.000Z", "clips": 1, **f}) for f in facts]
    place.journal.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def night(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of six tasks: proven, failed, not run, interrupted, another host's, half recorded.

    The last has its result beside its proxy alone.
    """
    place = tmp_path_factory.mktemp("night")
    clip = make_clip("clip.mov", *PICTURE, "-movflags", "+faststart").read_bytes()
    (place / "footage").mkdir()
    for name in "ABCDEF":
        kept = clip[: len(clip) * 2 // 3] if name == "B" else clip
        (place / "footage" / f"{name}.mov").write_bytes(kept)
    bundle, out = place / "bundle", place / "out"
    assert call("create", place / "footage", "--out", out, "--batch", "night 3") == 0
    assert call("farm", "export", out, "--bundle", bundle) == 0
    roots = json.loads((bundle / "jobs" / "roots.json").read_text())
    given = [word for name, root in roots.items() for word in ("--root", f"{name}={root}")]
    for number, code in ((1, 0), (2, 1), (6, 0)):
        assert call("farm", "task", bundle / "jobs", number, *given) == code
    begin(job(bundle, 4), process_mark="1", process_started=1.0)
    begin(job(bundle, 5), host="blade7", machine_id="another")
    place_of_job(job(bundle, 6)).result.unlink()
    return bundle


@pytest.fixture
def moved(night: Path, tmp_path: Path) -> Path:
    """The bundle, copied to where nobody expected it."""
    return shutil.copytree(night, tmp_path / "moved here")


@pytest.fixture
def proxx(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proxx:
    return Proxx(tmp_path, tmp_path / "no clip", capsys)


def keep(bundle: Path, *numbers: int, tasks: int) -> None:
    """Leave these tasks of a bundle, and let its template tell of so many."""
    for number in set(range(1, 7)) - set(numbers):
        shutil.rmtree(job(bundle, number).parent)
    template = bundle / "template.json"
    template.write_text(template.read_text().replace('"1-6"', f'"1-{tasks}"'))


def states(told: Any) -> list[str]:
    return [task["state"] for task in told["tasks"]]
