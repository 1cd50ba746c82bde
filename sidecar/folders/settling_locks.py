"""Who settles a claim does so alone: a lock beside the claim, and what the dead left of such."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proxx_engine import hold_lock, read_lock, release_lock
from sidecar.folders.claims import read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM

_SETTLING = ".settling"
_PART = ".part"
_NAMELESS_SECONDS = 3600.0
"""What names nobody, not even in part, is left alone for so long."""


def sweep_claims(folder: WatchFolder) -> None:
    """Remove what settlers left beside the claims that died in their last step, or in writing."""
    for name in os.listdir(folder.claims):
        path = folder.claims / name
        if name.endswith(f"{CLAIM}{_SETTLING}"):
            claim = path.with_name(name.removesuffix(_SETTLING))
            lock = None if os.path.lexists(claim) else hold_lock(path)
            if lock is not None:
                release_lock(path, lock)
        elif name.startswith(".") and name.endswith(_PART) and _is_dead(path):
            path.unlink(missing_ok=True)


def _is_dead(part: Path) -> bool:
    """Whether nobody goes on writing a hidden file: a lock's successor, or a claim put right."""
    record = read_lock(part) or read_claim(part)
    if record is not None:
        return record.owner.is_gone()
    try:
        return time.time() - part.stat().st_mtime > _NAMELESS_SECONDS
    except FileNotFoundError:
        return False


def held_by(path: Path) -> str:
    """Return who settles a claim, for a person."""
    place = _settling_lock(path)
    record = read_lock(place)
    who = f"process {record.owner.pid} of {record.owner.host}" if record else "nobody who is named"
    since = f" since {record.taken_at}" if record else ""
    return f"{place.name} is held by {who}{since}; `proxx release` settles it in its place"


def forget_strangers(path: Path) -> None:
    """Remove the mark of a process of another machine that began to settle this."""
    place = _settling_lock(path)
    record = read_lock(place)
    if record is not None and not record.owner.is_near():
        place.unlink(missing_ok=True)


def _settling_lock(path: Path) -> Path:
    return path.with_name(f"{path.name}{_SETTLING}")


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody else settles this claim meanwhile."""
    place = _settling_lock(path)
    lock = hold_lock(place)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            release_lock(place, lock)
