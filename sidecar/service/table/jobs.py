"""JobTable: the truth about every job. Each change is one compare-and-set in the database.

pending → running by a claim, which succeeds once for a job and never again; running → completed or
failed by whoever claimed it, by a worker of its host that finds its process gone, or by a person.
Each change and its line in `transitions` are one transaction.
"""

from __future__ import annotations

from typing import Self

from sidecar.service.rows import (
    Beat,
    Claimant,
    Ending,
    JobRow,
    NewJob,
    Page,
    RunningJob,
    Status,
    Transition,
    WorkerSeen,
)


class JobTable:
    """One database, from one process; safe for several threads.

    Every method raises PlaceError: STORAGE_TABLE_AWAY where the database does not answer;
    STORAGE_TABLE_OLD where its tables are of another version.
    """

    def __init__(self, url: str) -> None:
        """`url`: `sqlite:////path/jobs.db` or `postgresql://host/database`, without a password."""

    @property
    def told_as(self) -> str:
        """What it is, for a person, without credentials."""
        raise NotImplementedError

    def prepare(self) -> bool:
        """Make the tables, or bring them up to date; whether anything was to be done."""
        raise NotImplementedError

    def look(self) -> None:
        """Ask whether it answers, and with tables of this version."""
        raise NotImplementedError

    def submit(self, job: NewJob) -> bool:
        """Add a row, pending; False where its id has one, which stays as it is."""
        raise NotImplementedError

    def row(self, job_id: str) -> JobRow | None:
        """Return a job's row; None where there is none."""
        raise NotImplementedError

    def page(self, *, limit: int, after: str | None = None, status: Status | None = None) -> Page:
        """Return rows by submission. Raises: ValueError for an `after` that no page gave."""
        raise NotImplementedError

    def counts(self) -> dict[Status, int]:
        """Return how many jobs have each status; every status is there."""
        raise NotImplementedError

    def pending_ids(self) -> tuple[str, ...]:
        """Return the ids of all pending rows, by submission."""
        raise NotImplementedError

    def claim(self, job_id: str, by: Claimant) -> bool:
        """Let a pending job run: whether this claim won; only one ever does."""
        raise NotImplementedError

    def is_held(self, job_id: str, by: Claimant) -> bool:
        """Whether the job runs, and by this claimant's claim."""
        raise NotImplementedError

    def settle(
        self, job_id: str, ending: Ending, *, by: Claimant, of: Claimant, reason: str | None = None
    ) -> bool:
        """End a running job, only while its claim is that of `of`; whether it was still so."""
        raise NotImplementedError

    def running(self) -> tuple[RunningJob, ...]:
        """Return every job that runs, by its claim's time, with its worker's last beat."""
        raise NotImplementedError

    def history(self, job_id: str) -> tuple[Transition, ...]:
        """Return a job's transitions, the first one first."""
        raise NotImplementedError

    def beat(self, beat: Beat) -> None:
        """Put a worker's beat in the place of its last one; the time is the database's."""
        raise NotImplementedError

    def bury(self, worker: str) -> None:
        """Remove the beat of a worker that ended."""
        raise NotImplementedError

    def workers(self) -> tuple[WorkerSeen, ...]:
        """Return every worker's last beat, by name."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()
