"""Settling judges by what it can read, and touches nothing that may be another's."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    PlaceError,
    Tools,
    is_interrupted,
    place_of_job,
    plan_job,
    settle_job,
)
from proxx_engine.journal import JobPlace, Journal
from proxx_engine.system.identity import identify_process
from proxx_engine.system.locks import take_lock
from tests.faults.scenes import leavings, write_jobs
from tests.support import WORKER, execute, make_job

GONE = {"process_mark": "1", "process_started": 1.0}


@pytest.fixture
def job(clip: Path, tools: Tools, out: Path) -> tuple[JobSpec, JobPlace]:
    """A job that nobody has begun."""
    spec = make_job(clip, out, tools)
    (path,) = write_jobs(clip, out, tools, spec)
    return spec, place_of_job(path)


def begin(place: JobPlace, **changes: object) -> Journal:
    """Note what a process like us, but for the changes, notes first."""
    owner = dataclasses.asdict(identify_process()) | changes
    journal = Journal(place.journal)
    journal.note("lock_taken", owner=owner, nonce="n")
    journal.note("job_started", job_id="x", clips=1, worker="w")
    return journal


def settle(spec: JobSpec, place: JobPlace) -> JobExecutionResult:
    """Settle, as this process."""
    return settle_job(spec, journal_path=place.journal, worker=WORKER)


@pytest.mark.parametrize(
    ("changes", "interrupted"),
    [
        pytest.param(GONE, True, id="gone"),
        pytest.param({"boot_id": "before"}, True, id="before this boot"),
        pytest.param({}, False, id="alive"),
        pytest.param({**GONE, "host": "elsewhere"}, False, id="of another host"),
        pytest.param({**GONE, "container": "x"}, False, id="of a newer version"),
    ],
)
def test_without_a_lock_file_the_journal_says_whose_the_job_is(
    job: tuple[JobSpec, JobPlace], changes: dict[str, object], interrupted: bool
) -> None:
    spec, place = job
    begin(place, **changes)
    assert is_interrupted(place.journal) is interrupted
    if interrupted:
        assert settle(spec, place).failure is not None
        return
    with pytest.raises(PlaceError) as caught:
        settle(spec, place)
    assert caught.value.code == "CLAIM_LOCKED"
    assert not place.result.exists()


def test_the_last_owner_counts(job: tuple[JobSpec, JobPlace]) -> None:
    _, place = job
    begin(place, **GONE)
    begin(place)
    assert not is_interrupted(place.journal)


def test_the_journal_names_the_whole_owner(clip: Path, tools: Tools, out: Path) -> None:
    ran = execute(make_job(clip, out, tools), out, tools)
    first = place_of_job(ran.job_file).journal.read_bytes().splitlines()[0]
    assert json.loads(first)["owner"] == dataclasses.asdict(identify_process())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"result_version": "1.0", "job_', id="cut off"),
        pytest.param(b'{"a": 1}', id="of another shape"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_result_that_cannot_be_read_stands_and_is_named(
    job: tuple[JobSpec, JobPlace], data: bytes, out: Path
) -> None:
    spec, place = job
    begin(place, **GONE)
    place.lock.write_text(
        json.dumps(
            {
                "owner": dataclasses.asdict(identify_process()) | GONE,
                "nonce": "n",
                "taken_at": "t",
            }
        )
    )
    place.result.write_bytes(data)
    result = settle(spec, place)
    assert result.status == "FAILED"
    assert result.failure is not None
    assert result.failure.code == "CLAIM_SETTLED"
    assert str(place.result) in result.failure.sentence
    assert place.result.read_bytes() == data
    assert [path.name for path in out.glob("*.result.json")] == [place.result.name]
    assert leavings(out) == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="none"),
        pytest.param({"clip": 5}, id="a number"),
        pytest.param({"clip": '{"index": 0}'}, id="of another shape"),
    ],
)
def test_a_publication_whose_note_cannot_be_read_was_not_noted(
    job: tuple[JobSpec, JobPlace], facts: dict[str, Any], out: Path
) -> None:
    spec, place = job
    journal = begin(place, **GONE)
    journal.note("publishing", index=0, **facts)
    with place.journal.open("ab") as stream:
        stream.write(b'{"index": 0}\n[]\n')
    (out / "clip.mov").write_bytes(b"something")
    result = settle(spec, place)
    assert result.failure is not None
    assert result.failure.code == "CLAIM_INTERRUPTED"
    assert (out / "clip.mov").read_bytes() == b"something"


def test_what_is_alike_but_came_from_another_is_not_counted(
    clip: Path, tools: Tools, out: Path
) -> None:
    spec = make_job(clip, out, tools)
    place = place_of_job(execute(spec, out, tools).job_file)
    Path(plan_job(spec).result_path).unlink()
    place.result.unlink()
    begin(place, **GONE).note("clip_failed", index=0, code="CLAIM_LOST")
    result = settle(spec, place)
    assert result.failure is not None
    assert result.failure.code == "CLAIM_LOST"


def test_settling_removes_no_file_of_another(job: tuple[JobSpec, JobPlace], out: Path) -> None:
    spec, place = job
    begin(place, **GONE)
    foreign = [".clip.mov.12345678.part", ".clip.mov.upload.part", f".{place.lock.name}.x.part"]
    for name in foreign:
        (out / name).write_bytes(b"x")
    ours = [f".{place.result.name}.12345678.part", f".{place.lock.name}.0123abcd.part"]
    for name in ours:
        (out / name).touch()
    assert take_lock(out / ".clip.mov.publishing") is not None
    settle(spec, place)
    assert leavings(out) == sorted([*foreign, ".clip.mov.publishing"])
