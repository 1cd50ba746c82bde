"""What an overview of the service holds, for the description of the API and whoever reads it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from sidecar.service.rows import PipelineId, WorkerState


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Counts(_Shape):
    """How many jobs have each status."""

    pending: int
    running: int
    completed: int
    failed: int


class Line(_Shape):
    """The waiting line: the queue, as it is."""

    queue: str
    """What the queue is, without credentials."""
    outlives_us: bool
    """Whether what waits is still there after a restart of the queue's process."""
    waiting: int
    """How many entries it has."""
    first: tuple[str, ...]
    """The next job ids, the very next one first; at most 50."""


class Lost(_Shape):
    """Rows that are pending and not in the line. A worker that has taken one and not claimed it
    yet makes it look so for a moment: what stands here at two looks is lost.
    """

    count: int
    job_ids: tuple[str, ...]
    """The oldest ones; at most 50."""
    cure: str
    """What a person does."""


class Running(_Shape):
    """A job that is claimed and has not ended."""

    job_id: str
    short: str
    """The first 8 digits of the id, which people say."""
    pipeline_id: PipelineId
    since: datetime
    """When it was claimed."""
    worker: str
    host: str
    clips_done: int | None
    clips_total: int | None
    """Both null where they are not known."""
    stale: bool
    """Whether its worker was not heard of for long."""
    silent_seconds: float | None
    """How long ago its worker spoke of it; null where it has no beat any more."""
    cure: str | None
    """What a person does about a stale job, after looking on its host."""


class Worker(_Shape):
    """A worker, as it last spoke."""

    name: str
    host: str
    state: WorkerState
    job_id: str | None
    blocked_by: str | None
    """Why it takes no job, in words."""
    silent: bool
    """Whether it was not heard of for long."""
    silent_seconds: float
    version: str


class Ended(_Shape):
    """A job that is completed or failed."""

    job_id: str
    short: str
    pipeline_id: PipelineId
    ended: datetime
    code: str | None
    """The code of the failure; null for a completed job."""
    sentence: str | None
    next_step: str | None
    result: str | None
    """Where its result is fetched as a file; null where there is none."""


class Away(_Shape):
    """A part of the service that does not answer."""

    part: str
    """`table`, `queue` or `storage`."""
    code: str
    sentence: str
    detail: str
    next_step: str


class Overview(_Shape):
    """The service at one look. What a part that is away would tell is null."""

    made_at: datetime
    version: str
    away: tuple[Away, ...]
    """The parts that do not answer; empty when all is well."""
    counts: Counts | None
    line: Line | None
    lost: Lost | None
    running: tuple[Running, ...] | None
    workers: tuple[Worker, ...] | None
    failures: tuple[Ended, ...] | None
    """The jobs that failed last, the newest first; at most 50."""
    completed: tuple[Ended, ...] | None
    """The jobs that were completed last, the newest first; at most 20."""
    labels: dict[str, str] = {}
    """What people call jobs that are named here, by id; what is not known yet is left out."""
