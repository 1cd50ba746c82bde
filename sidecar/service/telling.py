"""Rows, workers and what is stale → words for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sidecar.service.rows import Ending, JobRow, RunningJob, Status, WorkerSeen
from sidecar.words import align, format_seconds, plural

SHORT = 8
MOST_FAILED = 10
"""Of those that failed, the last ones are told."""
_SHOWN = 20


def tell_counts(counts: Mapping[Status, int]) -> str:
    """Return how many jobs have each status, in one line."""
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "no jobs"


def tell_waiting(waiting: tuple[str, ...], lost: tuple[str, ...], settings: str) -> Iterator[str]:
    """Yield what waits in line, and which rows have no entry there; `settings`: for the cure."""
    if waiting:
        yield f"in line: {plural(len(waiting), 'job')}: {_ids(waiting)}"
    if lost:
        yield f"LOST BY THE QUEUE: {plural(len(lost), 'job')}: {_ids(lost)}"
        yield f"    this enters them: proxx queue refill {settings}"


def _ids(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(job_id[:SHORT] for job_id in ids[:_SHOWN]) + more


def tell_running(
    jobs: Iterable[RunningJob], settings: str, labels: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each running job, and what a person must know of a stale one."""
    for job in jobs:
        worker, host = job.by.worker, job.by.owner.host
        yield f"{_name(job.row, labels)}  {worker}{_clips(job.seen)}"
        if job.is_stale:
            yield f"    STALE: {why_stale(job)}"
            yield f"    a worker of {host} settles it; if that never comes back:"
            release = f"proxx release {job.row.job_id[:SHORT]} --service {settings}"
            yield f"    {release} --reason TEXT"


def _name(row: JobRow, labels: Mapping[str, str]) -> str:
    label = labels.get(row.job_id)
    return "  ".join(filter(None, (row.job_id[:SHORT], label, row.pipeline_id)))


def _clips(seen: WorkerSeen | None) -> str:
    if seen is None or seen.beat.clips_total is None:
        return ""
    return f"  {seen.beat.clips_done or 0} of {plural(seen.beat.clips_total, 'clip')}"


def why_stale(job: RunningJob) -> str:
    """Return why nobody can say that a running job's worker still runs it."""
    if job.seen is None:
        return f"its worker {job.by.worker} has ended"
    if job.seen.is_silent:
        silent = format_seconds(job.seen.silent_seconds)
        return f"its worker {job.by.worker} was not heard of for {silent}"
    return f"its worker {job.by.worker} no longer says that it runs it"


def tell_workers(workers: Iterable[WorkerSeen]) -> list[str]:
    """Return a line for each worker: what it does, and since when it was not heard of."""
    rows = []
    for seen in workers:
        beat = seen.beat
        what = beat.state if beat.job_id is None else f"{beat.state} {beat.job_id[:SHORT]}"
        silent = f"silent for {format_seconds(seen.silent_seconds)}" if seen.is_silent else ""
        blocked = f"BLOCKED: {beat.blocked_by}" if beat.blocked_by else ""
        rows.append((beat.claimant.worker, what, silent, blocked))
    return align(rows)


def tell_failed(rows: tuple[JobRow, ...], count: int, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield what the last jobs that failed came to, of `count`; the last one first."""
    if rows:
        yield "failed, the last first:"
    for row in rows:
        yield f"  {_name(row, labels)}  {row.error_message}"
    if count > len(rows):
        yield f"  and {count - len(rows)} before them"


def tell_ending(row: JobRow, ending: Ending) -> str:
    """Return what a job came to, in one line."""
    why = f"  {ending.error_message}" if ending.error_message else ""
    return f"{row.job_id[:SHORT]}  {row.pipeline_id}  {ending.status.upper()}{why}"
