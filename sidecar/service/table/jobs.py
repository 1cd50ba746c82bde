"""JobTable: the truth about every job. Each change is one compare-and-set in the database.

pending → running by a claim, which succeeds once for a job and never again; running → completed or
failed by whoever claimed it, by a worker of its host that finds its process gone, or by a person.
Each change and its line in `transitions` are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self, get_args

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

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
from sidecar.service.table import preparing, reading
from sidecar.service.table.connecting import WRITES, address_of, open_engine, place_error
from sidecar.service.table.reading import JOB, TRANSITION, is_job_id, plain, written_claimant
from sidecar.service.table.schema import insert_new, jobs, transitions
from sidecar.service.table.workers import (
    claim_of,
    read_running,
    read_workers,
    remove_beat,
    was_made,
    write_beat,
)

_LARGEST = 2**31 - 1


class JobTable:
    """One database, from one process; safe for several threads.

    Every method raises PlaceError: STORAGE_TABLE_AWAY where the database does not answer;
    STORAGE_TABLE_OLD where its tables are of another version. When a change ends with
    STORAGE_TABLE_AWAY, nobody knows whether it was made; asked again for the same, by the same,
    `submit`, `claim` and `settle` tell what stands.
    """

    def __init__(self, url: str) -> None:
        """`url`: `sqlite:////path/jobs.db` or `postgresql://host/database`, without a password.

        Raises: RequestError for another address, and for SQLite on a network share.
        """
        self._address = address_of(url)
        self._engine = open_engine(self._address)
        self._writer = self._engine.execution_options(**{WRITES: True})

    @property
    def told_as(self) -> str:
        """What it is, for a person, without credentials."""
        return self._address.told_as

    def prepare(self) -> bool:
        """Make the tables, or bring them up to date; whether anything was to be done."""
        with self._told():
            return preparing.prepare(self._address)

    def look(self) -> None:
        """Ask whether it answers, and with tables of this version."""
        with self._reading():
            pass

    def submit(self, job: NewJob) -> bool:
        """Add a row, pending; False where its id has one, which stays as it is.

        Raises: ValueError for an id that is no UUID, a number that no column holds.
        """
        if not is_job_id(job.job_id):
            raise ValueError(f"{job.job_id!r} is no UUID as the table writes it")
        for number in (job.frame_stride, job.max_frames):
            if number is not None and not -_LARGEST <= number <= _LARGEST:
                raise ValueError(f"{number} is too large for the table")
        with self._changing() as (connection, now):
            values: dict[str, object] = {
                "job_id": job.job_id,
                "status": "pending",
                "created_at": now,
                "updated_at": now,
                "input_path": plain(job.input_path),
                "pipeline_id": job.pipeline_id,
                "frame_stride": job.frame_stride,
                "max_frames": job.max_frames,
            }
            if not insert_new(connection, jobs, values, replacing=False):
                return False
            _note(connection, now, job.job_id, (None, "pending"))
            return True

    def row(self, job_id: str) -> JobRow | None:
        """Return a job's row; None where there is none."""
        if not is_job_id(job_id):
            return None
        with self._reading() as (connection, _now):
            found = connection.execute(sa.select(*JOB).where(jobs.c.job_id == job_id)).mappings()
            return next(map(reading.job_row, found), None)

    def page(self, *, limit: int, after: str | None = None, status: Status | None = None) -> Page:
        """Return rows by submission. Raises: ValueError for an `after` that no page gave."""
        if limit < 1:
            raise ValueError(f"a page of {limit} rows")
        asked = sa.select(*JOB).order_by(jobs.c.created_at, jobs.c.job_id).limit(limit + 1)
        if status is not None:
            asked = asked.where(jobs.c.status == status)
        with self._reading() as (connection, _now):
            if after is not None:
                asked = asked.where(_is_later_than(connection, after))
            rows = tuple(map(reading.job_row, connection.execute(asked).mappings()))
        more = len(rows) > limit
        return Page(rows[:limit], rows[limit - 1].job_id if more else None)

    def latest(self, status: Status, *, limit: int) -> tuple[JobRow, ...]:
        """Return the jobs of one status that changed last, the newest first."""
        asked = sa.select(*JOB).where(jobs.c.status == status).limit(limit)
        newest = asked.order_by(jobs.c.updated_at.desc(), jobs.c.job_id.desc())
        with self._reading() as (connection, _now):
            return tuple(map(reading.job_row, connection.execute(newest).mappings()))

    def counts(self) -> dict[Status, int]:
        """Return how many jobs have each status; every status is there."""
        asked = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
        counted: dict[Status, int] = dict.fromkeys(get_args(Status), 0)
        with self._reading() as (connection, _now):
            for status, count in connection.execute(asked):
                counted[status] = count
        return counted

    def pending_ids(self) -> tuple[str, ...]:
        """Return the ids of all pending rows, by submission."""
        waiting = sa.select(jobs.c.job_id).where(jobs.c.status == "pending")
        asked = waiting.order_by(jobs.c.created_at, jobs.c.job_id)
        with self._reading() as (connection, _now):
            return tuple(connection.scalars(asked))

    def claim(self, job_id: str, by: Claimant) -> bool:
        """Let a pending job run: whether this claim won; only one ever does.

        Asked again by who won it, while it runs: True, as no answer may have come the first time.
        """
        if not is_job_id(job_id):
            return False
        mine = (jobs.c.job_id == job_id) & (jobs.c.status == "pending")
        with self._changing() as (connection, now):
            change = sa.update(jobs).where(mine).values(status="running", updated_at=now)
            if connection.execute(change).rowcount == 1:
                _note(connection, now, job_id, ("pending", "running"), by)
                return True
            return _is_held(connection, job_id, by)

    def is_held(self, job_id: str, by: Claimant) -> bool:
        """Whether the job runs, and by this claimant's claim."""
        if not is_job_id(job_id):
            return False
        with self._reading() as (connection, _now):
            return _is_held(connection, job_id, by)

    def settle(
        self, job_id: str, ending: Ending, *, by: Claimant, of: Claimant, reason: str | None = None
    ) -> bool:
        """End a running job, only while its claim is that of `of`; whether it was still so.

        Asked again by who ended it, with the same ending: True, as with `claim`.
        """
        if not is_job_id(job_id):
            return False
        ended = {
            "status": ending.status,
            "output_path": plain(ending.output_path),
            "error_message": plain(ending.error_message),
        }
        held = (jobs.c.job_id == job_id) & (jobs.c.status == "running")
        with self._changing() as (connection, now):
            change = sa.update(jobs).where(held, claim_of(job_id, of))
            if connection.execute(change.values(**ended, updated_at=now)).rowcount == 1:
                _note(connection, now, job_id, ("running", ending.status), by, reason)
                return True
            as_asked = sa.and_(*(jobs.c[name].is_not_distinct_from(ended[name]) for name in ended))
            stands = sa.select(jobs.c.job_id).where(
                (jobs.c.job_id == job_id) & as_asked,
                claim_of(job_id, of),
                was_made(job_id, ending.status, by),
            )
            return connection.execute(stands).first() is not None

    def running(self) -> tuple[RunningJob, ...]:
        """Return every job that runs, by its claim's time, with its worker's last beat."""
        with self._reading() as (connection, now):
            return read_running(connection, now)

    def history(self, job_id: str) -> tuple[Transition, ...]:
        """Return a job's transitions, the first one first."""
        if not is_job_id(job_id):
            return ()
        asked = sa.select(*TRANSITION).where(transitions.c.job_id == job_id)
        with self._reading() as (connection, _now):
            found = connection.execute(asked.order_by(transitions.c.seq)).mappings()
            return tuple(map(reading.transition, found))

    def beat(self, beat: Beat) -> None:
        """Put a worker's beat in the place of its last one; the time is the database's."""
        with self._changing() as (connection, now):
            write_beat(connection, beat, now)

    def bury(self, worker: str) -> None:
        """Remove the beat of a worker that ended."""
        with self._changing() as (connection, _now):
            remove_beat(connection, worker)

    def workers(self) -> tuple[WorkerSeen, ...]:
        """Return every worker's last beat, by name."""
        with self._reading() as (connection, now):
            return read_workers(connection, now)

    def close(self) -> None:
        """Let go of connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[tuple[sa.Connection, datetime]]:
        with self._told(), self._engine.begin() as connection:
            yield connection, preparing.begin(connection)

    @contextmanager
    def _changing(self) -> Iterator[tuple[sa.Connection, datetime]]:
        with self._told(), self._writer.begin() as connection:
            yield connection, preparing.begin(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            told = place_error(error, self._address)
            if told is None:
                raise
            # What the driver said in full may hold more than a person should be shown.
            raise told from None


def _note(
    connection: sa.Connection,
    now: datetime,
    job_id: str,
    change: tuple[Status | None, Status],
    by: Claimant | None = None,
    reason: str | None = None,
) -> None:
    who = written_claimant(by) if by else {}
    values = {"job_id": job_id, "at": now, "before": change[0], "after": change[1], **who}
    connection.execute(sa.insert(transitions).values(**values, reason=plain(reason)))


def _is_held(connection: sa.Connection, job_id: str, by: Claimant) -> bool:
    runs = (jobs.c.job_id == job_id) & (jobs.c.status == "running")
    held = sa.select(jobs.c.job_id).where(runs, claim_of(job_id, by))
    return connection.execute(held).first() is not None


def _is_later_than(connection: sa.Connection, job_id: str) -> sa.ColumnElement[bool]:
    last = sa.select(jobs.c.created_at).where(jobs.c.job_id == job_id)
    if not is_job_id(job_id) or connection.execute(last).first() is None:
        raise ValueError(f"no page ends with {job_id[:64]!r}")
    moment = last.scalar_subquery()
    is_later = (jobs.c.created_at > moment) | (jobs.c.job_id > job_id)
    return (jobs.c.created_at >= moment) & is_later
