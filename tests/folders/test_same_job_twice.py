"""The same job submitted twice: the log, and who asks for its story, tell of the one that ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.filing import file_job, reject_file
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.pending import wrong
from sidecar.folders.replaying import replay
from sidecar.folders.views.finding import find_jobs
from sidecar.folders.views.history import tell_history
from tests.folders.scenes import here, make_folder, submit, take_first


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def test_a_refused_copy_of_a_job_that_completed_is_another_files_story(folder: WatchFolder) -> None:
    worker, process = here()
    log = ActionLog(folder, process)
    taken = take_first(folder)
    home = file_job(folder, taken.claim, made_on(taken.spec), "completed", log=log)
    (again,) = submit(folder, taken.spec)
    told = {job.job_file: job.state for job in replay(read_actions(folder))}
    assert told == {taken.claim.job_file: "completed", again.name: "pending"}

    refused = wrong(again.name, "CLAIM_SETTLED", "was filed here before")
    reject_file(folder, refused, worker=worker, log=log)
    told = {job.job_file: job.state for job in replay(read_actions(folder))}
    assert told == {taken.claim.job_file: "completed", again.name: "failed"}
    (found,) = find_jobs(folder, taken.spec.job_id[:8])
    assert tell_history(folder, found).state == "completed"
    assert folder.root / found.job.place == home
    (copy,) = find_jobs(folder, again.name)
    assert tell_history(folder, copy).state == "failed"


def test_a_worker_that_wakes_too_late_does_not_unsay_what_a_person_decided() -> None:
    base = {"time": "1", "worker": "w", "job_id": "i", "job_file": "f"}
    lines = [
        base | {"action": "submit", "worker": None, "to": "pending"},
        base | {"action": "take", "to": "running/w/x"},
        base | {"action": "release", "reason": "asleep"},
        base | {"action": "file", "to": "failed/d/x"},
        base | {"action": "not_taken"},
    ]
    (job,) = replay(lines)
    assert (job.state, job.place) == ("failed", "failed/d/x")


def test_a_release_of_what_lost_its_claim_is_told_of_the_file_that_was_taken() -> None:
    base = {"time": "1", "worker": "w", "job_id": "i"}
    lines = [
        base | {"action": "submit", "job_file": "f", "to": "pending"},
        base | {"action": "take", "job_file": "f", "to": "running/w/x"},
        base | {"action": "submit", "job_file": "g", "to": "pending"},
        base | {"action": "file", "job_file": "", "to": "failed/d/x"},
    ]
    told = {job.job_file: job.state for job in replay(lines)}
    assert told == {"f": "failed", "g": "pending"}
