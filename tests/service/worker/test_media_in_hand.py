"""Media that were fetched for a job that is not run here: nothing is left of them, nobody waits."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from pathlib import Path

from proxx_engine import JobSpec
from sidecar.folders.processes import process_name
from sidecar.folders.stopping import StopLevel
from sidecar.service.keys import jobspec_key
from sidecar.service.rows import Beat, Ending, NewJob
from sidecar.service.settling.travelling import scratch_in
from tests.service.worker.faults import Shaky
from tests.service.worker.scenes import Service, here, wait_for
from tests.service.worker.test_travelling import far as far


def media_of(service: Service, job_id: str) -> list[Path]:
    return [path for path in service.home(job_id).rglob("*") if path.is_file()]


def changed(service: Service, call: str) -> Shaky:
    """A storage that has another thing than was put."""
    shaky = Shaky(service.parts)
    shaky.storage._code = "STORAGE_OBJECT_CHANGED"
    shaky.storage.is_away = lambda asked: asked == call
    return shaky


def test_a_source_that_the_storage_has_otherwise_fails_its_job_and_blocks_no_other(
    far: Service, good: JobSpec
) -> None:
    job_id, after = far.submit(good), far.submit(far.quick(2))
    far.run(changed(far, "fetch").parts)
    assert (far.row(job_id).error_message or "").startswith("STORAGE_OBJECT_CHANGED: ")
    assert far.row(after).status == "failed"
    assert media_of(far, job_id) == []


def test_a_proxy_that_the_storage_has_otherwise_fails_its_job_and_blocks_no_other(
    far: Service, good: JobSpec
) -> None:
    job_id, after = far.submit(good), far.submit(far.quick(2))
    far.run(changed(far, "put_file_new").parts)
    row = far.row(job_id)
    assert (row.status, row.output_path) == ("failed", f"results/{job_id}.result.json")
    assert (row.error_message or "").startswith("STORAGE_OBJECT_CHANGED: ")
    assert far.row(after).status == "failed"
    assert list(far.home(job_id).rglob(good.clips[0].output_name)), "it stays where it is"


def test_a_measuring_whose_proxy_the_storage_has_otherwise_blocks_no_other(
    far: Service, good: JobSpec
) -> None:
    far.submit(good)
    far.run()
    job_id = str(uuid.uuid4())
    assert far.parts.table.submit(NewJob(job_id, jobspec_key(good.job_id), "qc", 5, 2))
    far.parts.queue.push(job_id)
    shaky = Shaky(far.parts)
    shaky.storage._code = "STORAGE_OBJECT_CHANGED"
    shaky.storage.is_away = lambda call: (
        call == "fetch" and shaky.storage.asked.count("fetch") > 1  # after the source
    )
    far.run(shaky.parts)
    assert (far.row(job_id).error_message or "").startswith("STORAGE_OBJECT_CHANGED: ")
    assert media_of(far, job_id) == []


def test_who_stops_while_media_come_leaves_none_and_gives_the_job_back(
    far: Service, good: JobSpec
) -> None:
    job_id = far.submit(good)
    shaky = Shaky(far.parts)

    def stop_first(call: str) -> bool:
        if call == "fetch":
            far.wish.level = StopLevel.SOFT
            time.sleep(0.5)
        return False

    shaky.storage.is_away = stop_first
    with far.running(shaky.parts) as working:
        outcome = working.stop()
    assert far.heard.said("gave back") == [f"gave back {job_id}"]
    assert (outcome.blocked, outcome.stopped) == ((), True)
    assert far.parts.queue.waiting() == (job_id,)
    assert media_of(far, job_id) == []


def test_what_had_come_before_the_storage_went_away_is_removed_by_who_ends(
    far: Service, good: JobSpec
) -> None:
    job_id = far.submit(good)
    shaky = Shaky(far.parts)
    shaky.storage.loses_answer_of = {"fetch"}
    shaky.storage.is_away = lambda call: "fetch" in shaky.storage.asked[:-1] and call != "put_new"
    with far.running(shaky.parts) as working:
        wait_for(lambda: far.heard.said("blocked"))
        assert media_of(far, job_id)
        working.stop()
    assert media_of(far, job_id) == []


def test_what_a_killed_worker_had_fetched_and_never_claimed_is_removed(
    far: Service, good: JobSpec
) -> None:
    ids = [far.submit(good, push=False), far.submit(far.quick(2), push=False)]
    for number, job_id in enumerate(ids, 1):
        gone = here(far, pid=2**22 - 1, process_mark="1")
        gone = replace(gone, worker=f"{process_name(gone.owner)}-{number}")
        held = scratch_in(far.home(job_id), gone.worker) / "media" / "A.mov"
        held.parent.mkdir(parents=True)
        held.touch()
        far.parts.table.beat(Beat(gone, "idle", job_id))
        if number == 2:  # its proxies could not be carried, and stay where they are
            ending = Ending("failed", None, "OUTPUT_EXISTS: another")
            assert far.parts.table.claim(job_id, gone)
            assert far.parts.table.settle(job_id, ending, by=gone, of=gone)
    far.run()
    assert media_of(far, ids[0]) == []
    assert [path.name for path in media_of(far, ids[1])] == ["A.mov"]
