"""Between what the database keeps and what `sidecar.service.rows` says. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Label, RowMapping, Table

from proxx_engine import PlaceError, identity_of
from sidecar.service.rows import Beat, Claimant, JobRow, Transition, WorkerSeen
from sidecar.service.table.schema import jobs, transitions, workers

Columns = tuple[Column[Any] | Label[Any], ...]


def _all_of(table: Table) -> Columns:
    # Several tables are read at once, and have columns of one name.
    return tuple(each.label(f"{table.name}_{each.name}") for each in table.c)


JOB, TRANSITION, SEEN = _all_of(jobs), _all_of(transitions), _all_of(workers)


def is_job_id(text: str) -> bool:
    """Whether it can be a job's id: a UUID as the table writes it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def plain(text: str | None) -> str | None:
    """Return a text that both databases can keep: what they cannot is written as an escape."""
    if text is None:
        return None
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def written_claimant(by: Claimant) -> dict[str, str | None]:
    """Return the columns that say who did it."""
    owner = json.dumps(asdict(by.owner), sort_keys=True)
    return {"worker": plain(by.worker), "owner": owner, "home": plain(by.home)}


def job_row(found: RowMapping) -> JobRow:
    """Return a row of `JOB`."""
    stride = found["jobs_frame_stride"]
    return JobRow(
        job_id=found["jobs_job_id"],
        status=found["jobs_status"],
        created_at=_utc(found["jobs_created_at"]),
        updated_at=_utc(found["jobs_updated_at"]),
        input_path=found["jobs_input_path"],
        output_path=found["jobs_output_path"],
        error_message=found["jobs_error_message"],
        pipeline_id=found["jobs_pipeline_id"],
        frame_stride=1 if stride is None else stride,
        max_frames=found["jobs_max_frames"],
    )


def transition(found: RowMapping) -> Transition:
    """Return a row of `TRANSITION`."""
    return Transition(
        seq=found["transitions_seq"],
        job_id=found["transitions_job_id"],
        at=_utc(found["transitions_at"]),
        before=found["transitions_before"],
        after=found["transitions_after"],
        by=claimant(found, "transitions") if found["transitions_worker"] is not None else None,
        reason=found["transitions_reason"],
    )


def worker_seen(found: RowMapping, now: datetime) -> WorkerSeen:
    """Return a row of `SEEN`, at the database's moment."""
    beat = Beat(
        claimant=claimant(found, "workers"),
        state=found["workers_state"],
        job_id=found["workers_job_id"],
        clips_done=found["workers_clips_done"],
        clips_total=found["workers_clips_total"],
        blocked_by=found["workers_blocked_by"],
        version=found["workers_version"],
    )
    # A beat out of the future was heard before the clock was set back: nobody knows how long ago.
    silent = abs((now - found["workers_beat_at"]).total_seconds())
    return WorkerSeen(beat, _utc(found["workers_beat_at"]), silent)


def claimant(found: RowMapping, table: str) -> Claimant:
    """Return who a row of that table names."""
    worker, home = found[f"{table}_worker"], found[f"{table}_home"]
    try:
        owner = identity_of(json.loads(found[f"{table}_owner"]))
    except ValueError as error:
        detail = f"what {table} has of worker {worker}: {error}"
        raise PlaceError("STORAGE_TABLE_OLD", detail) from None
    return Claimant(worker, owner, home)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
