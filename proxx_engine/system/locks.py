"""Locks made by exclusive create: one winner, and a record of who it was.

A lock whose owner is gone is taken over by exactly one successor; it is never absent meanwhile.
A lock that says something we cannot read (another version's, a damaged one) is held.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from proxx_engine.spec.file_names import PART
from proxx_engine.system.clock import age_seconds, monotonic_seconds, now_utc
from proxx_engine.system.durability import BIRTH_SECONDS, create_exclusive, sync_folder
from proxx_engine.system.identity import ProcessIdentity, identify_process, identity_of
from proxx_engine.system.regular_files import make_private_folder, read_regular, remove_tree

_MAX_LOCK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What stands in a lock file."""

    owner: ProcessIdentity
    nonce: str
    taken_at: str

    def is_stale(self) -> bool:
        """Whether the owner was a process of this machine and is gone."""
        return self.owner.is_gone()


def take_lock(path: Path, *, durable: bool = True) -> LockRecord | None:
    """Create the lock file; None when somebody holds it. Raises: OSError.

    Only a lock that must outlast a power cut needs to be `durable`.
    """
    record, begun = _own_record(), monotonic_seconds()
    try:
        create_exclusive(path, _encode(record), durable=durable)
    except FileExistsError:
        return None
    # Read back: who sleeps for a minute between creating and writing may have been succeeded.
    try:
        held = read_lock(path)
    except OSError:
        # Nobody may succeed us so soon: it is ours, and nobody would know of it.
        if monotonic_seconds() - begun < BIRTH_SECONDS:
            path.unlink(missing_ok=True)
        raise
    return record if held == record else None


def hold_lock(path: Path, *, durable: bool = True) -> LockRecord | None:
    """Take a lock, or succeed an owner that is gone; None when it is another's. Raises: OSError."""
    return take_lock(path, durable=durable) or take_over_lock(path)


def take_over_lock(
    path: Path, *, even_of: ProcessIdentity | Literal["anybody"] | None = None
) -> LockRecord | None:
    """Succeed an owner that is gone; None when it lives, is not ours to judge, or there is none.

    `even_of`: whom a person calls gone. Raises: OSError.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        _exclude_others(descriptor)
        # Whoever waited here meanwhile finds another file under the name.
        if not _is_still(descriptor, path) or not _may_succeed(path, even_of):
            return None
        record = _own_record()
        successor = path.with_name(f".{path.name}.{record.nonce[:8]}{PART}")
        create_exclusive(successor, _encode(record))
        os.replace(successor, path)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
    return record


def _may_succeed(path: Path, even_of: ProcessIdentity | Literal["anybody"] | None) -> bool:
    if even_of == "anybody" or is_abandoned(path):
        return True
    record = read_lock(path)
    return record is not None and record.owner == even_of


def is_abandoned(path: Path) -> bool:
    """Whether a lock is there whose owner is gone: stale, or dead before it wrote its name.

    Only an empty one is judged by its age; words that we cannot read are somebody's.
    """
    record = read_lock(path)
    if record is not None:
        return record.is_stale()
    try:
        return os.stat(path).st_size == 0 and age_seconds(path) > BIRTH_SECONDS
    except FileNotFoundError:
        return False


OWNER = ".owner"


def claim_folder(folder: Path) -> bool:
    """Make a private folder that names its owner; one whose owner is gone is made anew.

    False when it is another's. Raises: OSError.
    """
    if os.path.lexists(folder):
        owner = folder / OWNER
        gone = is_abandoned(owner) if owner.exists() else age_seconds(folder) > BIRTH_SECONDS
        if not gone:
            return False
        remove_tree(folder)
    make_private_folder(folder)
    try:
        return take_lock(folder / OWNER, durable=False) is not None
    except OSError:
        with suppress(OSError):  # one that names nobody would be in the way for a minute
            folder.rmdir()
        raise


def read_lock(path: Path) -> LockRecord | None:
    """Return who holds the lock; None when nobody does, or it cannot be told."""
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_LOCK_BYTES))
        if not isinstance(loaded, dict):
            return None
        record = LockRecord(**(loaded | {"owner": identity_of(loaded.get("owner"))}))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record


def release_lock(path: Path, record: LockRecord) -> None:
    """Remove the lock file, only if it is still ours."""
    if read_lock(path) == record:
        path.unlink(missing_ok=True)


def clear_lock(path: Path, *, held_by: ProcessIdentity | None = None) -> None:
    """Remove a lock whose owner is gone, or is `held_by`; leave any other."""
    lock = take_over_lock(path, even_of=held_by)
    if lock is not None:
        release_lock(path, lock)


def _own_record() -> LockRecord:
    return LockRecord(identify_process(), uuid.uuid4().hex, now_utc())


def _encode(record: LockRecord) -> bytes:
    return json.dumps(asdict(record), indent=2).encode() + b"\n"


def _exclude_others(descriptor: int) -> None:
    """Wait until no other process of this machine is taking over this file."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
