"""What a worker knows of itself: what it is doing, and which job its place cost it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from proxx_engine import JobSpec, PlaceError
from sidecar.service.rows import JobRow, WorkerState


@dataclass(frozen=True, slots=True)
class Doing:
    """What a worker is doing, for its beat."""

    state: WorkerState = "idle"
    job_id: str | None = None
    """Of the job that runs, or is in its hand."""
    journal: Path | None = None
    clips: int | None = None
    blocked_by: PlaceError | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Costly:
    """A job that failed for its place: nothing is taken until that looks well again."""

    row: JobRow
    spec: JobSpec
