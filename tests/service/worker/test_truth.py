"""What a row and a person are told is true, whoever died, was released, or is called alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from proxx_engine import JobSpec, identify_worker
from sidecar.folders.stopping import StopLevel
from sidecar.service.rows import Beat
from sidecar.service.settings import MediaSettings
from sidecar.service.worker.beats import beat_of
from sidecar.service.worker.doing import Doing
from sidecar.service.worker.options import WorkOptions
from sidecar.service.worker.worker import Worker
from tests.service.worker.faults import Shaky
from tests.service.worker.scenes import Service, elsewhere, here, write_settings
from tests.sidecar.calling import Said

Call = Callable[..., Said]


def test_a_folder_of_the_same_path_on_this_host_is_not_taken_for_the_workers(
    shared: Service, good: JobSpec, call: Call
) -> None:
    job_id = shared.submit(good, push=False)
    assert shared.parts.table.claim(job_id, elsewhere(here(shared)))
    (shared.home(job_id) / "media").mkdir(parents=True)  # a worker here had it in hand before
    words = ("--service", write_settings(shared), "--reason", "it burnt down")
    assert call("release", job_id, *words).code == 0
    row = shared.row(job_id)
    assert row.output_path is None
    assert "its folder is on elsewhere" in (row.error_message or "")
    assert list(shared.out.iterdir()) == [], "what nobody knows is written nowhere"


def test_a_refused_job_whose_worker_died_before_its_row_ended_keeps_its_reason(
    service: Service,
) -> None:
    job_id = service.submit(service.quick(), data=b"{}")
    shaky = Shaky(service.parts)

    def broken(call: str) -> bool:
        if call == "settle" and threading.current_thread().name.endswith("-1"):
            raise RuntimeError("a death")
        return False

    shaky.table.is_away = broken
    service.run(shaky.parts)
    row = service.row(job_id)
    assert (row.status, row.output_path) == ("failed", f"results/{job_id}.result.json")
    assert (row.error_message or "").startswith("SPEC_MISSING_FIELD")


def test_what_the_last_round_settled_is_not_told_as_left(service: Service) -> None:
    job_id = service.submit(service.quick())
    shaky = Shaky(service.parts)
    shaky.storage.is_away = lambda call: (
        call == "put_new" and threading.current_thread().name.endswith("-1")
    )
    outcome = service.run(shaky.parts)
    assert service.row(job_id).status == "failed"
    assert outcome.left == ()


def test_a_job_that_a_worker_dies_of_is_not_handed_to_the_next_worker(service: Service) -> None:
    job_id, after = service.submit(service.quick()), service.submit(service.quick(2))
    shaky = Shaky(service.parts)

    def broken(call: str) -> bool:
        if call == "read" and service.parts.queue.waiting() == (after,):
            raise RuntimeError("a defect")
        return False

    shaky.storage.is_away = broken
    outcome = service.run(shaky.parts)
    assert "a defect" in outcome.defects[0]
    assert service.parts.queue.waiting() == (after,), "a person enters it again, if at all"
    assert service.row(job_id).status == "pending"


def test_a_job_that_was_claimed_just_now_is_not_stale(service: Service) -> None:
    worker = here(service)
    service.parts.table.beat(Beat(worker, "idle"))
    job_id = service.submit(service.quick(), push=False)
    assert service.parts.table.claim(job_id, worker)
    (job,) = service.parts.table.running()
    assert not job.is_stale, "it has not spoken since"
    service.parts.table.beat(Beat(worker, "idle"))
    (job,) = service.parts.table.running()
    assert job.is_stale


def test_a_worker_that_is_heard_of_is_settled_by_no_clone_of_its_machine(service: Service) -> None:
    clone = here(service, boot_id="another boot", pid=2**22 - 1)
    job_id = service.submit(service.quick(), push=False)
    assert service.parts.table.claim(job_id, clone)
    service.parts.table.beat(Beat(clone, "running", job_id))
    service.run()
    assert service.row(job_id).status == "running"
    assert [seen.beat.claimant for seen in service.parts.table.workers()] == [clone]


def test_what_is_not_known_of_a_running_job_is_not_told_as_nothing_done(
    service: Service, tmp_path: Path
) -> None:
    worker = Worker(
        here(service),
        identify_worker("box"),
        service.parts,
        WorkOptions(),
        threads=1,
        teller=service.heard,
    )
    worker.doing = Doing("running", "job", tmp_path / "none.journal.jsonl", clips=2)
    assert beat_of(worker).clips_done == 0
    worker.doing = replace(worker.doing, journal=tmp_path)  # it is there, and cannot be read
    assert beat_of(worker).clips_done is None


def test_a_wish_to_end_that_comes_before_the_claim_costs_no_job(service: Service) -> None:
    job_id = service.submit(service.quick())
    shaky = Shaky(service.parts)

    def stop_first(call: str) -> bool:
        if call == "row":
            service.wish.level = StopLevel.SOFT
            time.sleep(0.5)
        return False

    shaky.table.is_away = stop_first
    with service.running(shaky.parts) as working:
        working.stop()
    assert service.row(job_id).status == "pending"
    assert service.parts.queue.waiting() == (job_id,)


def test_settings_that_were_changed_since_hide_nothing_of_what_an_interrupted_job_made(
    service: Service, good: JobSpec
) -> None:
    output = good.output.model_copy(update={"directory": str(service.folder)})
    job_id = service.submit(good.model_copy(update={"output": output}))
    shaky = Shaky(service.parts)
    shaky.table.is_away = lambda call: call == "settle"
    service.run(shaky.parts)
    media = MediaSettings(proxies=(str(service.folder),))
    settings = replace(service.parts.settings, media=media)
    outcome = service.run(replace(service.parts, settings=settings))
    assert service.row(job_id).status == "running"
    assert "SPEC_BAD_PAIR" in outcome.unsettled[0]
    service.run()
    assert service.row(job_id).status == "completed"
