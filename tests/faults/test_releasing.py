"""Whoever had the right to a job is gone, as a claim or a person says: also then only the truth."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    PlaceError,
    Tools,
    is_interrupted,
    place_of_job,
    plan_job,
    read_journal,
    settle_job,
    settled_result,
    settlement,
)
from proxx_engine.journal import JobPlace, Journal
from proxx_engine.system import identity
from proxx_engine.system.identity import identify_process
from proxx_engine.system.locks import OWNER, read_lock, take_lock
from tests.faults.dying import die_at_note, run_and_die
from tests.faults.scenes import is_over, leavings, proxies, start_orphan, write_jobs
from tests.support import WORKER, execute, make_job

ELSEWHERE: dict[str, Any] = {"host": "elsewhere", "machine_id": "another"}
GONE: dict[str, Any] = {"process_mark": "1", "process_started": 1.0}


@pytest.fixture
def job(clip: Path, tools: Tools, out: Path) -> tuple[JobSpec, JobPlace]:
    """A job that nobody has begun."""
    spec = make_job(clip, out, tools)
    (path,) = write_jobs(clip, out, tools, spec)
    return spec, place_of_job(path)


def write_lock(path: Path, **changes: object) -> None:
    """A lock of a process like us, but for the changes."""
    owner = dataclasses.asdict(identify_process()) | changes
    path.write_text(json.dumps({"owner": owner, "nonce": "n", "taken_at": "t"}))


def settle(spec: JobSpec, place: JobPlace, **options: Any) -> JobExecutionResult:
    return settle_job(spec, journal_path=place.journal, worker=WORKER, **options)


def refused(spec: JobSpec, place: JobPlace, **options: Any) -> str:
    with pytest.raises(PlaceError) as caught:
        settle(spec, place, **options)
    return caught.value.code


def code_of(result: JobExecutionResult) -> str | None:
    return result.failure.code if result.failure else None


def test_a_job_that_never_began_is_settled_on_the_word_of_its_claim(
    job: tuple[JobSpec, JobPlace], out: Path
) -> None:
    spec, place = job
    assert refused(spec, place) == "CLAIM_LOCKED"
    result = settle(spec, place, owner_gone=True)
    assert (code_of(result), result.clips[0].status) == ("CLAIM_INTERRUPTED", "NOT_RUN")
    assert place.result.exists()
    assert leavings(out) == []


def test_a_job_that_never_began_needs_no_output_folder(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    away = tmp_path / "away"
    spec = make_job(clip, away, tools)
    (path,) = write_jobs(clip, out, tools, spec)
    away.rmdir()
    result = settle(spec, place_of_job(path), owner_gone=True)
    assert code_of(result) == "CLAIM_INTERRUPTED"
    assert any("only record" in issue.sentence for issue in result.issues)
    assert not away.exists()


@pytest.mark.parametrize(
    "changes",
    [pytest.param(ELSEWHERE, id="another host's"), pytest.param({"pid": 1}, id="a living one's")],
)
def test_a_claim_says_nothing_of_a_lock_that_another_holds(
    job: tuple[JobSpec, JobPlace], changes: dict[str, object]
) -> None:
    spec, place = job
    if "pid" in changes:
        changes = {"pid": os.getppid(), "process_mark": _mark_of(os.getppid())}
    write_lock(place.lock, **changes)
    held = place.lock.read_bytes()
    assert refused(spec, place, owner_gone=True) == "CLAIM_LOCKED"
    assert place.lock.read_bytes() == held
    assert not place.journal.exists()


def _mark_of(pid: int) -> str:

    return identity._start_mark(pid) or ""


def test_a_claim_says_nothing_of_who_runs_the_job_without_a_lock(
    job: tuple[JobSpec, JobPlace],
) -> None:
    spec, place = job
    journal = Journal(place.journal)
    owner = dataclasses.asdict(identify_process()) | ELSEWHERE
    journal.note("lock_taken", owner=owner, nonce="n")
    journal.note("job_started", job_id=spec.job_id, clips=1, worker="w")
    assert refused(spec, place, owner_gone=True) == "CLAIM_LOCKED"


def test_a_job_that_ended_keeps_its_result(clip: Path, tools: Tools, out: Path) -> None:
    spec = make_job(clip, out, tools)
    ran = execute(spec, out, tools)
    for told in ({"owner_gone": True}, {"release_reason": "nobody heard"}):
        result = settle(spec, place_of_job(ran.job_file), **told)
        assert result == ran.result
    assert leavings(out) == []


def test_a_job_that_this_process_gave_up_can_be_settled_by_it(
    job: tuple[JobSpec, JobPlace], out: Path
) -> None:
    spec, place = job
    assert take_lock(place.lock) is not None
    Journal(place.journal).note("job_started", job_id=spec.job_id, clips=1, worker="w")
    assert refused(spec, place) == "CLAIM_LOCKED"
    assert code_of(settle(spec, place, owner_gone=True)) == "CLAIM_INTERRUPTED"
    assert leavings(out) == []


def test_a_settlement_that_fails_can_be_done_again_in_the_same_process(
    job: tuple[JobSpec, JobPlace], tools: Tools, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, place = job
    run_and_die(spec, place.journal.with_name(f"{place.stem}.job.json"), tools, _at_the_end())

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(place.result))

    with monkeypatch.context() as broken:
        broken.setattr(settled_result, "write_result", fail)
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            settle(spec, place)
    assert is_interrupted(place.journal)
    assert code_of(settle(spec, place)) == "CLAIM_INTERRUPTED"
    assert leavings(out) == []


def _at_the_end() -> Any:
    return die_at_note(3, after=True)


@pytest.fixture
def held_elsewhere(job: tuple[JobSpec, JobPlace], out: Path) -> tuple[JobSpec, JobPlace]:
    """The job in mid-encode on a host that nobody hears of."""
    spec, place = job
    plan = plan_job(spec)
    owner = dataclasses.asdict(identify_process()) | ELSEWHERE
    journal = Journal(place.journal)
    journal.note("lock_taken", owner=owner, nonce="n")
    journal.note("job_started", job_id=spec.job_id, clips=1, worker="w")
    journal.note("clip_started", index=0, source="s", work="w")
    write_lock(place.lock, **ELSEWHERE)
    write_lock(Path(plan.clips[0].reservation_path), **ELSEWHERE)
    work = Path(plan.work_folder)
    work.mkdir()
    write_lock(work / OWNER, **ELSEWHERE)
    (work / "clip.mov").write_bytes(b"half")
    return spec, place


def test_a_released_job_is_settled_whoever_held_it(
    held_elsewhere: tuple[JobSpec, JobPlace], out: Path
) -> None:
    spec, place = held_elsewhere
    assert refused(spec, place) == refused(spec, place, owner_gone=True) == "CLAIM_LOCKED"
    result = settle(spec, place, release_reason="box 3 burnt down")
    assert result.failure is not None
    assert result.failure.code == "CLAIM_RELEASED"
    assert result.clips[0].failure == result.failure
    (issue,) = result.issues
    assert (issue.code, "box 3 burnt down" in issue.sentence) == ("CLAIM_RELEASED", True)
    assert JobExecutionResult.model_validate_json(place.result.read_bytes()) == result
    assert leavings(out) == []


def test_a_released_job_that_never_began_says_why(job: tuple[JobSpec, JobPlace]) -> None:
    spec, place = job
    result = settle(spec, place, release_reason="wrong card")
    assert result.failure is not None
    assert result.failure.sentence.endswith(": wrong card")
    assert result.clips[0].status == "NOT_RUN"


def test_release_leaves_what_others_hold(
    held_elsewhere: tuple[JobSpec, JobPlace], out: Path
) -> None:
    spec, place = held_elsewhere
    reservation = Path(plan_job(spec).clips[0].reservation_path)
    write_lock(reservation, host="a third", machine_id="third")
    work = Path(plan_job(spec).work_folder)
    write_lock(work / OWNER, host="a third", machine_id="third")
    settle(spec, place, release_reason="r")
    assert reservation.exists()
    assert (work / "clip.mov").exists()


def test_a_proxy_that_stands_as_noted_counts_for_a_released_job_too(
    job: tuple[JobSpec, JobPlace], tools: Tools, out: Path
) -> None:
    spec, place = job
    run_and_die(spec, place.journal.with_name(f"{place.stem}.job.json"), tools, _after_publishing())
    result = settle(spec, place, release_reason="r")
    assert (result.status, [issue.code for issue in result.issues]) == (
        "COMPLETED",
        ["CLAIM_RELEASED"],
    )
    assert proxies(out) == ["clip.mov"]


def _after_publishing() -> Any:
    return die_at_note(7, after=True)


def test_who_was_released_by_mistake_publishes_nothing_and_unsays_nothing(
    clip: Path, tools: Tools, out: Path
) -> None:
    spec = make_job(clip, out, tools)
    settled: list[JobExecutionResult] = []

    class ReleasedMeanwhile:
        soft = hard = False

        @property
        def lost(self) -> bool:
            if any(out.glob(".proxx-*/clip.mov")) and not settled:
                (journal,) = out.glob("*.journal.jsonl")
                settled.append(settle(spec, JobPlace(journal), release_reason="r"))
            return False

    ran = execute(spec, out, tools, stop=ReleasedMeanwhile())
    assert code_of(ran.result) == "CLAIM_LOST"
    with_job = place_of_job(ran.job_file).result.read_bytes()
    assert JobExecutionResult.model_validate_json(with_job) == settled[0]
    assert (proxies(out), leavings(out)) == ([], [])


@pytest.fixture
def orphan(job: tuple[JobSpec, JobPlace]) -> Iterator[psutil.Process]:
    """An FFmpeg, as good as, that the dead process of a begun job left running."""
    spec, place = job
    write_lock(place.lock, **GONE)
    work = Path(plan_job(spec).work_folder)
    work.mkdir()
    write_lock(work / OWNER, **GONE)
    process = start_orphan(work, work / "clip.mov")
    yield process
    if process.is_running():
        os.killpg(process.pid, signal.SIGKILL)


def test_an_orphaned_ffmpeg_is_ended_before_its_files_are_touched(
    job: tuple[JobSpec, JobPlace], orphan: psutil.Process, out: Path
) -> None:
    spec, place = job
    settle(spec, place)
    assert is_over(orphan)
    assert leavings(out) == []


def test_while_an_orphaned_ffmpeg_cannot_be_ended_nothing_is_touched(
    job: tuple[JobSpec, JobPlace],
    orphan: psutil.Process,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec, place = job
    before = (leavings(out), place.lock.read_bytes())
    monkeypatch.setattr(settlement, "end_tools_in", lambda _folder: False)
    for told in ({}, {"owner_gone": True}, {"release_reason": "r"}):
        assert refused(spec, place, **told) == "CLAIM_LOCKED"
    assert (leavings(out), place.lock.read_bytes()) == before
    assert list(read_journal(place.journal)) == []
    assert not is_over(orphan)


def test_nobody_is_ended_who_works_for_a_living_job(
    job: tuple[JobSpec, JobPlace], orphan: psutil.Process
) -> None:
    spec, place = job
    write_lock(place.lock, pid=os.getppid(), process_mark=_mark_of(os.getppid()))
    assert refused(spec, place, owner_gone=True) == "CLAIM_LOCKED"
    assert not is_over(orphan)
    assert read_lock(place.lock) is not None
