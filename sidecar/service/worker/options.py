"""What a person says of the workers of one process, and who is told what they do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from proxx_engine import JobExecutionResult, PathMap, PlaceError
from sidecar.service.rows import BEAT_SECONDS, Ending, JobRow
from sidecar.service.settling.interrupted import SettledRow


@dataclass(frozen=True)
class WorkOptions:
    """How jobs are run from here; none of it changes what a JobSpec means."""

    workers: int = 1
    threads_per_job: int | None = None
    """None: processors divided by workers."""
    ffmpeg: Path | None = None
    path_maps: tuple[PathMap, ...] = ()
    once: bool = False
    """End when the line is empty, or what is next cannot be run now."""
    poll_seconds: float = 2.0
    """How often what does not work is looked at again."""
    beat_seconds: float = BEAT_SECONDS
    settle_seconds: float = 60.0


class WorkTeller:
    """Is told what happens, by several threads; this one keeps it to itself."""

    def claimed(self, worker: str, row: JobRow) -> None:
        """A worker has the right to a job, and begins it."""

    def ended(
        self, worker: str, row: JobRow, ending: Ending, result: JobExecutionResult | None
    ) -> None:
        """A job was settled by its worker; `result` is None of qc."""

    def lost(self, worker: str, row: JobRow) -> None:
        """A job was settled by another while its worker ran it: nothing more was published."""

    def passed_by(self, worker: str, job_id: str, why: str) -> None:
        """An entry of the queue was no job to run."""

    def gave_back(self, worker: str, job_id: str) -> None:
        """A job that waited for its place is the next in line again."""

    def settled(self, settled: SettledRow) -> None:
        """The truth about an interrupted job was told."""

    def blocked(self, worker: str, cause: PlaceError) -> None:
        """Nothing is taken, or nothing can be kept, until something works again."""

    def unblocked(self, worker: str) -> None:
        """It works again."""

    def trouble(self, sentence: str) -> None:
        """What a person must know besides."""
