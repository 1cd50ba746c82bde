"""What a person says of the workers on one machine; none of it changes what a job means."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import JobExecutionResult, JobSpec, PathMap
from sidecar.folders.batches import Batch, BatchCounts
from sidecar.folders.places import Block
from sidecar.folders.resolve_place import FindResolve
from sidecar.folders.settling import Settled


@dataclass(frozen=True)
class WatchOptions:
    """How a watch folder is watched from here."""

    workers: int = 1
    threads_per_job: int | None = None
    """None: processors divided by workers."""
    poll_seconds: float = 2.0
    once: bool = False
    """End when nothing is left that can be taken."""
    ffmpeg: Path | None = None
    path_maps: tuple[PathMap, ...] = ()
    on_batch_done: str | None = None
    """A command, its words as in a shell; `{batch} {folder} {completed} {failed}` are filled in."""
    still_seconds: float = 60.0
    """An unfinished file that has not changed for so long is told."""
    find_resolve: FindResolve | None = None
    """For raw jobs, and one worker: Resolve has one render queue. Called by that worker alone."""
    only_project: str | None = None
    """The id of the project in Resolve whose jobs are run; None: of whichever is open."""


@dataclass
class Tally:
    """What came of many jobs, without keeping each: a watch lasts for months."""

    proven: int = 0
    exist_only: int = 0
    failed: int = 0
    codes: set[str] = field(default_factory=set)
    """Why they failed; empty text where a result names no reason."""

    @property
    def jobs(self) -> int:
        """All of them."""
        return self.proven + self.exist_only + self.failed

    def add(self, result: JobExecutionResult) -> None:
        """Count one that ended."""
        if result.status == "COMPLETED":
            self.proven += result.proven
            self.exist_only += not result.proven
        else:
            self.failed += 1
            self.codes.add(result.failure.code if result.failure else "")

    def join(self, other: Tally) -> None:
        """Count what another counted."""
        self.proven += other.proven
        self.exist_only += other.exist_only
        self.failed += other.failed
        self.codes |= other.codes


class Teller:
    """Is told what happens; this one keeps it to itself."""

    def job_ended(self, worker: str, spec: JobSpec, result: JobExecutionResult) -> None:
        """A job was filed."""

    def settled(self, settled: Settled) -> None:
        """The truth about an interrupted job was written."""

    def rejected(self, name: str, result: JobExecutionResult) -> None:
        """A file in `pending/` was no job that can be run."""

    def left_alone(self, name: str, reason: str) -> None:
        """A file in `pending/` has been unfinished for long."""

    def blocked(self, block: Block) -> None:
        """Nothing is claimed for a place."""

    def unblocked(self, block: Block) -> None:
        """A place works again."""

    def batch_done(self, batch: Batch, counts: BatchCounts, exit_code: int | None) -> None:
        """The last job of a batch was filed, and the command ran: its exit code, if it started."""

    def cleared(self, sentence: str) -> None:
        """Of what a run that is gone had left in Resolve."""

    def trouble(self, sentence: str) -> None:
        """The watch folder does not work now."""
