"""What processes that are gone left hidden on the disk: found by our exact names, judged by owner.

Proxies, results, journals and job files are never touched; what belongs to a job that began and
was interrupted, and whose job file lies there too, is left to settlement.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from proxx_engine.journal import has_begun, place_of_job
from proxx_engine.settlement import is_interrupted
from proxx_engine.spec.file_names import (
    BORN_WHOLE,
    JOB,
    JOURNAL,
    LOCK,
    NAME_HOLD,
    PART,
    RESERVATION,
    TRIAL,
    WORK_FOLDER,
)
from proxx_engine.system.clock import age_seconds
from proxx_engine.system.files import remove_tree
from proxx_engine.system.identity import ProcessIdentity
from proxx_engine.system.locks import (
    OWNER,
    LockRecord,
    is_abandoned,
    read_lock,
    release_lock,
    take_over_lock,
)

Kind = Literal[
    "work folder",
    "reservation",
    "name hold",
    "lock",
    "half-written file",
    "trial file",
    "trial folder",
    "folder",
]
Verdict = Literal[
    "abandoned", "in use", "of another host", "unsettled", "unknown", "cannot be looked at"
]

NAMELESS_SECONDS = 3600.0
"""What names no owner is somebody's for so long: no file of ours takes an hour to be written."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WHOLE = "|".join(map(re.escape, BORN_WHOLE))
_TRIAL = re.compile(rf"{re.escape(TRIAL)}[0-9a-f]{{8}}")
_FILES: Mapping[Kind, re.Pattern[str]] = MappingProxyType(
    {
        "reservation": re.compile(rf"\.[0-9a-f]{{16}}{re.escape(RESERVATION)}"),
        "name hold": re.compile(rf"\..+{re.escape(NAME_HOLD)}"),
        "lock": re.compile(rf".+\.{_UUID}{re.escape(LOCK)}"),
        "half-written file": re.compile(rf"\..+(?:{_WHOLE})\.[0-9a-f]{{8}}{re.escape(PART)}"),
        "trial file": _TRIAL,
    }
)
_FOLDERS: Mapping[Kind, re.Pattern[str]] = MappingProxyType(
    {
        "work folder": re.compile(rf"{re.escape(WORK_FOLDER)}[0-9a-f]{{8}}"),
        "trial folder": _TRIAL,
    }
)
_JOB = re.compile(rf".+\.([0-9a-f]{{8}})-[0-9a-f-]{{27}}{re.escape(JOB)}")


@dataclass(frozen=True, slots=True)
class Leaving:
    """One hidden thing of ours, and whether anybody still needs it; or what hides such things."""

    path: Path
    kind: str
    """What it is, for a person: a `Kind`, or what a front end calls one of its own."""
    verdict: Verdict
    reason: str
    """Why, for a person."""
    size_bytes: int


def find_leavings(folders: Iterable[Path]) -> tuple[Leaving, ...]:
    """Return everything of ours below folders that only a running job may have there.

    Links are not followed, hidden folders not looked into. What cannot be looked at is told too.
    """
    hidden: dict[Path, Kind] = {}
    jobs: dict[str, Path] = {}
    dark: list[OSError] = []
    for top in folders:
        for folder, subfolders, names in os.walk(top, onerror=dark.append):
            here = Path(folder)
            hidden |= _named_as_ours(here, subfolders, _FOLDERS)
            hidden |= _named_as_ours(here, names, _FILES)
            jobs |= {job[1]: here / job[0] for job in map(_JOB.fullmatch, names) if job}
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
    judged = [_judge(path, kind, jobs) for path, kind in hidden.items()]
    left = _with_their_job([leaving for leaving in judged if leaving is not None])
    unlisted = {Path(error.filename): error for error in dark}
    return (*left, *(_unlooked(path, "folder", error) for path, error in unlisted.items()))


def _unlooked(path: Path, kind: Kind, error: OSError) -> Leaving:
    return Leaving(path, kind, "cannot be looked at", error.strerror or str(error), 0)


def _with_their_job(leavings: list[Leaving]) -> Iterator[Leaving]:
    """Leave to settlement what the process of an interrupted job holds besides its lock."""
    owners = {
        owner: leaving.reason
        for leaving in leavings
        if leaving.verdict == "unsettled" and (owner := _owner_of(leaving)) is not None
    }
    for leaving in leavings:
        owner = _owner_of(leaving) if leaving.verdict == "abandoned" else None
        reason = owners.get(owner) if owner else None
        yield replace(leaving, verdict="unsettled", reason=reason) if reason else leaving


def _owner_of(leaving: Leaving) -> ProcessIdentity | None:
    is_folder = leaving.kind in _FOLDERS
    record = read_lock(leaving.path / OWNER if is_folder else leaving.path)
    return record.owner if record else None


