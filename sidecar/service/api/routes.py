"""The paths of the API. Each is a plain function over the parts; the guard stands before them."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from proxx_engine import Issue, RequestError
from sidecar.service.api import answers
from sidecar.service.api.answers import JsonAnswer
from sidecar.service.api.described import ATTACHMENT, SUBMITTED, UPLOADED, errors
from sidecar.service.api.errors import ApiError
from sidecar.service.api.large import Large
from sidecar.service.api.overview import overview_of
from sidecar.service.api.overview_shapes import Overview
from sidecar.service.api.reading import jobspec_of, result_of, row_of, told_results
from sidecar.service.api.references import ResultReference, UploadReference, reference_in
from sidecar.service.api.uploads import kept_below
from sidecar.service.keys import upload_key
from sidecar.service.parts import Parts
from sidecar.service.rows import Status
from sidecar.service.submitting import (
    known_pipeline,
    read_upload,
    submit_jobspec,
    submit_qc,
)

MOST_ROWS = 500


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _large(request: Request) -> Large:
    large: Large = request.app.state.large
    return large


async def _body(request: Request) -> bytes:
    return await request.body()


PartsHere = Annotated[Parts, Depends(_parts)]
LargeHere = Annotated[Large, Depends(_large)]
Body = Annotated[bytes, Depends(_body)]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="How many at most.")]
After = Annotated[
    str | None, Query(max_length=512, description="What the page before it ended with.")
]
OfStatus = Annotated[Status | None, Query(description="Only jobs of this status.")]
JobIdHere = answers.JobId
jobs = APIRouter(prefix="/v1", tags=["jobs"])
service = APIRouter(tags=["service"])


@jobs.post(
    "/jobs",
    status_code=201,
    response_model=answers.SubmitBody,
    responses=errors("submit") | {200: SUBMITTED},
    openapi_extra=UPLOADED["submit"],
)
def submit_job(
    request: Request,
    parts: PartsHere,
    large: LargeHere,
    body: Body,
    pipeline_id: Annotated[str, Query(max_length=64, description="`proxy` or `qc`.")] = "proxy",
    frame_stride: Annotated[int | None, Query(description="qc: every so many pictures.")] = None,
    max_frames: Annotated[int | None, Query(description="qc: at most so many pictures.")] = None,
) -> Response:
    """Submit a JobSpec, a file that was uploaded, or the measuring of a completed job.

    The same JobSpec again is the same job: 200 instead of 201.
    """
    pipeline = known_pipeline(pipeline_id)
    reference = reference_in(body)
    if pipeline == "qc":
        if not isinstance(reference, ResultReference):
            raise _wrong("pipeline_id", 'found qc, which takes {"result_of": JOB_ID} as its body')
        submitted = submit_qc(
            parts,
            reference.result_of,
            frame_stride=1 if frame_stride is None else frame_stride,
            max_frames=max_frames,
        )
    else:
        for name, given in (("frame_stride", frame_stride), ("max_frames", max_frames)):
            if given is not None:
                raise _wrong(name, f"found {given}, which only goes with pipeline_id=qc")
        spec = _jobspec_of(parts, reference, body)
        with large.one_of(len(spec)):
            submitted = submit_jobspec(parts, spec)
    request.state.job_id = submitted.job_id
    status = 201 if submitted.is_new else 200
    return JsonAnswer({"job_id": submitted.job_id}, status_code=status)


def _jobspec_of(
    parts: Parts, reference: UploadReference | ResultReference | None, body: bytes
) -> bytes:
    match reference:
        case UploadReference():
            return read_upload(parts, reference.upload_id)
        case ResultReference():
            raise _wrong("pipeline_id", "expected qc where the body names a result")
        case None:
            return body


def _wrong(name: str, sentence: str) -> RequestError:
    return RequestError((Issue("SPEC_BAD_PAIR", name, sentence),))


@jobs.post(
    "/uploads",
    status_code=201,
    response_model=answers.UploadBody,
    responses=errors("upload"),
    openapi_extra=UPLOADED["upload"],
)
async def upload_jobspec(request: Request, parts: PartsHere) -> Response:
    """Upload a JobSpec file that is larger than a request may be, to submit it by its id.

    It is looked at when it is submitted, which keeps a copy of its own. Uploads stay in the
    storage; who runs it may remove those of days ago.
    """
    upload_id = str(uuid.uuid4())
    with kept_below(parts.settings.home) as file:
        async for part in request.stream():
            await run_in_threadpool(file.write, part)
        await run_in_threadpool(file.put, parts.storage, upload_key(upload_id))
    return JsonAnswer({"upload_id": upload_id}, status_code=201)


@jobs.get("/jobs", response_model=answers.JobsBody, responses=errors("list"))
def list_jobs(
    parts: PartsHere, limit: Limit = 50, after: After = None, status: OfStatus = None
) -> Response:
    """List jobs in the order in which they were submitted."""
    try:
        page = parts.table.page(limit=limit, after=after, status=status)
    except ValueError:
        issue = Issue("SPEC_OUT_OF_RANGE", "after", "no page ended with it")
        raise RequestError((issue,)) from None
    running = any(row.status == "running" for row in page.rows)
    workers = parts.table.workers() if running else ()
    return JsonAnswer(answers.jobs_of(page.rows, page.after, workers))


@jobs.get("/jobs/{job_id}", response_model=answers.StatusBody, responses=errors("status"))
def read_status(parts: PartsHere, job_id: JobIdHere) -> Response:
    """Tell where a job is."""
    row = row_of(parts, job_id)
    workers = parts.table.workers() if row.status == "running" else ()
    return JsonAnswer(answers.status_of(row, workers))


@jobs.get("/jobs/{job_id}/results", response_model=answers.ResultsBody, responses=errors("results"))
def read_results(parts: PartsHere, large: LargeHere, job_id: JobIdHere) -> Response:
    """Tell what came of a job's clips, without times, worker and environment."""
    row = row_of(parts, job_id)
    stored = result_of(parts, row)
    with large.one_of(len(stored)):
        return JsonAnswer(answers.results_body(row, told_results(row, stored)))


