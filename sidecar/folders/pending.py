"""What lies in `pending/`: a whole job, one that is wrong, or something that is left alone for now.

A file that may still be being written is never touched: an empty one, one that ends in the middle,
one that changes. Whoever looks again tells it once it has stood still for long.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import (
    Issue,
    JobSpec,
    JobSpecValidationError,
    PlaceError,
    read_jobspec_file,
    read_regular,
)
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import job_id_in, judge_name

STILL_SECONDS = 60.0
"""Whoever copies a job file writes something of it within a minute."""
_MAY_GROW = frozenset({"SPEC_EMPTY", "SPEC_NOT_JSON", "SPEC_ENCODING", "SPEC_UNREADABLE"})
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MOST_LOOKED_AT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Whole:
    """A job that can be taken."""

    name: str
    spec: JobSpec


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that is no job of ours and never will be; every problem of it."""

    name: str
    error: JobSpecValidationError


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file that may still become a job."""

    name: str
    reason: str
    error: JobSpecValidationError | None
    """What it is if it stays like this; None where it can only be waited for."""


def list_pending(folder: WatchFolder) -> list[str]:
    """Return the names in `pending/` in the order in which they are taken. Raises: OSError."""
    return sorted(os.listdir(folder.pending))


def open_job_folders(root: Path) -> tuple[Path, ...]:
    """Return every folder in which a job of a watch folder lies that has not ended.

    Raises: PlaceError when there is no such folder.
    """
    if not root.is_dir():
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(root))
    root = Path(os.path.abspath(root))
    running = sorted(home for home in (root / "running").glob("*/*") if home.is_dir())
    return root / "pending", root / "held", *running


def look_at(folder: WatchFolder, name: str) -> Whole | Wrong | Unfinished | None:
    """Look at one entry whose name is a job's; None when it is gone, or is no file."""
    path = folder.pending / name
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return wrong(name, "SPEC_UNREADABLE", "is a link; copy the file itself")
    if not stat.S_ISREG(status.st_mode):
        return None  # told as foreign; it is never opened
    refusal = _refuse_owner(folder, status) or _refuse_links(status)
    if refusal is not None:
        refused = wrong(name, "SPEC_UNREADABLE", refusal)
        # A second name may be the way in which it is just being published.
        return Unfinished(name, refusal, refused.error) if status.st_nlink > 1 else refused
    try:
        spec = read_jobspec_file(path)
        refuse_other_id(name, spec)
    except JobSpecValidationError as error:
        return _judge_wrong(path, name, error)
    return Whole(name, spec)


def refuse_other_id(name: str, spec: JobSpec) -> None:
    """Raises: JobSpecValidationError when a job's file is called after another job."""
    named = job_id_in(name)
    if named is not None and named != spec.job_id:
        sentence = f"the name says {named}, the file {spec.job_id}"
        raise JobSpecValidationError((Issue("SPEC_ID_MISMATCH", "", sentence),), subject=name)


def wrong(name: str, code: str, sentence: str) -> Wrong:
    """Return what is told of a file that is not run for one reason."""
    return Wrong(name, JobSpecValidationError((Issue(code, "", sentence),), subject=name))


def _refuse_links(status: os.stat_result) -> str | None:
    return "has a second name (a hard link)" if status.st_nlink > 1 else None


def _refuse_owner(folder: WatchFolder, status: os.stat_result) -> str | None:
    """Where everybody may put a file, only those who may give orders are obeyed."""
    if sys.platform == "win32" or not folder.pending.stat().st_mode & stat.S_IWOTH:
        return None
    trusted = {os.getuid(), 0, folder.pending.stat().st_uid}
    if status.st_uid in trusted:
        return None
    return f"belongs to user {status.st_uid}, and `pending` is open to everybody"


def _judge_wrong(path: Path, name: str, error: JobSpecValidationError) -> Wrong | Unfinished | None:
    codes = {issue.code for issue in error.issues}
    if not os.path.lexists(path):
        return None
    if not codes & _MAY_GROW:
        return Wrong(name, error)
    reason = "; ".join(issue.sentence for issue in error.issues)
    return Unfinished(name, reason, None if _ends_midway(path) else error)


def _ends_midway(path: Path) -> bool:
    """Whether more bytes behind the last could still make a JobSpec of it: then it is waited for.

    Also a file that we may not read.
    """
    try:
        data = read_regular(path, limit=_MOST_LOOKED_AT).strip()
    except (OSError, ValueError):
        return True
    return not data or (data.startswith(b"{") and _open_brackets(data) > 0)


def _open_brackets(data: bytes) -> int:
    """Return how many brackets are still open at the end; those in texts are none."""
    outside = _TEXT.sub(b"", data)
    # A text that never ends was cut off, whatever stands in it.
    opened = sum(outside.count(bracket) for bracket in (b"{", b"[", b'"'))
    return opened - sum(outside.count(bracket) for bracket in (b"}", b"]"))


@dataclass
class Patience:
    """Remembers since when a file has stood still, on the clock that never jumps."""

    _seen: dict[str, tuple[tuple[int, int], float]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def still_seconds(self, path: Path, *, now: float) -> float:
        """Return for how long a file has had its size and time."""
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return 0.0
        state = (status.st_size, status.st_mtime_ns)
        known = self._seen.get(path.name)
        if known is None or known[0] != state:
            self._seen[path.name] = (state, now)
            self._told.discard(path.name)
            return 0.0
        return now - known[1]

    def tell_once(self, name: str) -> bool:
        """Whether this is the first time that a file is told of since it changed."""
        if name in self._told:
            return False
        self._told.add(name)
        return True

    def forget_all_but(self, names: set[str]) -> None:
        """Forget what is no longer there."""
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self._told &= names


def left_alone(folder: WatchFolder) -> list[tuple[str, str]]:
    """Return what in `pending/` is not taken because of its name or kind, each with the reason."""
    reasons = []
    with os.scandir(folder.pending) as entries:
        # Its kind comes with its name: ten thousand files are not asked one by one.
        kinds = {entry.name: entry.is_file() or entry.is_symlink() for entry in entries}
    for name, is_file in sorted(kinds.items()):
        meaning = judge_name(name)
        if meaning == "unfinished":
            reasons.append((name, "a temporary or hidden name"))
        elif meaning == "foreign":
            reasons.append((name, "no job: the name does not end in .job.json"))
        elif meaning == "unsafe":
            reasons.append((name, "a name that not every system can store, or a sync conflict"))
        elif not is_file:
            reasons.append((name, "no regular file"))
    return reasons
