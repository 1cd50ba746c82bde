"""Who writes into the table or the storage makes the API serve no other file than the job's own."""

from __future__ import annotations

import sqlite3

import pytest

from sidecar.service.keys import jobspec_key, measures_key, result_key
from sidecar.service.parts import Parts
from sidecar.service.submitting import submit_jobspec, submit_qc
from tests.service.api.serving import Api, end_job, id_of, jobspec, result_for, told

CHANGED = (503, "STORAGE_OBJECT_CHANGED")
SECRET = b'{"of": "nobody\'s business"}'
OTHER = "5b3c53c4-0f7e-4f0e-9a0b-0b9d5f0a1c2d"


def done(parts: Parts) -> str:
    spec = jobspec()
    submit_jobspec(parts, spec)
    end_job(parts, id_of(spec))
    return id_of(spec)


def rewrite(parts: Parts, job_id: str, column: str, key: str) -> None:
    """Write a row as whoever has the database can."""
    with sqlite3.connect(parts.settings.home / "jobs.db") as database:
        database.execute(f"UPDATE jobs SET {column} = ? WHERE job_id = ?", (key, job_id))
    database.close()


@pytest.mark.parametrize(
    "key",
    [
        "sources/mnt/secret.mov",
        "uploads/0b1f6c1e-6f0e-4c57-9a57-3c1f0d4b8a11",
        "jobspecs/mine.job.json",
        jobspec_key(OTHER),
        result_key(OTHER),
        measures_key(OTHER),
        "jobspecs/s\u0142owo.job.json",
        'jobspecs/x"; filename="y.job.json',
    ],
)
def test_a_row_that_names_another_file_is_told_and_the_file_is_not(api: Api, key: str) -> None:
    api.parts.storage.put_new(key, SECRET)
    job_id = done(api.parts)
    for column, paths in (("input_path", ["jobspec"]), ("output_path", ["result", "results"])):
        rewrite(api.parts, job_id, column, key)
        for path in paths:
            answer = api.client.get(f"/v1/jobs/{job_id}/{path}")
            assert told(answer) == CHANGED
            assert b"nobody" not in answer.content


@pytest.mark.parametrize("key", ["../token", "/etc/passwd", ".bound/x", "", "jobspecs/../../token"])
def test_a_row_that_names_no_key_is_told_as_such(api: Api, key: str) -> None:
    job_id = done(api.parts)
    rewrite(api.parts, job_id, "input_path", key)
    rewrite(api.parts, job_id, "output_path", key)
    for path in ("jobspec", "result", "results"):
        answer = api.client.get(f"/v1/jobs/{job_id}/{path}")
        assert told(answer) == CHANGED
        assert "larger" not in answer.text


def test_a_measuring_tells_the_jobspec_of_the_job_that_it_measures_and_no_other_file(
    api: Api,
) -> None:
    job_id = done(api.parts)
    measuring = submit_qc(api.parts, job_id, frame_stride=1, max_frames=None).job_id
    whole = api.client.get(f"/v1/jobs/{measuring}/jobspec")
    assert whole.status_code == 200
    assert whole.headers["content-disposition"].endswith(f'"{job_id}.job.json"')
    rewrite(api.parts, measuring, "input_path", result_key(job_id))
    assert told(api.client.get(f"/v1/jobs/{measuring}/jobspec")) == CHANGED


def test_the_result_of_another_job_is_not_told_as_this_ones(api: Api) -> None:
    spec = jobspec()
    submit_jobspec(api.parts, spec)
    job_id = id_of(spec)
    api.parts.storage.put_new(result_key(job_id), result_for(OTHER))
    rewrite(api.parts, job_id, "output_path", result_key(job_id))
    rewrite(api.parts, job_id, "status", "completed")
    assert told(api.client.get(f"/v1/jobs/{job_id}/results")) == CHANGED
