"""A person's word that jobs are not to be begun, and that they may: `pending/` ⇄ `held/`.

Whoever moves a job has the claim to it, as a worker has, so no job is held and taken at once. It
keeps its name: what may be begun again stands in the line where it stood before. Of a death in
between, settling tells on which side the job lies; nothing of it was begun.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from proxx_engine import publish, sync_folder
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, claim_path, drop_claim, is_held, read_claim, take_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB, job_id_in, judge_name
from sidecar.folders.views.tops import Top, read_top

Room = Literal["pending", "held"]


@dataclass(frozen=True, slots=True)
class IdleJob:
    """A job that nobody has begun, in `pending/` or in `held/`."""

    name: str
    top: Top


@dataclass
class Moves:
    """What came of the wish to move some jobs."""

    moved: list[IdleJob] = field(default_factory=list)
    left: list[tuple[IdleJob, str]] = field(default_factory=list)
    """What stays as it is, each with the reason."""


def idle_jobs(folder: WatchFolder, room: Room) -> Iterator[IdleJob]:
    """Yield the jobs in one of the two rooms, in the order in which they are taken.

    What is no whole job, or is called after another one, is a worker's to refuse. Raises: OSError.
    """
    place = folder.root / room
    for name in sorted(os.listdir(place)) if place.is_dir() else ():
        top = read_top(place / name) if judge_name(name) == "job" else None
        if top is None or job_id_in(f"{top.job_id}{JOB}") != top.job_id:
            continue
        if job_id_in(name) in (None, top.job_id):
            yield IdleJob(name, top)


def _rounds(jobs: Sequence[IdleJob]) -> Iterator[list[IdleJob]]:
    """Yield the jobs so that each is there once: a second file of one has to wait for its claim."""
    left = list(jobs)
    while left:
        distinct = {job.top.job_id: job for job in reversed(left)}
        yield [job for job in left if distinct[job.top.job_id] is job]
        left = [job for job in left if distinct[job.top.job_id] is not job]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds jobs and lets them go, and why."""

    folder: WatchFolder
    log: ActionLog
    name: str
    """As a worker's is told: of the process that a person started."""
    reason: str

    def hold(self, jobs: Sequence[IdleJob]) -> Moves:
        """Move jobs out of `pending/`: they are kept, and nobody begins them. Raises: OSError."""
        return self._move(jobs, "pending", "held")

    def let_go(self, jobs: Sequence[IdleJob]) -> Moves:
        """Move jobs back into `pending/`, where they wait for their turn. Raises: OSError."""
        return self._move(jobs, "held", "pending")

    def _move(self, jobs: Sequence[IdleJob], source: Room, target: Room) -> Moves:
        moves = Moves()
        for distinct in _rounds(jobs):
            self._move_distinct(distinct, moves, source, target)
        return moves

    def _move_distinct(
        self, jobs: Sequence[IdleJob], moves: Moves, source: Room, target: Room
    ) -> None:
        """Claim all, note all, move each; an error leaves each job on one side, and unclaimed."""
        claims: list[tuple[IdleJob, Claim]] = []
        try:
            for job in jobs:
                if claim := self._claim(job, target):
                    claims.append((job, claim))
                else:
                    moves.left.append((job, self._who_has(job)))
            if claims:
                self._note(claims, target)
                self._publish_all(claims, moves, source, target)
        except (OSError, KeyboardInterrupt):
            with suppress(OSError):  # what went wrong first is told
                self._end(claims, moves)
            raise
        self._end(claims, moves)

    def _claim(self, job: IdleJob, target: Room) -> Claim | None:
        # A power cut may take the claim: a job without one lies on one side or the other.
        return take_claim(
            self.folder,
            job.top.job_id,
            worker=self.name,
            job_file=job.name,
            job_folder=target,
            durable=False,
        )

    def _who_has(self, job: IdleJob) -> str:
        claim = read_claim(claim_path(self.folder, job.top.job_id))
        if claim is not None and claim.owner.is_gone():
            return "whoever claimed it is gone; `proxx watch` settles that"
        if claim is not None and claim.is_for_holding:
            return "it is being held back or let go just now"
        return "a worker has it"

    def _note(self, claims: Sequence[tuple[IdleJob, Claim]], target: Room) -> None:
        facts = ({**self._told(job), "to": f"{target}/{job.name}"} for job, _claim in claims)
        self.log.note_all("hold" if target == "held" else "let_go", facts, worker=self.name)

    def _publish_all(
        self, claims: Sequence[tuple[IdleJob, Claim]], moves: Moves, source: Room, target: Room
    ) -> None:
        for job, claim in claims:
            bar = self._publish(job, claim, source, target)
            if bar is None:
                moves.moved.append(job)
            else:
                moves.left.append((job, bar))
        for room in (target, source):
            sync_folder(self.folder.root / room)

    def _publish(self, job: IdleJob, claim: Claim, source: Room, target: Room) -> str | None:
        """Move one job; return why it stays."""
        if not is_held(self.folder, claim):
            return "its claim was taken away meanwhile"
        try:
            publish(self.folder.root / source / job.name, self.folder.root / target / job.name)
        except FileExistsError:
            return f"{target}/ holds another file of this name"
        except FileNotFoundError:
            # NFS may say so of a rename that it did, when its reply was lost.
            if not os.path.lexists(self.folder.root / target / job.name):
                return "is not there any more"
        return None

    def _end(self, claims: Sequence[tuple[IdleJob, Claim]], moves: Moves) -> None:
        """Note of what was not moved that it was not; drop the claims."""
        moved = {job.name for job in moves.moved}
        unmoved = [self._told(job) for job, _claim in claims if job.name not in moved]
        try:
            if unmoved:
                self.log.note_all("not_taken", unmoved, worker=self.name)
        finally:  # a log that cannot be written must not hold the jobs
            for _job, claim in claims:
                drop_claim(self.folder, claim)

    def _told(self, job: IdleJob) -> dict[str, str]:
        return {"job_id": job.top.job_id, "job_file": job.name, "reason": self.reason}
