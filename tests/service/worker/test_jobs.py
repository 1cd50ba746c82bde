"""What a worker makes of an entry in the queue: the job's row says what came of it, truthfully."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import JobSpec
from tests.service.worker.scenes import Service


def test_a_job_is_run_and_its_result_lies_in_three_places_byte_for_byte(
    service: Service, good: JobSpec
) -> None:
    job_id = service.submit(good)
    outcome = service.run()
    row = service.row(job_id)
    assert (row.status, row.error_message) == ("completed", None)
    assert row.output_path == f"results/{job_id}.result.json"
    (beside,) = service.out.glob("*.result.json")
    (with_job,) = service.home(job_id).glob("*.result.json")
    assert service.stored(job_id) == beside.read_bytes() == with_job.read_bytes()
    assert service.result(job_id).proven
    assert Path(service.result(job_id).clips[0].output.path).is_file()
    assert (outcome.tally.completed, outcome.tally.failed) == (1, 0)
    changes = [
        (each.after, each.by and each.by.worker) for each in service.parts.table.history(job_id)
    ]
    worker = service.result(job_id).worker.id
    assert changes == [("pending", None), ("running", worker), ("completed", worker)]
