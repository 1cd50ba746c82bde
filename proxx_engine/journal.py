"""Facts of one job, appended as they happen; what front ends read while a job runs.

Beside the job file `X.job.json` lie, by name: `X.journal.jsonl`, `X.ffmpeg.log`, `X.lock` and
`X.result.json`. Each line is one JSON object with `time` and `event`. No death of the process
loses one; before anything that a power cut must find told, all are made durable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from proxx_engine.spec.file_names import JOURNAL, LOCK, LOG, RESULT
from proxx_engine.system.clock import now_utc
from proxx_engine.system.durability import append_line
from proxx_engine.system.identity import ProcessIdentity, identity_of

Event = Literal[
    "lock_taken",
    "job_started",
    "clip_started",
    "clip_encoded",
    "clip_verified",
    "publishing",
    "published",
    "clip_failed",
    "job_finished",
    "settled",
    "lock_released",
]
_DURABLE: frozenset[Event] = frozenset({"job_started", "publishing"})
_HOLDING: frozenset[Event] = frozenset({"lock_taken", "lock_released"})


@dataclass(frozen=True, slots=True)
class JobPlace:
    """The files that lie with a job."""

    journal: Path

    @property
    def stem(self) -> str:
        """What the names of the job's files have in common."""
        return self.journal.name.removesuffix(JOURNAL)

    @property
    def lock(self) -> Path:
        """Held while the job runs."""
        return self.journal.with_name(self.stem + LOCK)

    @property
    def log(self) -> Path:
        """Everything FFmpeg said."""
        return self.journal.with_name(self.stem + LOG)

    @property
    def result(self) -> Path:
        """The copy of the result that stays with the job."""
        return self.journal.with_name(self.stem + RESULT)


def place_of_job(job_file: Path) -> JobPlace:
    """Return the files that lie with a job file."""
    stem = job_file.name.removesuffix(".json").removesuffix(".job")
    return JobPlace(job_file.with_name(stem + JOURNAL))


class Journal:
    """Appends facts. Raises: OSError when a fact cannot be kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, event: Event, **facts: Any) -> None:
        """Append one fact."""
        line = json.dumps({"time": now_utc(), "event": event, **facts}, ensure_ascii=True)
        append_line(self._path, line.encode("ascii"), durable=event in _DURABLE)


def reopen_journal(path: Path) -> Journal:
    """Return the journal of a process that died, its cut-off last line ended."""
    append_line(path, b"")
    return Journal(path)


def has_begun(path: Path) -> bool:
    """Whether a job was begun, as its journal says."""
    return any(fact.get("event") == "job_started" for fact in read_journal(path))


def last_owner(path: Path) -> ProcessIdentity | None:
    """Return the process that last took the job's lock, as its journal says.

    None where there is none, or it was not noted so that we can tell.
    """
    owner = None
    for fact in read_journal(path):
        if fact["event"] == "lock_taken":
            owner = fact.get("owner")
    try:
        return identity_of(owner)
    except ValueError:
        return None


def is_owner_gone(path: Path) -> bool:
    """Whether the process that last took the job's lock, as its journal says, let go or is gone.

    One that lives, is not ours to judge, or cannot be told, is not gone.
    """
    holding = [fact["event"] for fact in read_journal(path) if fact["event"] in _HOLDING]
    if holding[-1:] == ["lock_released"]:
        return True
    owner = last_owner(path)
    return owner is not None and owner.is_gone()


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the facts of a journal; a line cut off by a crash, or not ours, is not a fact."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    for line in data.split(b"\n")[:-1]:
        try:
            fact = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(fact, dict) and all(
            isinstance(fact.get(key), str) for key in ("time", "event")
        ):
            yield fact
