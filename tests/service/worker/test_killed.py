"""A worker is killed between claim and finish: its row stays running, shown stale; its own host
tells the truth about it, and nothing is run again.
"""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from proxx_engine import JobSpec, Tools, read_journal
from sidecar.service import rows
from sidecar.service.refilling import lost_ids, refill
from tests.faults.scenes import ROOT, ffmpegs_below, leavings, start_proxx
from tests.service.worker.dying_worker import MOMENTS
from tests.service.worker.faults import Gate, make_gate
from tests.service.worker.scenes import (
    Service,
    elsewhere,
    here,
    wait_for,
    write_settings,
)


@pytest.fixture
def gate(shared: Service, tools: Tools) -> Gate:
    """Counts the encodes."""
    return make_gate(tools, shared.folder / "gate", is_open=True)


@pytest.fixture
def job(shared: Service, good: JobSpec) -> str:
    return shared.submit(good)


@pytest.fixture
def service(shared: Service) -> Service:
    """What `good` is made for."""
    return shared


def die(service: Service, moment: str, gate: Gate) -> None:
    words = (moment, write_settings(service), "--once", "--ffmpeg", gate.ffmpeg)
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.worker.dying_worker", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def starts(service: Service, job_id: str) -> int:
    """How often a job was begun, as its journal tells."""
    journals = service.home(job_id).glob("*.journal.jsonl")
    facts = [fact for path in journals for fact in read_journal(path)]
    return sum(fact["event"] == "job_started" for fact in facts)


@pytest.mark.parametrize("moment", ["claimed", "published", "stored", "settled"])
def test_killed_at_some_moments_the_next_worker_of_the_host_tells_the_truth(
    shared: Service, job: str, gate: Gate, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_after(shared, job, gate, moment, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment", sorted(set(MOMENTS) - {"claimed", "published", "stored", "settled"})
)
def test_killed_at_every_moment_the_next_worker_of_the_host_tells_the_truth(
    shared: Service, job: str, gate: Gate, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_after(shared, job, gate, moment, monkeypatch)


def settle_after(
    service: Service, job_id: str, gate: Gate, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    die(service, moment, gate)
    if moment != "settled":
        (left,) = service.parts.table.running()
        assert left.row.job_id == job_id
        monkeypatch.setattr(rows, "STALE_AFTER_SECONDS", 0.0)
        assert left.is_stale, "without the patch, once it was silent for a minute"
    service.parts.queue.push(job_id)
    service.run(ffmpeg=gate.ffmpeg)
    row = service.row(job_id)
    made = list(service.out.glob("*.mov"))
    whole = moment not in ("claimed", "home made", "job started", "publishing")
    assert (row.status, len(made)) == (("completed", 1) if whole else ("failed", 0))
    if not whole:
        assert (row.error_message or "").startswith("CLAIM_INTERRUPTED: ")
    (beside,) = service.out.glob("*.result.json")
    assert service.stored(job_id) == beside.read_bytes()
    assert service.result(job_id).status == ("COMPLETED" if whole else "FAILED")
    assert starts(service, job_id) <= 1
    assert gate.begun <= 1
    assert leavings(service.out) == []
    assert service.parts.table.running() == service.parts.table.workers() == ()
    last = service.parts.table.history(job_id)[-1]
    assert last.reason == (None if moment == "settled" else "CLAIM_INTERRUPTED")
    assert refill(service.parts) == ()


def test_killed_in_mid_encode_nothing_is_left_running_and_it_is_not_run_again(
    shared: Service, job: str, tools: Tools
) -> None:
    gate = make_gate(tools, shared.folder / "gate")
    words = ("worker", write_settings(shared), "--ffmpeg", gate.ffmpeg)
    with start_proxx(*words) as process:
        gate.wait()
        process.kill()
    gate.open()
    wait_for(lambda: not ffmpegs_below(shared.folder))
    assert shared.row(job).status == "running"
    shared.parts.queue.push(job)
    shared.run(ffmpeg=gate.ffmpeg)
    assert (shared.row(job).error_message or "").startswith("CLAIM_INTERRUPTED: ")
    assert gate.begun == 1
    assert list(shared.out.glob("*.mov")) == []


def test_killed_with_an_id_in_hand_its_row_waits_and_is_told_as_lost(shared: Service) -> None:
    shared.out.rename(shared.folder / "hidden")
    job_id = shared.submit(shared.quick())
    with start_proxx("worker", write_settings(shared)) as process:
        wait_for(lambda: any(seen.beat.job_id for seen in shared.parts.table.workers()))
        process.kill()
    (shared.folder / "hidden").rename(shared.out)
    shared.run()
    assert shared.row(job_id).status == "pending"
    assert lost_ids(shared.parts) == refill(shared.parts) == (job_id,)
    shared.run()
    assert (shared.row(job_id).error_message or "").startswith("SOURCE_MISSING: ")


def test_what_was_in_hand_is_first_in_line_again_in_redis_too(shared: Service) -> None:
    shared.out.rename(shared.folder / "hidden")
    ids = tuple(shared.submit(shared.quick(number)) for number in (1, 2))
    with shared.running() as working:
        wait_for(lambda: shared.heard.said("blocked"))
        working.stop()
    assert shared.parts.queue.waiting() == ids


def test_another_hosts_row_is_shown_and_left_alone(shared: Service) -> None:
    job_id = shared.submit(shared.quick())
    gone = elsewhere(here(shared), pid=2**22 - 1, process_mark="1")
    assert shared.parts.table.claim(job_id, gone)
    shared.run()
    (left,) = shared.parts.table.running()
    assert left.is_stale
    assert left.by == gone
    assert shared.heard.said("passed by") == [
        f"passed by {job_id}: its row is running: already claimed"
    ]


def test_a_home_that_is_away_is_waited_for(shared: Service) -> None:
    job_id = shared.submit(shared.quick())
    away = here(shared, pid=2**22 - 1, process_mark="1")
    away = type(away)(away.worker, away.owner, str(shared.folder / "unmounted"))
    assert shared.parts.table.claim(job_id, away)
    outcome = shared.run()
    assert shared.row(job_id).status == "running"
    assert "unmounted" in outcome.unsettled[0]
    (shared.folder / "unmounted").mkdir()
    shared.run()
    assert (shared.row(job_id).error_message or "").startswith("CLAIM_INTERRUPTED: ")


def test_a_job_file_that_a_death_left_broken_hides_no_truth(
    shared: Service, job: str, gate: Gate
) -> None:
    die(shared, "published", gate)
    (job_file,) = shared.home(job).glob("*.job.json")
    job_file.write_bytes(job_file.read_bytes()[:100])
    shared.run()
    assert shared.row(job).status == "completed"


@pytest.mark.parametrize("signals", [1, 2])
def test_a_signal_finishes_the_clip_and_a_second_ends_it(
    shared: Service, job: str, tools: Tools, signals: int
) -> None:
    gate = make_gate(tools, shared.folder / "gate")
    waiting = shared.submit(shared.quick(2))
    words = ("worker", write_settings(shared), "--ffmpeg", gate.ffmpeg)
    with start_proxx(*words) as process:
        gate.wait()
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        wait_for(lambda: "finishing the running clip" in process.stderr.readline())
        if signals == 2:
            process.send_signal(signal.SIGINT)
        else:
            gate.open()
        assert process.wait(30) == 130
    status = "completed" if signals == 1 else "failed"
    assert shared.row(job).status == status
    assert shared.row(waiting).status == "pending"
    assert shared.parts.table.workers() == ()