def _named_as_ours(
    here: Path, names: Iterable[str], patterns: Mapping[Kind, re.Pattern[str]]
) -> Iterator[tuple[Path, Kind]]:
    for name in sorted(names):
        for kind, pattern in patterns.items():
            if pattern.fullmatch(name) and not (here / name).is_symlink():
                yield here / name, kind


def _judge(path: Path, kind: Kind, jobs: Mapping[str, Path]) -> Leaving | None:
    """`jobs`: job files by the short id of their job. None: its owner took it away meanwhile."""
    try:
        return _judge_found(path, kind, jobs)
    except FileNotFoundError:
        return None
    except OSError as error:
        return _unlooked(path, kind, error)


def _judge_found(path: Path, kind: Kind, jobs: Mapping[str, Path]) -> Leaving:
    if kind == "work folder":
        return _judge_work_folder(path, jobs.get(path.name.removeprefix(WORK_FOLDER)))
    if kind == "trial folder":
        return Leaving(path, kind, *_judge_nameless(path), _tree_bytes(path))
    if not path.is_file():
        return Leaving(path, kind, "unknown", "is not a regular file", 0)
    return _judge_file(path, kind)


def _judge_file(path: Path, kind: Kind) -> Leaving:
    verdict, reason = _judge_owner(path) if _is_lock(path, kind) else _judge_nameless(path)
    size = path.stat().st_size
    if (kind == "trial file" and size) or (kind == "name hold" and not size):
        verdict, reason = "unknown", "is not what Proxx writes under such a name"
    if kind == "lock" and verdict == "abandoned":
        stem = path.name.removesuffix(LOCK)
        if has_begun(path.with_name(stem + JOURNAL)):
            sentence = f"its job was interrupted; `proxx run {stem}{JOB}` settles it"
            verdict, reason = "unsettled", sentence
    return Leaving(path, kind, verdict, reason, size)


def _is_lock(path: Path, kind: str) -> bool:
    """Whether a file names its owner: every lock does, and the successor of one."""
    if kind in ("reservation", "name hold", "lock"):
        return True
    return kind == "half-written file" and read_lock(path) is not None


def _judge_owner(lock: Path) -> tuple[Verdict, str]:
    record = read_lock(lock)
    if is_abandoned(lock):
        return "abandoned", f"{_named(record)} is gone" if record else "names no owner"
    if record is None:
        return "unknown", "names no owner that this version can read"
    if record.owner.is_near():
        return "in use", f"{_named(record)} is alive"
    return "of another host", f"{_named(record)}, which cannot be judged from here"


def _named(record: LockRecord) -> str:
    return f"process {record.owner.pid} of {record.owner.host}"


def _judge_nameless(path: Path) -> tuple[Verdict, str]:
    if age_seconds(path) > NAMELESS_SECONDS:
        return "abandoned", "names no owner, and was last written long ago"
    return "in use", "was written within the last hour"


def _judge_work_folder(folder: Path, job: Path | None) -> Leaving:
    owner = folder / OWNER
    verdict, reason = _judge_owner(owner) if owner.exists() else _judge_nameless(folder)
    if verdict == "abandoned" and job is not None and is_interrupted(place_of_job(job).journal):
        sentence = f"its job was interrupted; `proxx run {job.name}` settles it and clears this"
        verdict, reason = "unsettled", sentence
    return Leaving(folder, "work folder", verdict, reason, _tree_bytes(folder))


def _tree_bytes(folder: Path) -> int:
    files = (Path(at, name) for at, _folders, names in os.walk(folder) for name in names)
    return sum(file.lstat().st_size for file in files)


def remove_leaving(leaving: Leaving) -> bool:
    """Remove one that was abandoned; False when it is somebody's by now. Raises: OSError."""
    if leaving.verdict != "abandoned":
        return False
    path = leaving.path
    if leaving.kind == "work folder":
        return _remove_work_folder(path)
    if _is_lock(path, leaving.kind):
        return _remove_lock(path)
    if _judge_nameless(path)[0] != "abandoned":
        return False
    if leaving.kind == "trial folder":
        remove_tree(path)
    else:
        path.unlink()
    return True


def _remove_lock(path: Path) -> bool:
    """Succeed the owner that is gone, as only one process can, and let go."""
    lock = take_over_lock(path)
    if lock is None:
        return False
    release_lock(path, lock)
    return True


def _remove_work_folder(folder: Path) -> bool:
    owner = folder / OWNER
    if owner.exists():
        if take_over_lock(owner) is None:
            return False
    elif _judge_nameless(folder)[0] != "abandoned":
        return False
    remove_tree(folder)
    return True
