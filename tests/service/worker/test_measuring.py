"""A job of the pipeline qc: the proxies of a job that ended are measured; no verdict changes."""

from __future__ import annotations

import errno
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec
from sidecar.folders.stopping import StopLevel
from sidecar.qc import jobs as qc_jobs
from sidecar.service.keys import jobspec_key, measures_key
from sidecar.service.rows import Ending, NewJob
from sidecar.service.settling.homes import keep_measures
from tests.service.worker.scenes import Service, here


def measure(service: Service, spec: JobSpec, *, stride: int = 5, push: bool = True) -> str:
    """Submit the measuring of a job as the API does."""
    job_id = str(uuid.uuid4())
    new = NewJob(job_id, jobspec_key(spec.job_id), "qc", stride, 3)
    assert service.parts.table.submit(new)
    if push:
        service.parts.queue.push(job_id)
    return job_id


def measures(service: Service, job_id: str) -> Any:
    return json.loads(service.parts.storage.read(measures_key(job_id), limit=2**24))


def test_proxies_are_measured_as_proxx_qc_does_and_the_copy_is_equal(
    service: Service, good: JobSpec
) -> None:
    made, job_id = service.submit(good), measure(service, good)
    service.run()
    row = service.row(job_id)
    assert (row.status, row.error_message) == ("completed", None)
    assert row.output_path == f"qc/{job_id}.qc.json"
    (beside,) = service.out.glob("*.qc.json")
    assert service.parts.storage.read(row.output_path, limit=2**24) == beside.read_bytes()
    told = measures(service, job_id)
    assert told["job_id"] == made
    assert told["parameters"] == {"frame_stride": 5, "max_frames": 3}
    assert told["clips"][0]["pictures"] == [0, 5, 10]
    assert told["clips"][0]["remarks"] == [], "its source was compared with the JobSpec"


def test_the_same_measuring_again_tells_what_stands_and_another_is_refused(
    service: Service, good: JobSpec
) -> None:
    service.submit(good)
    first, same, other = (measure(service, good, stride=n) for n in (5, 5, 2))
    service.run()
    assert [service.row(each).status for each in (first, same, other)] == [
        "completed",
        "completed",
        "failed",
    ]
    assert measures(service, first) == measures(service, same)
    message = service.row(other).error_message or ""
    assert message.startswith("CLAIM_SETTLED: ")
    assert "frame-stride" in message


def test_a_job_that_has_no_result_cannot_be_measured(service: Service, good: JobSpec) -> None:
    service.submit(good, push=False)
    job_id = measure(service, good)
    service.run()
    row = service.row(job_id)
    assert (row.status, row.output_path) == ("failed", None)
    assert (row.error_message or "").startswith("SPEC_JOB_NOT_RUN: ")


def test_a_row_with_numbers_that_no_measuring_has_is_refused_and_kills_no_worker(
    service: Service, good: JobSpec
) -> None:
    service.submit(good)
    wrong = [measure(service, good, stride=number) for number in (0, -1, 2_000_000)]
    right = measure(service, good)
    outcome = service.run()
    assert outcome.defects == ()
    for job_id in wrong:
        row = service.row(job_id)
        assert (row.status, row.output_path) == ("failed", None)
        assert (row.error_message or "").startswith("SPEC_OUT_OF_RANGE: ")
    assert service.row(right).status == "completed"


def test_a_measuring_whose_footage_is_away_waits_for_it_and_says_so(
    service: Service, good: JobSpec
) -> None:
    service.submit(good)
    service.run()
    footage = Path(good.clips[0].source.path).parent
    away = footage.rename(footage.with_name("away"))
    job_id = measure(service, good)
    outcome = service.run()
    assert [(cause.code, str(footage) in cause.detail) for cause in outcome.blocked] == [
        ("SOURCE_MISSING", True)
    ]
    assert service.row(job_id).status == "pending"
    away.rename(footage)
    service.run()
    assert service.row(job_id).status == "completed"


def test_a_proxy_that_changed_is_not_measured(service: Service, good: JobSpec) -> None:
    service.submit(good)
    service.run()
    (proxy,) = service.out.glob("*.mov")
    proxy.unlink()
    job_id = measure(service, good)
    service.run()
    message = service.row(job_id).error_message or ""
    assert service.row(job_id).status == "failed"
    assert "gone" in message


def test_a_measuring_that_was_interrupted_is_told_so(service: Service, good: JobSpec) -> None:
    service.submit(good)
    service.run()
    gone = here(service, pid=2**22 - 1, process_mark="1")
    whole, half = (measure(service, good, push=False) for _each in range(2))
    for job_id in (whole, half):
        assert service.parts.table.claim(job_id, gone)
        service.home(job_id).mkdir(parents=True)
    ending = Ending("completed", measures_key(whole), None)
    keep_measures(service.home(whole), ending, b"{}")
    service.run()
    assert service.row(whole).status == "completed"
    assert measures(service, whole) == {}
    assert (service.row(half).error_message or "").startswith("CLAIM_INTERRUPTED: ")
    assert service.row(half).output_path is None


def test_a_measuring_that_a_person_ends_says_so(
    service: Service, good: JobSpec, monkeypatch: Any
) -> None:
    service.submit(good)
    service.run()
    job_id = measure(service, good)
    true = qc_jobs.find_jobspec

    def stop_and_find(stored: Any) -> Any:
        service.wish.level = StopLevel.SOFT
        time.sleep(0.5)  # until the worker was asked
        return true(stored)

    monkeypatch.setattr(qc_jobs, "find_jobspec", stop_and_find)
    service.run(once=False)
    assert (service.row(job_id).error_message or "").startswith("ENCODE_STOPPED: ")


def test_a_home_that_takes_no_job_costs_one_measuring_and_keeps_its_end_in_hand(
    service: Service, good: JobSpec
) -> None:
    service.submit(good)
    service.run()
    first, after = measure(service, good), measure(service, good)
    jobs = service.parts.settings.home / "jobs"
    jobs.rename(service.folder / "kept jobs")
    jobs.touch()
    outcome = service.run()
    assert [service.row(each).status for each in (first, after)] == ["running", "pending"]
    assert outcome.left == (first,)
    jobs.unlink()
    service.run()
    assert (service.row(first).error_message or "").startswith("CLAIM_INTERRUPTED: ")
    assert service.row(after).status == "completed"


def test_a_folder_that_takes_no_measures_costs_one_measuring(
    service: Service, good: JobSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.submit(good)
    service.run()
    first, after = measure(service, good), measure(service, good)

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(qc_jobs, "write_qc", full)
    outcome = service.run()
    assert (service.row(first).error_message or "").startswith("STORAGE_NOT_WRITABLE: ")
    assert service.row(after).status == "pending"
    assert [cause.code for cause in outcome.blocked] == ["STORAGE_NOT_WRITABLE"]
