"""One look at a watch folder, as plain values: what waits, runs, ended, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sidecar.folders.pending import STILL_SECONDS

Doing = Literal["beginning", "encoding", "proving", "publishing", "ending"]
SettledBy = Literal["workers", "watch", "process", "host", "person"]
"""Who ends the story of a stale job: the workers of its host, within a minute; `proxx watch`, once
it is started there; the same, but its process must end first; the workers of another host, if its
process is gone there; a person."""


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that a worker has, as far as can be told."""

    worker: str
    label: str
    job_id: str
    doing: Doing
    clip: str | None
    """The running clip's output; None between clips."""
    clips_done: int
    clips: int
    elapsed_seconds: float | None
    """Since the clip began, else since the job was taken; None where nobody says."""
    bytes_written: int | None
    """Of the running clip."""
    about_bytes: int | None
    """What the running clip is estimated to take."""
    exists_only: bool = False
    """Whether its proxies are only looked at, and not compared with their sources."""

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
    """How long it has been in this state; None where it tells no time."""
    heard_seconds: float | None
    """How long it has said nothing; None where nobody can tell."""
    silent: bool
    gone: bool
    """Whether it was a process of this host and is no more."""
    clock_ahead_seconds: float
    """Of its clock, before that of the disk; below nothing where it is behind."""
    done: int
    failed: int
    threads: int
    version: str

    @property
    def alive(self) -> bool:
        """Whether it was heard of lately."""
        return not self.silent and not self.gone


@dataclass(frozen=True, slots=True)
class StaleJob:
    """A claim that nobody works on any more, as far as can be told from here."""

    job_id: str
    name: str
    """What people call the job: its label, with the first digits of its id."""
    worker: str
    host: str
    taken_at: str
    reason: str
    settled_by: SettledBy


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A place for which nothing is claimed."""

    place: str
    """Empty where it is the watch folder itself."""
    code: str
    detail: str
    workers: tuple[str, ...]
    waiting: int = 0
    """Jobs that wait for it, as far as they were read."""


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """One of the first that wait."""

    name: str
    """Its file's."""
    waits_for: str
    """The code of the block that keeps it waiting; empty where it is its turn that it waits for."""


@dataclass(frozen=True, slots=True)
class FailureSeen:
    """One of the latest jobs in `failed/`."""

    name: str
    status: str
    code: str
    sentence: str
    next_step: str
    folder: str
    ended_seconds: float
    """How long ago it was filed."""


@dataclass(frozen=True, slots=True)
class UnfinishedSeen:
    """A file in `pending/` that is called like a job and is not whole."""

    name: str
    reason: str
    still_seconds: float
    """Since it last changed."""

    @property
    def stands_still(self) -> bool:
        """Whether nobody seems to write it any more."""
        return self.still_seconds > STILL_SECONDS


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """The jobs of one act, of which some have not ended, as far as they were read."""

    label: str
    made_at: str
    waiting: int
    running: int
    stale: int
    completed: int
    failed: int
    held: int = 0

    @property
    def total(self) -> int:
        """All jobs of it that are here."""
        begun = self.running + self.stale + self.completed + self.failed
        return self.waiting + self.held + begun


@dataclass(frozen=True, slots=True)
class FolderSeen:
    """Everything that a look told."""

    root: str
    engine: str
    at: str
    waiting: int
    """Files in `pending/` that look like jobs, and that nobody has claimed."""
    next_jobs: tuple[WaitingJob, ...]
    """The first that wait."""
    barred: int
    """Jobs that wait for a place that is blocked, as far as they were read."""
    held: int
    """Jobs that a person holds back: nobody begins them."""
    left_alone: tuple[tuple[str, str], ...]
    """What is not taken of `pending/`, and strange folders in `running/`, each with its reason."""
    unfinished: tuple[UnfinishedSeen, ...]
    running: tuple[RunningJob, ...]
    workers: tuple[WorkerSeen, ...]
    stale: tuple[StaleJob, ...]
    blocks: tuple[BlockSeen, ...]
    completed: int
    failed: int
    failures: tuple[FailureSeen, ...]
    """The latest, first."""
    batches: tuple[BatchSeen, ...]
    unread: int = 0
    """Job files that there was no time to read: batches and blocks may count more."""

    @property
    def watched(self) -> bool:
        """Whether any worker was heard of lately that may take a job."""
        return any(worker.alive and worker.state != "stopping" for worker in self.workers)

    def alarms(self) -> Iterator[str]:
        """Yield what needs a person, the gravest first."""
        if self.failed:
            # One that is filed while we look may be counted and not yet read.
            ages = [f", the last one {ago(failure.ended_seconds)}" for failure in self.failures]
            yield f"{self.failed:,} FAILED{''.join(ages[:1])}"
        if self.stale:
            yield f"{len(self.stale):,} STALE: nobody works on them any more"
        if self.blocks:
            wait = f", {self.barred:,} wait" * bool(self.barred)
            yield f"BLOCKED{wait}: {', '.join(sorted({cause_of(block) for block in self.blocks}))}"
        if self.waiting and not self.watched:
            ending = any(worker.alive for worker in self.workers)
            whose = "WORKERS ARE ENDING" if ending else "NOBODY WATCHES"
            yield f"{whose}, and {self.waiting:,} wait"
        half = sum(file.stands_still for file in self.unfinished)
        if half:
            yield f"{half:,} UNFINISHED in pending/: nobody writes on"
        if self.left_alone:
            yield f"{len(self.left_alone):,} left alone: no job, or no name for one"

    def counts(self) -> str:
        """Return how many jobs there are in each state."""
        held = f"{self.held:,} held, " * bool(self.held)
        return (
            f"{self.waiting:,} waiting, {held}{len(self.running):,} running, "
            f"{self.completed:,} completed, {self.failed:,} failed"
        )


def cause_of(block: BlockSeen) -> str:
    """Return what a block is called in few words."""
    return block.code or "the watch folder"


def ago(seconds: float | None) -> str:
    """Return how long ago something was, as people say it: 40 s ago, 3 h ago, 5 days ago."""
    if seconds is None:
        return "at a time that nobody can tell"
    for unit, length, most in (("s", 1, 90), ("min", 60, 90), ("h", 3600, 48)):
        if seconds < length * most:
            return f"{max(seconds, 0) / length:.0f} {unit} ago"
    return f"{seconds / 86400:.0f} days ago"
