"""One job's story out of everything that tells of it: action log, claim, journal, result, job file.

Any of them may be missing or cut off; then the others tell what they know, and what is missing is
said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from proxx_engine import (
    JobExecutionResult,
    JobSpecValidationError,
    identity_of,
    place_of_job,
    read_jobspec_file,
    read_journal,
    read_regular,
)
from sidecar.folders.claims import Claim, claim_path, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB
from sidecar.folders.processes import process_name
from sidecar.folders.replaying import IDLE, Replayed
from sidecar.folders.views.finding import FoundJob, read_log
from sidecar.folders.views.hearing import Hearing
from sidecar.folders.views.repeating import Repeats, find_repeats
from sidecar.folders.views.seen import SettledBy
from sidecar.folders.views.stale import Listener, judge_claim
from sidecar.folders.views.tops import Top, read_top

_MAX_RESULT_BYTES = 64 * 1024 * 1024
_HEAD = frozenset({"time", "boot", "up", "process", "worker", "action", "job_id", "job_file"})
_JOURNAL_HEAD = frozenset({"time", "event", "clip", "owner", "nonce", "job_id", "worker"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job, or was about to."""

    time: str
    told_by: Literal["log", "claim", "journal", "result"]
    who: str
    """A worker, else a process; empty where nobody says."""
    what: str
    """An action of the log, an event of the journal; `claimed`, `result`."""
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClipEnd:
    """What its result says of a clip."""

    output: str
    status: str
    size_bytes: int | None
    code: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class History:
    """A job's story, and how it stands now."""

    job_id: str | None
    label: str
    made_at: str | None
    batch: str | None
    events: tuple[Event, ...]
    repeats: Repeats
    """Jobs that it repeats, or that repeat it."""
    missing: tuple[str, ...]
    """What should tell of it, and does not."""
    state: str
    """pending, held, running, completed or failed; `nowhere` when no file of it is there."""
    place: str | None
    """Its file in `pending/` or `held/`, or its own folder, from the root of the watch folder."""
    worker: str | None
    """Who runs it."""
    log_says: str | None
    """Where the log says that it is, if that is not so."""
    stale: tuple[str, SettledBy] | None
    """Why nobody works on it any more, and who settles it."""
    status: str | None
    """As its result says; None where there is none."""
    verification: str | None
    """conform, or exists: then it is not proven. None where nobody tells."""
    proven: bool
    failure: dict[str, str] | None
    clips: tuple[ClipEnd, ...]


def tell_history(folder: WatchFolder, found: FoundJob) -> History:
    """Join everything that tells of a job. Raises: OSError."""
    job = found.job
    home = folder.root / job.place if found.is_there and job.state not in IDLE else None
    job_file = home / f"{home.name}{JOB}" if home else folder.root / job.place
    top = read_top(job_file) if found.is_there else None
    claim = _claim(folder, home, job.job_id)
    facts = list(read_journal(place_of_job(job_file).journal)) if home else []
    result = _result(place_of_job(job_file).result) if home else None
    lines = _lines(folder, found)
    log = [_log_event(line) for line in lines]
    others = [*_claim_events(claim), *_journal_events(facts), *_result_events(result)]
    missing = _missing(found, home, top, claim=claim, lines=lines, facts=facts, result=result)
    standing = claim is not None and claim == read_claim(claim_path(folder, claim.key))
    return History(
        job_id=job.job_id or (top.job_id if top else None),
        label=top.label if top else Path(job.place).name,
        made_at=top.created_at if top else None,
        batch=top.batch.label if top and top.batch else None,
        events=tuple(_in_order(log, others)),
        repeats=find_repeats(folder, job.job_id, top),
        missing=tuple(missing),
        state=job.state if found.is_there else "nowhere",
        place=job.place if found.is_there else None,
        worker=claim.worker if claim and standing else job.worker,
        log_says=_log_says(found),
        stale=_judge(folder, claim) if claim and standing else None,
        status=result.status if result else None,
        verification=_verification(job_file, result) if found.is_there else None,
        proven=result.proven if result else False,
        failure=result.failure.model_dump(mode="json") if result and result.failure else None,
        clips=tuple(_clip_ends(result)),
    )


def _claim(folder: WatchFolder, home: Path | None, job_id: str | None) -> Claim | None:
    filed = read_claim(home / f"{home.name}{CLAIM}") if home else None
    return filed or (read_claim(claim_path(folder, job_id)) if job_id else None)


