"""What the table keeps of workers: their beats, and who holds which job."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sidecar.service.rows import Beat, Claimant, RunningJob, Status, WorkerSeen
from sidecar.service.table import reading
from sidecar.service.table.reading import JOB, SEEN, TRANSITION, plain, written_claimant
from sidecar.service.table.schema import insert_new, jobs, transitions, workers


def claim_of(job_id: str, by: Claimant) -> sa.Exists:
    """Return whether the job was claimed by that worker's process."""
    return was_made(job_id, "running", by)


def was_made(job_id: str, after: Status, by: Claimant) -> sa.Exists:
    """Return whether that worker's process brought the job to this status."""
    who = written_claimant(by)
    made = (transitions.c.job_id == job_id) & (transitions.c.after == after)
    same = (transitions.c.worker == who["worker"]) & (transitions.c.owner == who["owner"])
    return sa.exists().where(made & same)


def write_beat(connection: sa.Connection, beat: Beat, now: datetime) -> None:
    """Put a worker's beat in the place of its last one."""
    values: dict[str, object] = {
        **written_claimant(beat.claimant),
        "state": beat.state,
        "job_id": plain(beat.job_id),
        "clips_done": beat.clips_done,
        "clips_total": beat.clips_total,
        "blocked_by": plain(beat.blocked_by),
        "version": plain(beat.version),
        "beat_at": now,
    }
    insert_new(connection, workers, values, replacing=True)


def remove_beat(connection: sa.Connection, worker: str) -> None:
    """Remove a worker's beat, if there is one."""
    connection.execute(sa.delete(workers).where(workers.c.worker == plain(worker)))


def read_workers(connection: sa.Connection, now: datetime) -> tuple[WorkerSeen, ...]:
    """Return every worker's last beat, by name."""
    found = connection.execute(sa.select(*SEEN)).mappings()
    seen = (reading.worker_seen(each, now) for each in found)
    # Databases sort names each in its own way.
    return tuple(sorted(seen, key=lambda each: each.beat.claimant.worker))


def read_running(connection: sa.Connection, now: datetime) -> tuple[RunningJob, ...]:
    """Return every job that runs, with its claim and its worker's last beat."""
    claimed = (transitions.c.job_id == jobs.c.job_id) & (transitions.c.after == "running")
    # A later process of the same name is not the one that claimed.
    speaks = (workers.c.worker == transitions.c.worker) & (workers.c.owner == transitions.c.owner)
    asked = (
        sa.select(*JOB, *TRANSITION, *SEEN)
        .select_from(jobs.join(transitions, claimed).outerjoin(workers, speaks))
        .where(jobs.c.status == "running")
        .order_by(transitions.c.at, transitions.c.seq)
    )
    return tuple(_running(each, now) for each in connection.execute(asked).mappings())


def _running(found: sa.RowMapping, now: datetime) -> RunningJob:
    claim = reading.transition(found)
    assert claim.by is not None
    heard = found["workers_worker"] is not None
    seen = reading.worker_seen(found, now) if heard else None
    return RunningJob(reading.job_row(found), claim.by, claim.at, seen)
