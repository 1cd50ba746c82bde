"""Bodies of the API: their shapes, and how rows become them. Pure.

The three bodies of the governing document have its keys and none more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sidecar.service.projection import ClipOutcome, QcOutcome
from sidecar.service.rows import JobRow, Status, Transition, WorkerSeen

JobId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""UTC, ISO 8601, with Z."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SubmitBody(_Shape):
    """The job that there is now."""

    job_id: JobId


class UploadBody(_Shape):
    """A file that can be submitted."""

    upload_id: JobId


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class StatusBody(_Shape):
    """Where a job is."""

    job_id: JobId
    status: Status
    progress: Annotated[float, Field(ge=0.0, le=1.0, json_schema_extra=_without_default)] = 0.0
    """Clips done of clips in all; left out where it is not known."""
    created_at: Moment
    updated_at: Moment


class ResultsBody(_Shape):
    """What came of a job's clips, in its order."""

    job_id: JobId
    results: list[ClipOutcome] | list[QcOutcome]  # type: ignore[valid-type]
    created_at: Moment
    updated_at: Moment


class JobsBody(_Shape):
    """Some jobs, in the order in which they were submitted."""

    jobs: tuple[StatusBody, ...]
    after: str | None
    """What to ask with for the next page; null: there is none."""


class By(_Shape):
    """Whose process did it."""

    worker: str
    host: str
    pid: int


class TransitionBody(_Shape):
    """One change of a job's status."""

    at: Moment
    before: Status | None
    """Null where the job was submitted."""
    after: Status
    by: By | None
    reason: str | None


class HistoryBody(_Shape):
    """What a job went through, the first change first."""

    job_id: JobId
    transitions: tuple[TransitionBody, ...]


class HealthBody(_Shape):
    """The process answers."""

    ok: bool


class ReadyBody(_Shape):
    """Table, queue and storage answer."""

    ready: bool


class JsonAnswer(JSONResponse):
    """JSON in ASCII: whatever a name holds, it can be sent and shown."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def moment(time: datetime) -> str:
    """Return a time as bodies tell it; one without a zone is UTC."""
    zoned = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return zoned.isoformat(timespec="microseconds").replace("+00:00", "Z")


def status_of(row: JobRow, workers: Iterable[WorkerSeen] = ()) -> dict[str, Any]:
    """Return the status body; `workers` are looked at for a running job."""
    progress = progress_of(row, workers)
    known = {} if progress is None else {"progress": progress}
    return {"job_id": row.job_id, "status": row.status, **known, **_times(row)}


def progress_of(row: JobRow, workers: Iterable[WorkerSeen]) -> float | None:
    """Return which part of a job's clips is done; None where it is not known, never a guess."""
    if row.status == "completed":
        return 1.0
    if row.status != "running":
        return None
    for seen in workers:
        beat = seen.beat
        if beat.job_id != row.job_id or seen.is_silent:
            continue
        # Another may have a second entry of it in hand, and knows nothing.
        if beat.clips_done is not None and beat.clips_total:
            return min(max(beat.clips_done / beat.clips_total, 0.0), 1.0)
    return None


def jobs_of(
    rows: Sequence[JobRow], after: str | None, workers: Iterable[WorkerSeen]
) -> dict[str, Any]:
    """Return a page of status bodies."""
    seen = tuple(workers)
    return {"jobs": [status_of(row, seen) for row in rows], "after": after}


def results_body(row: JobRow, results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the results body."""
    return {"job_id": row.job_id, "results": results, **_times(row)}


def history_of(job_id: str, transitions: Iterable[Transition]) -> dict[str, Any]:
    """Return the history body."""
    told = []
    for each in transitions:
        by = each.by and {
            "worker": each.by.worker,
            "host": each.by.owner.host,
            "pid": each.by.owner.pid,
        }
        change = {"at": moment(each.at), "before": each.before, "after": each.after}
        told.append(change | {"by": by, "reason": each.reason})
    return {"job_id": job_id, "transitions": told}


def _times(row: JobRow) -> dict[str, str]:
    return {"created_at": moment(row.created_at), "updated_at": moment(row.updated_at)}
