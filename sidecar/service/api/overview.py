"""What `GET /v1/overview` answers: the whole service at one look, for the operator's page.

Reading comes first and each part is asked by itself, so that one that is away hides no other; what
was read is then shaped, which is pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from proxx_engine import PlaceError, __version__, failure_kinds
from sidecar.service.api.overview_shapes import (
    Away,
    Counts,
    Ended,
    Line,
    Lost,
    Overview,
    Running,
    Worker,
)
from sidecar.service.labels import Labels, described
from sidecar.service.parts import Parts
from sidecar.service.rows import JobRow, RunningJob, Status, WorkerSeen
from sidecar.service.table.jobs import JobTable

__all__ = ["Overview", "overview_of"]

RESULT_FILE = "/v1/jobs/{job_id}/result"
"""Where the whole result of a job is fetched."""
LAST_FAILURES, LAST_COMPLETED, SHOWN_IDS = 50, 20, 50
REFILL = "proxx queue refill SETTINGS.toml"
REFILL_MEMORY = "proxx serve --dev FOLDER --refill"
"""A line in memory is entered by the process that holds it, when it starts."""
RELEASE = "proxx release {job_id} --service SETTINGS.toml --reason TEXT"
JUST_SUBMITTED = timedelta(seconds=10)
"""A row this young may be on its way into the line."""
_CODE = re.compile(r"(?P<code>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): ?(?P<sentence>.*)", re.DOTALL)
_T = TypeVar("_T")
_S = TypeVar("_S")


@dataclass
class Readings:
    """What was read; None where a part was away."""

    queue: str
    outlives_us: bool
    counts: dict[Status, int] | None = None
    waiting: tuple[str, ...] | None = None
    lost: tuple[str, ...] | None = None
    running: tuple[RunningJob, ...] | None = None
    workers: tuple[WorkerSeen, ...] | None = None
    failed: tuple[JobRow, ...] | None = None
    completed: tuple[JobRow, ...] | None = None
    labels: dict[str, str] = field(default_factory=dict)
    away: list[tuple[str, PlaceError]] = field(default_factory=list)


def overview_of(parts: Parts, labels: Labels) -> dict[str, Any]:
    """Return the JSON of the service at this moment; raises nothing for a part that is away."""
    now = datetime.now(UTC)
    found = read_parts(parts, now)
    if all(part != "storage" for part, _error in found.away):
        found.labels = labels.of(_described(found))
    return shape(found, now).model_dump(mode="json")


def _described(found: Readings) -> dict[str, str]:
    in_line = (*(found.waiting or ())[:SHOWN_IDS], *(found.lost or ())[:SHOWN_IDS])
    rows = (*(job.row for job in found.running or ()), *(found.failed or ()))
    return {job: job for job in in_line} | described((*rows, *(found.completed or ())))


def read_parts(parts: Parts, now: datetime) -> Readings:
    """Ask each part."""
    table, queue = parts.table, parts.queue
    found = Readings(queue.told_as, queue.outlives_us)
    # The line is read before the rows and after: what enters or leaves it meanwhile is in one.
    before = _asked(found, "queue", queue.waiting)
    pending = _asked(found, "table", lambda: _read_table(table, found))
    if before is not None:
        found.waiting = _asked(found, "queue", queue.waiting)
    if pending is not None and before is not None and found.waiting is not None:
        in_hand = {seen.beat.job_id for seen in found.workers or () if not seen.is_silent}
        known = in_hand.union(before, found.waiting)
        missed = tuple(job for job in pending if job not in known)
        found.lost = _asked(found, "table", lambda: _without_young(table, missed, now))
    _asked(found, "storage", parts.storage.look)
    return found


def _asked(found: Readings, part: str, ask: Callable[[], _T]) -> _T | None:
    try:
        return ask()
    except PlaceError as error:
        found.away.append((part, error))
        return None


def _read_table(table: JobTable, found: Readings) -> tuple[str, ...]:
    pending = table.pending_ids()
    found.counts = table.counts()
    found.running = table.running()
    found.workers = table.workers()
    found.failed = table.latest("failed", limit=LAST_FAILURES)
    found.completed = table.latest("completed", limit=LAST_COMPLETED)
    return pending


def _without_young(table: JobTable, jobs: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """Leave out, of ids by submission, those at the end whose submission may not have ended."""
    for count in range(len(jobs), 0, -1):
        row = table.row(jobs[count - 1])
        if row is not None and row.status == "pending" and now - row.created_at > JUST_SUBMITTED:
            return jobs[:count]
    return ()


def shape(found: Readings, now: datetime) -> Overview:
    """Return what was read as it is told. Pure."""
    return Overview(
        made_at=now,
        version=__version__,
        away=tuple(_away(part, error) for part, error in found.away),
        counts=_if_read(found.counts, lambda counts: Counts(**counts)),
        line=_if_read(found.waiting, lambda waiting: _line(found, waiting)),
        lost=_if_read(found.lost, lambda jobs: _lost(found, jobs)),
        running=_if_read(found.running, lambda jobs: tuple(map(_running, jobs))),
        workers=_if_read(found.workers, lambda seen: tuple(map(_worker, seen))),
        failures=_if_read(found.failed, lambda rows: tuple(map(_ended, rows))),
        completed=_if_read(found.completed, lambda rows: tuple(map(_ended, rows))),
        labels=found.labels,
    )


def _if_read(value: _T | None, shaped: Callable[[_T], _S]) -> _S | None:
    return None if value is None else shaped(value)


def _away(part: str, error: PlaceError) -> Away:
    kind = failure_kinds()[error.code]
    return Away(
        part=part,
        code=error.code,
        sentence=kind.sentence,
        detail=error.detail,
        next_step=kind.next_step,
    )


def _line(found: Readings, waiting: tuple[str, ...]) -> Line:
    return Line(
        queue=found.queue,
        outlives_us=found.outlives_us,
        waiting=len(waiting),
        first=waiting[:SHOWN_IDS],
    )


def _lost(found: Readings, jobs: tuple[str, ...]) -> Lost:
    cure = REFILL if found.outlives_us else REFILL_MEMORY
    return Lost(count=len(jobs), job_ids=jobs[:SHOWN_IDS], cure=cure)


def _running(job: RunningJob) -> Running:
    job_id, seen = job.row.job_id, job.seen
    own = seen is not None and seen.beat.job_id == job_id
    return Running(
        job_id=job_id,
        short=job_id[:8],
        pipeline_id=job.row.pipeline_id,
        since=job.claimed_at,
        worker=job.by.worker,
        host=job.by.owner.host,
        clips_done=seen.beat.clips_done if seen and own else None,
        clips_total=seen.beat.clips_total if seen and own else None,
        stale=job.is_stale,
        silent_seconds=seen.silent_seconds if seen and own else None,
        cure=RELEASE.format(job_id=job_id) if job.is_stale else None,
    )


def _worker(seen: WorkerSeen) -> Worker:
    beat = seen.beat
    return Worker(
        name=beat.claimant.worker,
        host=beat.claimant.owner.host,
        state=beat.state,
        job_id=beat.job_id,
        blocked_by=beat.blocked_by,
        silent=seen.is_silent,
        silent_seconds=seen.silent_seconds,
        version=beat.version,
    )


def _ended(row: JobRow) -> Ended:
    code, sentence = _cause(row.error_message)
    kind = failure_kinds().get(code or "")
    return Ended(
        job_id=row.job_id,
        short=row.job_id[:8],
        pipeline_id=row.pipeline_id,
        ended=row.updated_at,
        code=code,
        sentence=sentence,
        next_step=kind.next_step if kind else None,
        result=RESULT_FILE.format(job_id=row.job_id) if row.output_path else None,
    )


def _cause(message: str | None) -> tuple[str | None, str | None]:
    """Return the code and the sentence of `CODE: sentence`."""
    told = _CODE.fullmatch(message or "")
    return (told["code"], told["sentence"]) if told else (None, message)