def _judge(folder: WatchFolder, claim: Claim) -> tuple[str, SettledBy] | None:
    heard = Hearing(folder).listen().values()
    workers = {worker.name: worker for _beat, worker in heard}
    return judge_claim(
        claim, Listener(workers, [beat.owner for beat, worker in heard if worker.alive])
    )


def _result(path: Path) -> JobExecutionResult | None:
    try:
        return JobExecutionResult.model_validate_json(read_regular(path, limit=_MAX_RESULT_BYTES))
    except (OSError, ValueError):
        return None


def _verification(job_file: Path, result: JobExecutionResult | None) -> str | None:
    """Return how its proxies are looked at, as its result says, else as it asks for."""
    if result is not None:
        return result.verification_level
    try:
        return read_jobspec_file(job_file).execution.verification
    except JobSpecValidationError:
        return None


def _lines(folder: WatchFolder, found: FoundJob) -> list[dict[str, Any]]:
    """Return the log's lines about a job: those of its id; those of its file that name no id."""
    job = found.job
    lines = read_log(folder, [job.job_id or "", job.job_file])
    return [
        line
        for line in lines
        if (line.get("job_id") == job.job_id if line.get("job_id") else _same_file(line, job))
    ]


def _same_file(line: dict[str, Any], job: Replayed) -> bool:
    return bool(job.job_file) and line.get("job_file") == job.job_file


def _log_says(found: FoundJob) -> str | None:
    told = found.told
    return told.place if told and found.is_there and told.place != found.job.place else None


def _missing(
    found: FoundJob,
    home: Path | None,
    top: Top | None,
    *,
    claim: Claim | None,
    lines: list[dict[str, Any]],
    facts: list[dict[str, Any]],
    result: JobExecutionResult | None,
) -> Iterator[str]:
    """Yield what should tell of a job and does not."""
    state = found.job.state
    if not lines and state != "pending":
        yield "action log"
    if not found.is_there:
        yield "file" if state in IDLE else "folder"
        return
    rejected = any(line["action"] == "reject" for line in lines)
    if top is None and not rejected and (result is None or result.job_id is not None):
        yield "job file"
    if state in IDLE:
        return
    if claim is None:
        yield "claim"
    ended = state in ("completed", "failed")
    # One that was refused, or settled before it began, has none.
    began = any(line["action"] == "run" for line in lines) if result is None else result.clips
    if began and not facts and ended:
        yield "journal"
    if result is None and ended:
        yield "result"


def _log_event(line: dict[str, Any]) -> Event:
    facts = {key: value for key, value in line.items() if key not in _HEAD and value is not None}
    who = str(line.get("worker") or line.get("process") or "")
    return Event(line["time"], "log", who, line["action"], facts)


def _claim_events(claim: Claim | None) -> Iterator[Event]:
    if claim is not None:
        facts = {"host": claim.owner.host, "pid": claim.owner.pid}
        yield Event(claim.taken_at, "claim", claim.worker, "claimed", facts)


def _journal_events(facts: list[dict[str, Any]]) -> Iterator[Event]:
    """Yield what the journal tells; who: the process that took the lock, then its worker."""
    who = ""
    for fact in facts:
        if fact["event"] == "lock_taken":
            try:
                who = process_name(identity_of(fact.get("owner")))
            except ValueError:
                who = ""
        who = str(fact.get("worker") or who)
        told = {key: value for key, value in fact.items() if key not in _JOURNAL_HEAD}
        yield Event(fact["time"], "journal", who, fact["event"], told)


def _result_events(result: JobExecutionResult | None) -> Iterator[Event]:
    if result is None:
        return
    who = result.worker.id if result.worker else ""
    facts: dict[str, Any] = {"status": result.status}
    if result.failure is not None:
        facts |= {"code": result.failure.code, "sentence": result.failure.sentence}
    yield Event(result.completed_at, "result", who, "result", facts)


def _in_order(log: list[Event], others: list[Event]) -> list[Event]:
    """Return all events by time; those of the log stay in their own order, which is sure."""
    latest, timed = "", []
    for event in log:
        latest = max(latest, event.time)
        timed.append((latest, event))
    timed += [(event.time, event) for event in others]
    return [event for _time, event in sorted(timed, key=lambda entry: entry[0])]


def _clip_ends(result: JobExecutionResult | None) -> Iterator[ClipEnd]:
    for clip in result.clips if result else ():
        code = clip.failure.code if clip.failure else None
        sentence = clip.failure.sentence if clip.failure else None
        yield ClipEnd(clip.output.path, clip.status, clip.output_size_bytes, code, sentence)
