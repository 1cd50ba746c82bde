"""The three bodies of the governing document have its keys and none more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from proxx_engine import ClipExecutionResult, encode_json
from sidecar.qc.model import QcClip, QcResult
from sidecar.service.keys import measures_key
from sidecar.service.projection import (
    KEPT,
    KEPT_OF_INVOCATION,
    KEPT_OF_QC,
    LEFT_OUT,
    LEFT_OUT_OF_INVOCATION,
    LEFT_OUT_OF_QC,
    ClipOutcome,
    measures_of,
)
from sidecar.service.rows import Beat, Ending
from tests.service.api.serving import BY, Api, end_job, id_of, jobspec, result_for

HERE = Path(__file__).parent
QC_1_0 = HERE.parents[1] / "qc" / "qc_1_0.json"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_submit_tells_the_id_and_nothing_else(api: Api) -> None:
    spec = jobspec()
    answer = api.submit(spec)
    assert (answer.status_code, answer.json()) == (201, {"job_id": id_of(spec)})


def test_the_status_of_a_job_has_the_governing_keys(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    body = api.client.get(f"/v1/jobs/{job_id}").json()
    assert set(body) == {"job_id", "status", "created_at", "updated_at"}
    assert (body["job_id"], body["status"]) == (job_id, "pending")
    assert MOMENT.fullmatch(body["created_at"])
    assert MOMENT.fullmatch(body["updated_at"])
    end_job(api.parts, job_id)
    ended = api.client.get(f"/v1/jobs/{job_id}").json()
    assert set(ended) == {"job_id", "status", "progress", "created_at", "updated_at"}
    assert (ended["status"], ended["progress"]) == ("completed", 1.0)


def test_progress_is_of_clips_and_only_what_a_worker_said(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    assert api.parts.table.claim(job_id, BY)
    seen = api.client.get(f"/v1/jobs/{job_id}").json()
    assert set(seen) == {"job_id", "status", "created_at", "updated_at"}
    assert seen["status"] == "running"
    for done, total, told in ((1, 4, 0.25), (None, None, None), (0, 0, None), (3, 3, 1.0)):
        api.parts.table.beat(Beat(BY, "running", job_id, done, total))
        assert api.client.get(f"/v1/jobs/{job_id}").json().get("progress") == told
        listed = api.client.get("/v1/jobs").json()["jobs"]
        assert listed[0].get("progress") == told
    api.parts.table.beat(Beat(BY, "running", None, 1, 4))
    assert "progress" not in api.client.get(f"/v1/jobs/{job_id}").json()


def test_a_worker_that_has_a_second_entry_in_hand_hides_no_progress(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    assert api.parts.table.claim(job_id, BY)
    api.parts.table.beat(Beat(replace(BY, worker="a-1"), "idle", job_id))
    api.parts.table.beat(Beat(BY, "running", job_id, 1, 4))
    assert api.client.get(f"/v1/jobs/{job_id}").json()["progress"] == 0.25


def test_a_failed_job_has_no_progress(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec), status="failed")
    assert "progress" not in api.client.get(f"/v1/jobs/{id_of(spec)}").json()


def test_results_are_what_is_kept(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    end_job(api.parts, job_id)
    body = api.client.get(f"/v1/jobs/{job_id}/results").json()
    assert set(body) == {"job_id", "results", "created_at", "updated_at"}
    assert body["results"] == json.loads((HERE / "results.json").read_text("utf-8"))


def test_results_hold_no_time_worker_or_environment(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec))
    whole = json.loads(result_for(id_of(spec)))
    told = api.client.get(f"/v1/jobs/{id_of(spec)}/results").text
    told = json.dumps(json.loads(told)["results"], ensure_ascii=False)
    ran = whole["clips"][0]["invocation"]["executed_command"][0]
    for word in (whole["worker"]["id"], whole["worker"]["host"], whole["started_at"], ran):
        assert word not in told


def test_each_field_of_a_clip_is_decided_on() -> None:
    assert {*KEPT} | {*LEFT_OUT} == set(ClipExecutionResult.model_fields)
    invocation = ClipExecutionResult.model_fields["invocation"].annotation
    assert invocation is not None
    assert {*KEPT_OF_INVOCATION} | {*LEFT_OUT_OF_INVOCATION} == set(invocation.model_fields)  # type: ignore[attr-defined]
    assert {*KEPT_OF_QC} | {*LEFT_OUT_OF_QC} == set(QcClip.model_fields)
    assert not {*KEPT} & {*LEFT_OUT}
    assert set(ClipOutcome.model_fields) == {*KEPT}


def test_the_results_of_a_qc_job_are_its_clips(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    end_job(api.parts, id_of(spec))
    answer = api.submit({"result_of": id_of(spec)}, pipeline_id="qc", frame_stride=25)
    assert answer.status_code == 201
    qc_id = answer.json()["job_id"]
    assert qc_id != id_of(spec)
    row = api.parts.table.row(qc_id)
    assert row is not None
    assert (row.pipeline_id, row.frame_stride, row.max_frames) == ("qc", 25, None)
    assert api.parts.table.claim(qc_id, BY)
    golden = QcResult.model_validate_json(QC_1_0.read_bytes())
    stored = encode_json(golden.model_copy(update={"job_id": id_of(spec)}))
    api.parts.storage.put_new(measures_key(qc_id), stored)
    ending = Ending("completed", measures_key(qc_id), None)
    assert api.parts.table.settle(qc_id, ending, by=BY, of=BY)
    body = api.client.get(f"/v1/jobs/{qc_id}/results").json()
    assert set(body) == {"job_id", "results", "created_at", "updated_at"}
    assert body["results"] == measures_of(QcResult.model_validate_json(stored))
    assert all(set(clip) == {*KEPT_OF_QC} for clip in body["results"])
    assert api.client.get(f"/v1/jobs/{qc_id}/result").content == stored


def test_the_whole_files_are_fetched_byte_for_byte(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    assert api.client.get(f"/v1/jobs/{job_id}/jobspec").content == spec
    end_job(api.parts, job_id)
    result = api.client.get(f"/v1/jobs/{job_id}/result")
    assert result.content == result_for(job_id)
    assert result.headers["content-disposition"] == f'attachment; filename="{job_id}.result.json"'
    assert result.headers["content-type"] == "application/json"


def test_the_history_tells_who_when_and_why(api: Api) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    api.submit(spec)
    end_job(api.parts, job_id)
    body = api.client.get(f"/v1/jobs/{job_id}/history").json()
    assert [each["after"] for each in body["transitions"]] == ["pending", "running", "completed"]
    assert body["transitions"][0]["by"] is None
    claim = body["transitions"][1]
    assert claim["by"] == {"worker": "w1", "host": BY.owner.host, "pid": BY.owner.pid}
    assert MOMENT.fullmatch(claim["at"])


@pytest.mark.parametrize("what", ["results", "result"])
def test_a_job_that_has_not_ended_has_no_results_yet(api: Api, what: str) -> None:
    spec = jobspec()
    api.submit(spec)
    answer = api.client.get(f"/v1/jobs/{id_of(spec)}/{what}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "API_NOT_ENDED")
    assert api.parts.table.claim(id_of(spec), BY)
    ending = Ending("failed", None, "CLAIM_RELEASED: settled by a person: it hung")
    assert api.parts.table.settle(id_of(spec), ending, by=BY, of=BY)
    answer = api.client.get(f"/v1/jobs/{id_of(spec)}/{what}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "API_NO_RESULT")
    assert "CLAIM_RELEASED: settled by a person" in answer.json()["error"]["message"]


def test_an_error_has_one_form(api: Api) -> None:
    answer = api.client.get("/v1/jobs/0b1f6c1e-6f0e-4c57-9a57-3c1f0d4b8a11")
    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}
    told = answer.json()["error"]
    assert set(told) == {"code", "message", "issues", "request_id"}
    assert told["code"] == "API_NO_JOB"
    assert told["request_id"] == answer.headers["x-request-id"]
