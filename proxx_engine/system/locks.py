"""Who we are, and locks made by exclusive create: one winner, and a record of who it was."""

from __future__ import annotations

import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

from proxx_engine.system.clock import now_utc
from proxx_engine.system.files import create_exclusive, read_regular

_MAX_LOCK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process of one machine; never mistaken for a later one with the same number."""

    host: str
    """For people only."""
    machine_id: str
    boot_id: str
    pid: int
    process_started: float
    """Seconds since 1970, as the system keeps it."""


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What stands in a lock file."""

    owner: ProcessIdentity
    nonce: str
    taken_at: str

    def is_stale(self) -> bool:
        """Whether the owner was a process of this machine and is gone.

        Other machines' processes are not ours to judge.
        """
        me = identify_process()
        if self.owner.machine_id != me.machine_id:
            return False
        if self.owner.boot_id != me.boot_id:
            return True
        return not _is_running(self.owner)


@cache
def identify_process() -> ProcessIdentity:
    """Return who this process is."""
    own = psutil.Process()
    return ProcessIdentity(
        host=socket.gethostname(),
        machine_id=_machine_id(),
        boot_id=_boot_id(),
        pid=own.pid,
        process_started=own.create_time(),
    )


def take_lock(path: Path) -> LockRecord | None:
    """Create the lock file; None when somebody holds it. Raises: OSError."""
    record = LockRecord(identify_process(), uuid.uuid4().hex, now_utc())
    try:
        create_exclusive(path, json.dumps(asdict(record), indent=2).encode() + b"\n")
    except FileExistsError:
        return None
    return record


def read_lock(path: Path) -> LockRecord | None:
    """Return who holds the lock; None when nobody does, or it cannot be told."""
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_LOCK_BYTES))
        owner = ProcessIdentity(**loaded["owner"])
        return LockRecord(owner, loaded["nonce"], loaded["taken_at"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def release_lock(path: Path, record: LockRecord) -> None:
    """Remove the lock file, only if it is still ours."""
    if read_lock(path) == record:
        os.unlink(path)


def _is_running(identity: ProcessIdentity) -> bool:
    try:
        started = psutil.Process(identity.pid).create_time()
    except psutil.NoSuchProcess:
        return False
    return abs(started - identity.process_started) < 1.0


def _machine_id() -> str:
    for place in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            text = Path(place).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if text:
            return text
    return f"{uuid.getnode():012x}"


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return str(int(psutil.boot_time()))
