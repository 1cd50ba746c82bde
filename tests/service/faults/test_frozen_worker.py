"""A worker that sleeps while a person settles its row, and then wakes: nothing more comes of it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from proxx_engine import ProcessIdentity, Tools
from sidecar.cli.main import main
from sidecar.service import rows
from sidecar.service.keys import result_key
from sidecar.service.settling import releasing
from tests.faults.scenes import leavings
from tests.service.faults.conftest import Servers
from tests.service.faults.scene import Process, Processes, settings_file
from tests.service.worker.faults import Gate, make_gate
from tests.service.worker.scenes import Service, wait_for
from tests.support import make_job

REASON = "it hangs"
MidEncode = Callable[[Service], tuple[str, Gate, Process]]


@pytest.fixture
def in_mid_encode(
    place_clip: Callable[[Service], Path], tools: Tools, start_of: Callable[[Service], Processes]
) -> MidEncode:
    """Return what starts a worker on a clip: the job, the gate that holds FFmpeg, the worker."""

    def begin(service: Service) -> tuple[str, Gate, Process]:
        gate = make_gate(tools, service.folder / "gate")
        job_id = service.submit(make_job(place_clip(service), service.out, tools))
        words = ("worker", settings_file(service), "--json", "--ffmpeg", gate.ffmpeg)
        worker = start_of(service).start(*words)
        gate.wait()
        return job_id, gate, worker

    return begin


def freeze(process: Process) -> None:
    process.send(signal.SIGSTOP)
    there = psutil.Process(process.process.pid)
    wait_for(lambda: there.status() == psutil.STATUS_STOPPED)


def release_from_another_host(
    service: Service, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Release a job as on a machine that sees neither the worker's process nor its folders, once
    it was silent for long.
    """
    with monkeypatch.context() as there:
        there.setattr(ProcessIdentity, "is_near", lambda _self: False)
        there.setattr(releasing, "home_is_here", lambda _job: False)
        there.setattr(rows, "STALE_AFTER_SECONDS", 0.0)
        words = ("release", job_id, "--service", str(settings_file(service)), "--reason", REASON)
        assert main(list(words)) == 0
    row = service.row(job_id)
    assert (row.status, row.output_path) == ("failed", None)
    assert (row.error_message or "").startswith("CLAIM_RELEASED: ")
    assert REASON in (row.error_message or "")


def test_who_slept_while_its_row_was_released_publishes_nothing_and_leaves_the_row(
    real_service: Service,
    in_mid_encode: MidEncode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = real_service
    job_id, gate, worker = in_mid_encode(service)
    freeze(worker)
    release_from_another_host(service, job_id, monkeypatch)
    before = service.row(job_id), service.parts.table.history(job_id)
    gate.open()
    worker.send(signal.SIGCONT)
    after = service.submit(service.quick(2))
    wait_for(lambda: service.row(after).status == "failed")
    worker.end()
    assert '"lost"' in worker.told()
    assert (service.row(job_id), service.parts.table.history(job_id)) == before
    assert list(service.out.glob("*.mov")) == []
    assert leavings(service.out) == []
    assert service.parts.storage.size_of(result_key(job_id)) is None
    assert gate.begun == 1


def test_who_slept_with_an_end_in_hand_stores_nothing_once_its_row_was_released(
    frail_service: Service,
    frail: Servers,
    in_mid_encode: MidEncode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = frail_service
    job_id, gate, worker = in_mid_encode(service)
    frail.s3.stop()
    try:
        gate.open()
        wait_for(lambda: '"blocked"' in worker.told())
        freeze(worker)
    finally:
        frail.s3.start()
    release_from_another_host(service, job_id, monkeypatch)
    before = service.row(job_id), service.parts.table.history(job_id)
    worker.send(signal.SIGCONT)
    wait_for(lambda: '"lost"' in worker.told())
    worker.end()
    assert (service.row(job_id), service.parts.table.history(job_id)) == before
    assert service.parts.storage.size_of(result_key(job_id)) is None
    assert len(list(service.out.glob("*.mov"))) == 1, "published while its claim stood"


def test_who_slept_through_nothing_but_silence_goes_on(
    real_service: Service,
    in_mid_encode: MidEncode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = real_service
    job_id, gate, worker = in_mid_encode(service)
    freeze(worker)
    monkeypatch.setattr(rows, "STALE_AFTER_SECONDS", 0.0)
    wait_for(lambda: service.parts.table.running()[0].is_stale)
    service.parts.queue.push(job_id)
    service.run()
    assert service.row(job_id).status == "running", "its host sees that it lives"
    gate.open()
    worker.send(signal.SIGCONT)
    wait_for(lambda: service.row(job_id).status == "completed")
    worker.end()
    assert gate.begun == 1
