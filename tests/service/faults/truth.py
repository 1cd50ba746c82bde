"""Whether all that the service says of its jobs is true: rows, results, proxies, journals, line."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxx_engine import JobExecutionResult, place_of_job, read_journal
from sidecar.service.rows import JobRow
from tests.faults.scenes import leavings
from tests.service.worker.scenes import Service

_ONCE = ("job_started", "job_finished", "published")


def untruths(service: Service, ids: Sequence[str]) -> Iterator[str]:
    """Yield everything that is not as it must be once all of these jobs have ended."""
    for job_id in ids:
        row = service.parts.table.row(job_id)
        if row is None:
            yield f"{job_id}: is not in the table"
        else:
            found = (*_of_history(service, row), *_of_home(service, row), *_of_end(service, row))
            yield from (f"{job_id}: {what}" for what in found)
    yield from (f"{left} was left among the proxies" for left in leavings(service.out))
    ended = set(ids).intersection(service.parts.queue.waiting())
    yield from (f"{job_id}: ended, and in line" for job_id in ended)


def _of_history(service: Service, row: JobRow) -> Iterator[str]:
    """Yield what is wrong with its way: submitted, claimed once, ended once."""
    went = [(each.before, each.after) for each in service.parts.table.history(row.job_id)]
    legal = [(None, "pending"), ("pending", "running"), ("running", row.status)]
    if row.status not in ("completed", "failed") or went != legal:
        yield f"is {row.status}, and went {went}"


def _of_home(service: Service, row: JobRow) -> Iterator[str]:
    """Yield what tells that it was run more than once."""
    job_files = sorted(service.home(row.job_id).glob("*.job.json"))
    if len(job_files) != 1:
        yield f"has {len(job_files)} job files with its worker"
    for job_file in job_files:
        told = Counter(fact["event"] for fact in read_journal(place_of_job(job_file).journal))
        yield from (
            f"its journal says {told[each]} times {each}" for each in _ONCE if told[each] > 1
        )
        held = told["lock_taken"] - told["lock_released"]
        if os.path.lexists(place_of_job(job_file).lock) and held <= 0:
            yield "is locked by nobody"


def _of_end(service: Service, row: JobRow) -> Iterator[str]:
    """Yield what contradicts the row: in the storage, with the job, beside the proxies."""
    if (row.error_message is None) != (row.status == "completed"):
        yield f"is {row.status}, and says {row.error_message!r}"
    if row.output_path is None:
        yield "has no result"
        return
    stored = service.stored(row.job_id)
    result = JobExecutionResult.model_validate_json(stored)
    if (result.status == "COMPLETED") != (row.status == "completed"):
        yield f"is {row.status}, and its result {result.status}"
    for job_file in service.home(row.job_id).glob("*.job.json"):
        if place_of_job(job_file).result.read_bytes() != stored:
            yield "its result in the storage is not the one with the job"
    beside = list(service.out.glob(f"*.{row.job_id[:8]}.result.json"))
    if [each.read_bytes() for each in beside] != [stored]:
        yield f"its result in the storage is not the one beside the proxies ({len(beside)})"
    for clip in result.clips:
        path = Path(clip.output.path)
        if clip.status == "COMPLETED":
            if not path.is_file() or _hash(path) != clip.output_sha256:
                yield f"{path.name} is not what its result says"
        elif path.exists():
            yield f"{path.name} is there, and its result says {clip.status}"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
