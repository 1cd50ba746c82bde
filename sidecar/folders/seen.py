"""One look at a watch folder, as plain values: what waits, runs, ended, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that a worker has."""

    worker: str
    label: str
    job_id: str
    clip: str | None
    """The running clip's output; None between clips, and where nobody says."""
    clips_done: int
    clips: int
    elapsed_seconds: float | None
    bytes_written: int | None
    about_bytes: int | None
    """What the running clip is estimated to take."""

    @property
    def part(self) -> float | None:
        """How much of the job is made, 0 to 1; None where nobody can tell."""
        if not self.clips:
            return None
        clip = 0.0
        if self.bytes_written is not None and self.about_bytes:
            clip = min(self.bytes_written / self.about_bytes, 1.0)
        return min((self.clips_done + clip) / self.clips, 1.0)


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker, as it last spoke."""

    name: str
    host: str
    state: str
    since_seconds: float | None
    heard_seconds: float | None
    """Since it was last heard of, by this machine's clock; below nothing where theirs is ahead.
    None where the time that it told is none."""
    silent: bool
    gone: bool
    """Whether it was a process of this host and is no more."""
    done: int
    failed: int
    threads: int
    version: str


@dataclass(frozen=True, slots=True)
class StaleJob:
    """A claim that nobody works on any more, as far as can be told from here."""

    job_id: str
    job_file: str
    worker: str
    host: str
    taken_at: str
    reason: str
    ours: bool
    """Whether a worker of this host settles it; else a person releases it."""


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A place for which nothing is claimed."""

    place: str
    code: str
    detail: str
    workers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailureSeen:
    """One of the latest jobs in `failed/`."""

    label: str
    status: str
    code: str
    sentence: str
    next_step: str
    folder: str


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """The jobs of one act, of which some have not ended."""

    label: str
    waiting: int
    running: int
    completed: int | None
    """None where that day holds too many jobs to be read for a view."""
    failed: int | None

    @property
    def total(self) -> int | None:
        """All jobs that are here."""
        if self.completed is None or self.failed is None:
            return None
        return self.waiting + self.running + self.completed + self.failed


@dataclass(frozen=True, slots=True)
class FolderSeen:
    """Everything that a look told."""

    root: str
    engine: str
    at: str
    waiting: int
    next_names: tuple[str, ...]
    """The first that wait."""
    left_alone: tuple[tuple[str, str], ...]
    """Files in `pending/` that are not taken, each with its reason."""
    running: tuple[RunningJob, ...]
    workers: tuple[WorkerSeen, ...]
    stale: tuple[StaleJob, ...]
    blocks: tuple[BlockSeen, ...]
    completed: int
    failed: int
    failures: tuple[FailureSeen, ...]
    batches: tuple[BatchSeen, ...]

    @property
    def watched(self) -> bool:
        """Whether any worker was heard of lately."""
        return any(not worker.silent and not worker.gone for worker in self.workers)

    def headline(self) -> Iterator[str]:
        """Yield what a person must know first; the gravest comes first."""
        if self.failed:
            yield f"{self.failed:,} FAILED"
        if self.stale:
            yield f"{len(self.stale)} STALE: their workers are gone or silent"
        if self.blocks:
            yield f"BLOCKED: {', '.join(sorted({block.code for block in self.blocks}))}"
        if self.waiting and not self.watched:
            yield f"NOBODY WATCHES, and {self.waiting:,} wait"
        if self.left_alone:
            yield f"{len(self.left_alone)} left alone in pending/"
        yield f"{self.waiting:,} waiting, {len(self.running)} running, {self.completed:,} completed"
