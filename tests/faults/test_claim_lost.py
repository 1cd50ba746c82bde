"""A job whose lock was taken away while it ran publishes nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import Tools, execution_adapter, place_of_job, read_journal
from proxx_engine.system.files import hash_file
from tests.faults.scenes import leavings
from tests.support import MakeClip, execute, make_job

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


class TakesTheLockAway:
    """Stop flags that are never set; looking at them removes the job's lock."""

    soft = False
    lost = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def hard(self) -> bool:
        for lock in self._folder.glob("*.lock"):
            lock.unlink()
        return False


def test_a_lost_claim_publishes_nothing(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    out = tmp_path / "out"
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    ran = execute(spec, out, tools, stop=TakesTheLockAway(out))
    failure = ran.result.clips[0].failure
    assert failure is not None
    assert (failure.code, failure.stage) == ("CLAIM_LOST", "publication")
    assert not list(out.glob("*.mov"))
    assert not list(out.glob("*.result.json")), "the record is another's now"
    assert [issue.code for issue in ran.result.issues] == ["CLAIM_LOST"]
    journal = place_of_job(ran.job_file).journal
    assert "lock_released" not in [fact["event"] for fact in read_journal(journal)]


@dataclass
class LostWhen:
    """Stop flags of a worker whose claim is taken away once something is there."""

    seen: Callable[[], bool]
    soft: bool = False
    hard: bool = False
    was_seen: bool = False

    @property
    def lost(self) -> bool:
        self.was_seen = self.was_seen or self.seen()
        return self.was_seen


def test_who_lost_the_claim_publishes_nothing_though_the_lock_stands(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    lost = LostWhen(lambda: any(out.glob(".proxx-*/clip.mov")))
    ran = execute(spec, out, tools, stop=lost)
    failure = ran.result.clips[0].failure
    assert failure is not None
    assert (failure.code, failure.stage) == ("CLAIM_LOST", "publication")
    assert not list(out.glob("*.mov"))
    assert leavings(out) == [place_of_job(ran.job_file).lock.name], "it waits to be settled"


def test_who_lost_the_claim_begins_no_clip_and_keeps_the_result_to_himself(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    ran = execute(spec, out, tools, stop=LostWhen(lambda: True))
    assert ran.result.failure is not None
    assert ran.result.failure.code == "CLAIM_LOST"
    assert ran.result.clips[0].invocation.executed_command is None
    assert not list(out.glob("*.result.json"))


def test_a_claim_lost_while_the_proxy_is_hashed_publishes_nothing(
    make_clip: MakeClip, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)

    def hash_and_lose(path: Path) -> str:
        for lock in out.glob("*.lock"):
            lock.write_text("another's")
        return hash_file(path)

    monkeypatch.setattr(execution_adapter, "hash_file", hash_and_lose)
    ran = execute(spec, out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "CLAIM_LOST"
    assert not list(out.glob("*.mov")) + list(out.glob("*.result.json"))
    assert [lock.read_text() for lock in out.glob("*.lock")] == ["another's"]


def test_a_link_below_the_output_folder_is_not_followed(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    spec = make_job(make_clip("clip.mov", *PICTURE), out, tools)
    (out / "sub").symlink_to(elsewhere)
    clip = spec.clips[0].model_copy(update={"output_subdirectory": "sub"})
    ran = execute(spec.model_copy(update={"clips": (clip,)}), out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SPEC_OUTSIDE_ROOT"
    assert list(elsewhere.iterdir()) == []
