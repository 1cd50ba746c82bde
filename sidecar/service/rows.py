"""What the job table tells: a job's row, its transitions, its workers. Pure.

The row is the governing document's, column for column. Whoever did what stands in the transitions,
which are only ever added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from proxx_engine import ProcessIdentity

Status = Literal["pending", "running", "completed", "failed"]
PipelineId = Literal["proxy", "qc"]
PIPELINES: tuple[PipelineId, ...] = ("proxy", "qc")
WorkerState = Literal["idle", "running", "blocked", "stopping"]

BEAT_SECONDS = 10.0
STALE_AFTER_SECONDS = 60.0
"""Six beats missed: then a view says that a running job's worker was not heard of."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a submission says of a job."""

    job_id: str
    """A UUID, as text with hyphens."""
    input_path: str
    """The key of its JobSpec in the storage."""
    pipeline_id: PipelineId = "proxy"
    frame_stride: int = 1
    max_frames: int | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job, as the table has it; times are UTC."""

    job_id: str
    status: Status
    created_at: datetime
    updated_at: datetime
    input_path: str
    output_path: str | None
    """The key of its result in the storage; None until there is one."""
    error_message: str | None
    pipeline_id: PipelineId
    frame_stride: int
    max_frames: int | None


@dataclass(frozen=True, slots=True)
class Claimant:
    """Which worker claims, or settles, and where it keeps the job meanwhile."""

    worker: str
    """Its name, as in heartbeats and results."""
    owner: ProcessIdentity
    home: str
    """The folder on its host below which its jobs lie; empty for a person's act."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a job came to."""

    status: Literal["completed", "failed"]
    output_path: str | None
    error_message: str | None


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a job's status."""

    seq: int
    """Counts up over all jobs."""
    job_id: str
    at: datetime
    before: Status | None
    """None where the job was submitted."""
    after: Status
    by: Claimant | None
    """None where nobody's process is told."""
    reason: str | None
    """What a person said, or why it was settled by another than its worker."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a worker says of itself, from time to time."""

    claimant: Claimant
    state: WorkerState
    job_id: str | None = None
    clips_done: int | None = None
    clips_total: int | None = None
    """None where it is not known; of qc always."""
    blocked_by: str | None = None
    """The cause, in words."""
    version: str = ""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker as it last spoke; ages are by the database's clock, so no host's clock counts."""

    beat: Beat
    beat_at: datetime
    silent_seconds: float

    @property
    def is_silent(self) -> bool:
        """Whether it has missed so many beats that a person is told."""
        return self.silent_seconds > STALE_AFTER_SECONDS


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that is claimed and has not ended."""

    row: JobRow
    by: Claimant
    claimed_at: datetime
    seen: WorkerSeen | None
    """The worker's last beat; None where it has none any more."""

    @property
    def is_stale(self) -> bool:
        """Whether its worker was not heard of for long: a person, or its host, decides."""
        if self.seen is None or self.seen.is_silent:
            return True
        # A beat that is older than the claim knows nothing of it.
        return self.seen.beat.job_id != self.row.job_id and self.seen.beat_at > self.claimed_at


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, in the order in which they were submitted."""

    rows: tuple[JobRow, ...]
    after: str | None
    """What to ask with for the next page; None: there is none."""
