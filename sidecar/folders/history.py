"""One job's story out of everything that tells of it: action log, claim, journal, result, job file.

Any of them may be missing or cut off; then the others tell what they know, and what is missing is
said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import JobExecutionResult, place_of_job, read_journal, read_mark
from sidecar.folders.actions import read_actions
from sidecar.folders.claims import Claim, claim_path, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB, job_id_in
from sidecar.folders.replaying import Replayed, replay


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job, or was about to."""

    time: str
    told_by: str
    """log, claim, journal or result."""
    who: str
    what: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """A job's story, and how it stands now."""

    job_id: str | None
    label: str
    state: str
    """pending, running, completed or failed; `nowhere` when no file of it is there."""
    place: Path | None
    status: str | None
    """As its result says; None where there is none."""
    proven: bool
    events: tuple[Event, ...]
    related: tuple[str, ...]
    """Jobs that it repeats, or that repeat it."""
    missing: tuple[str, ...]
    """What should tell of it, and does not."""


def find_jobs(folder: WatchFolder, asked: str) -> list[Replayed]:
    """Return the jobs whose id begins so, or whose file or folder is called so."""
    found = []
    for job in replay(read_actions(folder)):
        names = {job.job_file, Path(job.place).name, job.job_file.removesuffix(JOB)}
        if asked in names or (len(asked) >= 8 and (job.job_id or "").startswith(asked)):
            found.append(job)
    # A copy of a job that was taken is refused: whoever asks by the id means the one that ran.
    taken = [job for job in found if Path(job.place).name.endswith(f".{job.job_id}")]
    return taken or found


def tell_history(folder: WatchFolder, job: Replayed) -> History:
    """Join everything that tells of a job. Raises: OSError."""
    home = _home(folder, job)
    job_file = _job_file(home, folder, job)
    mark = read_mark(job_file) if job_file else None
    claim = _claim(folder, home, job)
    result = _result(home)
    events = [*_log_events(folder, job), *_claim_events(claim), *_journal_events(home)]
    events += _result_events(result)
    missing = [name for name, there in _expected(job, home, claim, result).items() if not there]
    return History(
        job_id=job.job_id or (mark.job_id if mark else None),
        label=mark.label if mark else Path(job.place).name,
        state=job.state if job_file else "nowhere",
        place=job_file,
        status=result.status if result else None,
        proven=result.proven if result else False,
        events=tuple(sorted(events, key=lambda event: event.time)),
        related=tuple(_related(folder, job, mark.retried_from if mark else None)),
        missing=tuple(missing),
    )


def _home(folder: WatchFolder, job: Replayed) -> Path | None:
    home = folder.root / job.place
    return home if job.state != "pending" and home.is_dir() else None


def _job_file(home: Path | None, folder: WatchFolder, job: Replayed) -> Path | None:
    path = home / f"{home.name}{JOB}" if home else folder.pending / job.job_file
    return path if path.is_file() else None


def _claim(folder: WatchFolder, home: Path | None, job: Replayed) -> Claim | None:
    filed = read_claim(home / f"{home.name}{CLAIM}") if home else None
    return filed or (read_claim(claim_path(folder, job.job_id)) if job.job_id else None)


def _result(home: Path | None) -> JobExecutionResult | None:
    if home is None:
        return None
    try:
        data = place_of_job(home / f"{home.name}{JOB}").result.read_bytes()
        return JobExecutionResult.model_validate_json(data)
    except (OSError, ValueError):
        return None


def _expected(
    job: Replayed, home: Path | None, claim: Claim | None, result: JobExecutionResult | None
) -> dict[str, bool]:
    if job.state == "pending":
        return {}
    ended = job.state in ("completed", "failed")
    return {"folder": home is not None, "claim": claim is not None} | (
        {"result": result is not None} if ended else {}
    )


def _log_events(folder: WatchFolder, job: Replayed) -> Iterator[Event]:
    for line in read_actions(folder):
        mine = line.get("job_id") == job.job_id if line.get("job_id") else None
        if mine or (mine is None and line.get("job_file") == job.job_file and job.job_file):
            facts = {k: v for k, v in line.items() if k not in _HEAD and v is not None}
            who = str(line.get("worker") or line.get("process") or "")
            yield Event(line["time"], "log", who, _WORDS.get(line["action"], line["action"]), facts)


_HEAD = ("time", "boot", "up", "process", "worker", "action", "job_id", "job_file")
_WORDS = {
    "submit": "submitted",
    "claim": "is about to claim it",
    "claim_not_won": "another was first",
    "take": "moves it to its folder",
    "not_taken": "leaves it: it was gone, or is put back",
    "run": "runs it",
    "file": "files it",
    "reject": "files it as no job",
    "settle": "settles what a dead process left",
    "release": "is told by a person that its worker will not come back",
    "clear_claim": "clears a claim of which nothing came",
    "held": "leaves it alone: it looks unfinished",
}


def _claim_events(claim: Claim | None) -> Iterator[Event]:
    if claim is not None:
        facts = {"host": claim.owner.host, "pid": claim.owner.pid}
        yield Event(claim.taken_at, "claim", claim.worker, "has the claim", facts)


def _journal_events(home: Path | None) -> Iterator[Event]:
    if home is None:
        return
    for fact in read_journal(place_of_job(home / f"{home.name}{JOB}").journal):
        facts = {k: v for k, v in fact.items() if k in ("index", "code", "status", "exit_code")}
        yield Event(fact["time"], "journal", "", fact["event"].replace("_", " "), facts)


def _result_events(result: JobExecutionResult | None) -> Iterator[Event]:
    if result is None:
        return
    who = result.worker.id if result.worker else ""
    facts: dict[str, Any] = {"status": result.status}
    if result.failure is not None:
        facts |= {"code": result.failure.code, "sentence": result.failure.sentence}
    yield Event(result.completed_at, "result", who, "its result stands", facts)


def _related(folder: WatchFolder, job: Replayed, repeats: str | None) -> Iterator[str]:
    if repeats is not None:
        yield f"repeats {repeats}"
    for path in _job_files(folder):
        mark = read_mark(path)
        if mark is not None and mark.retried_from is not None and mark.retried_from == job.job_id:
            yield f"was repeated as {job_id_in(path.name) or path.name}"


def _job_files(folder: WatchFolder) -> Iterator[Path]:
    yield from folder.pending.glob(f"*{JOB}")
    for state in ("running", "completed", "failed"):
        yield from (folder.root / state).glob(f"*/*/*{JOB}")
