"""A JobSpec becomes a job once; what is submitted by reference, too."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from sidecar.service.api.uploads import sweep_uploads
from sidecar.service.keys import jobspec_key
from sidecar.service.parts import Parts
from sidecar.service.rows import NewJob
from sidecar.service.submitting import submit_jobspec
from tests.service.api.serving import (
    Api,
    codes,
    end_job,
    id_of,
    jobspec,
    left,
    rows,
    served,
    told,
)


def test_a_jobspec_is_stored_as_it_is_then_has_a_row_then_an_entry(api: Api) -> None:
    spec = jobspec()
    assert api.submit(spec).status_code == 201
    job_id = id_of(spec)
    assert left(api.parts) == ([job_id], (job_id,))
    row = api.parts.table.row(job_id)
    assert row is not None
    assert (row.status, row.input_path, row.pipeline_id) == (
        "pending",
        jobspec_key(job_id),
        "proxy",
    )
    assert (row.frame_stride, row.max_frames, row.output_path) == (1, None, None)
    assert api.parts.storage.read(row.input_path, limit=10**7) == spec


def test_the_same_jobspec_again_is_the_same_job(api: Api) -> None:
    spec = jobspec()
    assert api.submit(spec).status_code == 201
    again = api.submit(spec)
    assert (again.status_code, again.json()) == (200, {"job_id": id_of(spec)})
    otherwise_written = json.dumps(json.loads(spec), indent=4, sort_keys=True).encode()
    assert api.submit(otherwise_written).status_code == 200
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))
    end_job(api.parts, id_of(spec))
    assert api.submit(spec).status_code == 200
    assert api.parts.queue.waiting() == (id_of(spec),)


def test_another_jobspec_under_the_id_of_a_job_is_refused(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    other = jobspec(job_id=id_of(spec), label="another")
    assert told(api.submit(other)) == (409, "API_CONFLICT")
    assert api.client.get(f"/v1/jobs/{id_of(spec)}/jobspec").content == spec
    assert len(rows(api.parts)) == 1


def test_a_jobspec_under_the_id_of_a_qc_job_is_refused(api: Api) -> None:
    spec = jobspec()
    api.parts.table.submit(NewJob(id_of(spec), "jobspecs/x.job.json", "qc"))
    assert told(api.submit(spec)) == (409, "API_CONFLICT")
    assert api.parts.queue.waiting() == ()


@pytest.mark.parametrize("through", ["api", "parts"])
def test_eight_who_submit_one_jobspec_at_once_make_one_job(api: Api, through: str) -> None:
    spec = jobspec()
    start, heard = threading.Barrier(8), list[int]()

    def submit() -> None:
        start.wait(10)
        if through == "api":
            heard.append(api.submit(spec).status_code)
        else:
            heard.append(201 if submit_jobspec(api.parts, spec).is_new else 200)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(heard) == [200] * 7 + [201]
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))


def test_an_uploaded_jobspec_is_submitted_by_its_id(api: Api) -> None:
    spec = jobspec()
    for kind in ("application/json", "application/octet-stream"):
        uploaded = api.client.post("/v1/uploads", content=spec, headers={"content-type": kind})
        assert uploaded.status_code == 201
        assert set(uploaded.json()) == {"upload_id"}
        answer = api.submit(uploaded.json())
        assert answer.json() == {"job_id": id_of(spec)}
    assert left(api.parts) == ([id_of(spec)], (id_of(spec),))
    assert list(api.parts.settings.home.glob(".upload-*")) == []


def test_an_upload_may_be_larger_than_a_body(api: Api) -> None:
    spec = jobspec() + b" " * (2 * 1024 * 1024)
    assert told(api.submit(spec)) == (413, "API_BODY_TOO_LARGE")
    headers = {"content-type": "application/json"}
    uploaded = api.client.post("/v1/uploads", content=spec, headers=headers)
    assert api.submit(uploaded.json()).status_code == 201
    assert api.client.get(f"/v1/jobs/{id_of(spec)}/jobspec").content == spec


@pytest.mark.parametrize(
    "name", ["6f0c2f39-5b0f-4b39-9d4e-0f4f6f1f1a11", "../jobspecs/x", "x", "", "a" * 900]
)
def test_what_was_not_uploaded_cannot_be_submitted(kept: Api, name: str) -> None:
    assert told(kept.submit({"upload_id": name})) == (404, "API_NO_UPLOAD")


def test_an_upload_that_is_no_jobspec_is_told_when_it_is_submitted(kept: Api) -> None:
    headers = {"content-type": "application/octet-stream"}
    uploaded = kept.client.post("/v1/uploads", content=b"\x00\xff", headers=headers)
    assert told(kept.submit(uploaded.json())) == (422, "API_WRONG_JOBSPEC")


def test_only_what_is_completed_is_measured(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    assert told(api.submit({"result_of": job_id}, pipeline_id="qc")) == (404, "API_NO_JOB")
    api.submit(spec)
    assert told(api.submit({"result_of": job_id}, pipeline_id="qc")) == (409, "API_NOT_COMPLETED")
    end_job(api.parts, job_id)
    answer = api.submit({"result_of": job_id}, pipeline_id="qc", frame_stride=2, max_frames=9)
    assert answer.status_code == 201
    qc_id = answer.json()["job_id"]
    row = api.parts.table.row(qc_id)
    assert row is not None
    assert (row.pipeline_id, row.frame_stride, row.max_frames) == ("qc", 2, 9)
    assert row.input_path == jobspec_key(job_id)
    assert api.parts.queue.waiting()[-1] == qc_id
    assert told(api.submit({"result_of": qc_id}, pipeline_id="qc")) == (409, "API_NOT_COMPLETED")


def test_a_failed_job_is_not_measured(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec), status="failed")
    answer = api.submit({"result_of": id_of(spec)}, pipeline_id="qc")
    assert told(answer) == (409, "API_NOT_COMPLETED")


@pytest.mark.parametrize(
    "query",
    [
        {"pipeline_id": "gpu"},
        {"pipeline_id": ""},
        {"pipeline_id": "qc"},
        {"frame_stride": 1},
        {"max_frames": 3},
        {"frame_stride": "x"},
    ],
)
def test_a_parameter_that_does_not_go_with_a_jobspec_is_refused(
    kept: Api, query: dict[str, Any]
) -> None:
    assert told(kept.submit(jobspec(), **query)) == (422, "API_BAD_PARAMETER")
    assert left(kept.parts) == ([], ())


@pytest.mark.parametrize(
    "query",
    [
        {"frame_stride": 0},
        {"frame_stride": -1},
        {"frame_stride": 10**9},
        {"max_frames": 0},
        {"frame_stride": 10**30},
        {"max_frames": 10**30},
        {"frame_stride": "x"},
    ],
)
def test_measuring_that_cannot_be_is_refused(api: Api, query: dict[str, Any]) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec))
    answer = api.submit({"result_of": id_of(spec)}, pipeline_id="qc", **query)
    assert told(answer) == (422, "API_BAD_PARAMETER")
    assert len(rows(api.parts)) == 1


@pytest.mark.parametrize("name", ["status", "max_frames", "pipeline_id"])
def test_a_field_that_is_called_like_a_parameter_is_a_problem_of_the_jobspec(
    kept: Api, name: str
) -> None:
    answer = kept.submit(jobspec(**{name: 1}))
    assert told(answer) == (422, "API_WRONG_JOBSPEC")
    assert codes(answer) == {"SPEC_UNKNOWN_FIELD"}


def test_an_upload_for_which_there_is_no_room_is_told_as_such(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(parts.storage), "put_file_new", full)
    with served(parts) as api:
        headers = {"content-type": "application/json"}
        answer = api.client.post("/v1/uploads", content=jobspec(), headers=headers)
    assert told(answer) == (503, "STORAGE_NOT_WRITABLE")
    assert list(parts.settings.home.glob(".upload-*")) == []


def test_what_a_killed_process_left_of_uploads_is_removed_after_a_day(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".upload-a", ".upload-b", "token"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (1, 1))
    sweep_uploads(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".upload-b", "token"]
    sweep_uploads(tmp_path / "none")
