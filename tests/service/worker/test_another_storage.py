"""A storage that is not the one that the jobs were put into is a place that is away."""

from __future__ import annotations

from dataclasses import replace

from sidecar.service.keys import jobspec_key
from sidecar.service.rows import NewJob
from sidecar.service.storage.objects import ObjectStorage
from tests.service.worker.scenes import Service


def test_a_worker_with_an_empty_storage_fails_no_job_of_the_line(service: Service) -> None:
    ids = [service.submit(service.quick(number)) for number in (1, 2, 3)]
    empty = service.folder / "not mounted"
    empty.mkdir()
    storage = ObjectStorage(str(empty), service.parts.settings.s3)
    outcome = service.run(replace(service.parts, storage=storage))
    assert [service.row(each).status for each in ids] == ["pending"] * 3
    assert [cause.code for cause in outcome.blocked] == ["STORAGE_OBJECTS_AWAY"]
    assert service.parts.queue.waiting() == tuple(ids)


def test_one_jobspec_that_is_missing_is_its_own_jobs_fault(service: Service) -> None:
    missing = service.quick()
    assert service.parts.table.submit(NewJob(missing.job_id, jobspec_key(missing.job_id)))
    service.parts.queue.push(missing.job_id)
    after = service.submit(service.quick(2))
    service.run()
    assert (service.row(missing.job_id).error_message or "").startswith("SPEC_UNREADABLE: ")
    assert (service.row(after).error_message or "").startswith("SOURCE_MISSING: ")
