"""Where every job is, out of the action log alone."""

from __future__ import annotations

import os
from pathlib import Path

from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.filing import file_job, reject_file
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.pending import wrong
from sidecar.folders.replaying import replay
from sidecar.folders.settling import Settler
from tests.folders.scenes import here, leave, make_folder, take_first


def states(folder: WatchFolder) -> dict[str, str]:
    """Each job's state and place, as the log tells; and that the disk says the same."""
    told = replay(read_actions(folder))
    for job in told:
        assert os.path.lexists(folder.root / job.place), job
    return {job.place: job.state for job in told}


def test_the_log_alone_tells_where_every_job_is(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 4)
    worker, process = here()
    log = ActionLog(folder, process)
    done = take_first(folder)
    file_job(folder, done.claim, made_on(done.spec), "completed", log=log)
    running = take_first(folder)
    gone = take_first(folder)
    leave(folder, gone.claim)
    list(Settler(folder, worker, log).settle_own_host())
    (folder.pending / "x.job.json").write_text("{}")
    reject_file(
        folder, wrong("x.job.json", "SPEC_MISSING_FIELD", "for the test"), worker=worker, log=log
    )
    told = states(folder)
    assert sorted(told.values()) == ["completed", "failed", "failed", "pending", "running"]
    assert told[running.claim.job_folder] == "running"
    assert told[f"completed/2026-02-13/{done.home.name}"] == "completed"
    assert told[f"failed/2026-02-13/{gone.home.name}"] == "failed"


def test_a_step_that_was_not_done_leads_back() -> None:
    base = {"time": "1", "worker": "w", "job_id": "i", "job_file": "f"}
    submitted = base | {"action": "submit", "worker": None, "to": "pending"}
    took = base | {"action": "take", "to": "running/w/x"}
    (job,) = replay([submitted, took, base | {"action": "not_taken"}])
    assert (job.state, job.place) == ("pending", "pending/f")
    (job,) = replay([submitted, took, base | {"action": "not_taken", "worker": "other"}])
    assert job.state == "running"


def test_what_is_held_and_let_go_is_told_by_the_log_alone() -> None:
    base = {"time": "1", "worker": "w", "job_id": "i", "job_file": "f"}
    submitted = base | {"action": "submit", "worker": None, "to": "pending"}
    held = base | {"action": "hold", "to": "held/f"}
    let_go = base | {"action": "let_go", "to": "pending/f"}
    cleared = base | {"action": "clear_claim", "worker": "settler"}
    for more, place in (
        ([held], "held/f"),
        ([held, base | {"action": "not_taken"}], "pending/f"),
        ([held, let_go], "pending/f"),
        ([held, let_go, base | {"action": "not_taken"}], "held/f"),
        ([held, cleared | {"to": "pending/f"}], "pending/f"),
        ([held, cleared | {"to": "held/f"}], "held/f"),
        ([held, let_go, cleared | {"to": "held/f"}], "held/f"),
        # One that sleeps through all this does not unsay where settling found it.
        ([held, cleared | {"to": "held/f"}, base | {"action": "not_taken"}], "held/f"),
    ):
        (job,) = replay([submitted, *more])
        assert (job.place, job.worker) == (place, None), more
        assert job.state == place.split("/")[0]


def test_a_refusal_knows_no_id_and_is_of_the_same_file() -> None:
    submitted = {"time": "1", "action": "submit", "job_id": "i", "job_file": "f", "to": "pending"}
    refused = {"time": "2", "action": "reject", "worker": "w", "job_id": None, "job_file": "f"}
    (job,) = replay([submitted, refused | {"to": "failed/d/x"}])
    assert (job.state, job.place, job.job_id) == ("failed", "failed/d/x", "i")


def test_a_line_of_another_version_leads_nowhere() -> None:
    base = {"time": "1", "job_id": "i", "job_file": "f"}
    told = [base | {"action": action} for action in ("submit", "take", "moved_on")]
    (job,) = replay([*told, base | {"action": "file", "to": "elsewhere/x"}])
    assert (job.state, job.place) == ("pending", "pending/f")