@jobs.get(
    "/jobs/{job_id}/result", response_class=Response, responses=errors("results") | ATTACHMENT
)
def fetch_result(parts: PartsHere, job_id: JobIdHere) -> Response:
    """Fetch the whole result as a file, byte for byte as it is stored."""
    row = row_of(parts, job_id)
    kind = "qc" if row.pipeline_id == "qc" else "result"
    return _file(result_of(parts, row), f"{row.job_id}.{kind}.json")


@jobs.get(
    "/jobs/{job_id}/jobspec", response_class=Response, responses=errors("status") | ATTACHMENT
)
def fetch_jobspec(parts: PartsHere, job_id: JobIdHere) -> Response:
    """Fetch the JobSpec as a file, byte for byte as it was submitted; of a qc job, that of the job
    that it measures.
    """
    row = row_of(parts, job_id)
    return _file(jobspec_of(parts, row), row.input_path.rpartition("/")[2])


@jobs.get("/jobs/{job_id}/history", response_model=answers.HistoryBody, responses=errors("status"))
def read_history(parts: PartsHere, job_id: JobIdHere) -> Response:
    """Tell each change of a job's status: who, when, why."""
    row = row_of(parts, job_id)
    return JsonAnswer(answers.history_of(row.job_id, parts.table.history(row.job_id)))


def _file(data: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=headers)


@jobs.get("/overview", response_model=Overview, responses=errors("overview"), tags=["service"])
def read_overview(request: Request, parts: PartsHere) -> Response:
    """Tell the whole service at one look."""
    return JsonAnswer(overview_of(parts, request.app.state.labels))


@service.get("/healthz", response_model=answers.HealthBody, responses=errors("health"))
def read_health() -> Response:
    """Tell that the process answers; needs no token, tells nothing else."""
    return JsonAnswer({"ok": True})


@service.get("/readyz", response_model=answers.ReadyBody, responses=errors("ready"))
def read_readiness(parts: PartsHere) -> Response:
    """Ask table, queue and storage whether they answer; 503 tells which does not."""
    troubles = parts.look()
    if troubles:
        issues = [Issue(each.code, _part_of(each.code), each.detail) for each in troubles]
        raise ApiError(troubles[0].code, troubles[0].detail, issues=issues)
    return JsonAnswer({"ready": True})


def _part_of(code: str) -> str:
    named = {"TABLE": "table", "QUEUE": "queue", "OBJECTS": "storage", "OBJECT": "storage"}
    return named.get(code.split("_")[1], "") if "_" in code else ""
