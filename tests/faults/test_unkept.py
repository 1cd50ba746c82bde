"""What cannot be kept with a job that began does not change what became of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobExecutionResult, result_files
from proxx_engine.journal import Journal
from tests.faults.conftest import Try
from tests.faults.scenes import proxies


def refuse_notes(monkeypatch: pytest.MonkeyPatch, event: str, number: int) -> None:
    """Let one kind of fact be refused by the disk."""
    true_note = Journal.note

    def note(journal: Journal, noted: Any, **facts: Any) -> None:
        if noted == event:
            raise OSError(number, os.strerror(number))
        true_note(journal, noted, **facts)

    monkeypatch.setattr(Journal, "note", note)


@pytest.mark.parametrize("event", ["clip_started", "job_finished", "lock_released"])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(errno.ENOSPC, "STORAGE_FULL", id="full"),
        pytest.param(errno.EROFS, "STORAGE_NOT_WRITABLE", id="closed"),
    ],
)
def test_a_closing_fact_that_cannot_be_noted_is_told_and_changes_nothing(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch, event: str, number: int, code: str
) -> None:
    refuse_notes(monkeypatch, event, number)
    ran = attempt()
    assert (ran.result.status, ran.result.failure) == ("COMPLETED", None)
    (issue,) = ran.result.issues
    assert issue.code == code
    assert issue.path.endswith(".journal.jsonl")
    assert issue.sentence.endswith(f"could not be kept with the job: {os.strerror(number)}")
    assert proxies(out) == ["clip.mov"]
    assert not list(out.glob("*.lock"))


def test_a_failure_that_cannot_be_noted_is_still_that_failure(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_notes(monkeypatch, "clip_failed", errno.ENOSPC)

    def appear(*_arguments: object, **_options: object) -> tuple[()]:
        (out / "clip.mov").write_bytes(b"another's")
        return ()

    monkeypatch.setattr("proxx_engine.execution_adapter.look_before", appear)
    ran = attempt()
    assert ran.result.failure is not None
    assert ran.result.failure.code == "OUTPUT_EXISTS"
    assert [issue.code for issue in ran.result.issues] == ["STORAGE_FULL"]


def test_a_publication_that_cannot_be_noted_publishes_nothing(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_notes(monkeypatch, "publishing", errno.ENOSPC)
    ran = attempt()
    assert ran.result.failure is not None
    assert ran.result.failure.code == "STORAGE_FULL"
    assert proxies(out) == []


def test_a_result_that_cannot_be_written_is_returned_and_the_job_waits_to_be_settled(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(result_files, "write_whole", refuse)
    ran = attempt()
    assert isinstance(ran.result, JobExecutionResult)
    assert ran.result.status == "COMPLETED"
    assert {issue.code for issue in ran.result.issues} == {"STORAGE_FULL"}
    assert proxies(out) == ["clip.mov"]
    assert not list(out.glob("*.result.json"))
    assert len(list(out.glob("*.lock"))) == 1
