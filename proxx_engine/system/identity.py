"""Who we are: one process of one machine, told so that it is never taken for another."""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process of one machine; never mistaken for a later one with the same number."""

    host: str
    machine_id: str
    boot_id: str
    """Empty where process_mark alone is enough."""
    process_space: str
    """Containers of one machine number their processes apart."""
    pid: int
    process_mark: str
    """When it started, by a clock that nobody sets."""
    process_started: float
    """Seconds since 1970, for people only: on Linux it moves when the clock is set."""

    def is_near(self) -> bool:
        """Whether this is or was a process that can be judged from here.

        Other machines' processes are not ours to judge, nor those of another container. Machines
        cloned from one image share a machine id, so the name counts too: a wrong "not ours" waits
        for a person, a wrong "gone" would run a job twice.
        """
        return _place_of(self) == _place_of(identify_process())

    def is_gone(self) -> bool:
        """Whether this was a process that can be judged from here, and is no more."""
        if not self.is_near():
            return False
        return self.boot_id != identify_process().boot_id or not _is_running(self)


_KINDS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"str": (str,), "int": (int,), "float": (int, float)}
)


def identity_of(loaded: Any) -> ProcessIdentity:
    """Return the process that was written down. Raises: ValueError when it is not one of ours."""
    kinds = {field.name: _KINDS[str(field.type)] for field in fields(ProcessIdentity)}
    if not isinstance(loaded, dict) or loaded.keys() != kinds.keys():
        raise ValueError("names no process as this version does")
    for name, kind in kinds.items():
        if not isinstance(loaded[name], kind):
            raise ValueError(f"{name} is {loaded[name]!r}")
    return ProcessIdentity(**loaded)


def _place_of(identity: ProcessIdentity) -> tuple[str, str, str]:
    return identity.host, identity.machine_id, identity.process_space


@cache
def identify_process() -> ProcessIdentity:
    """Return who this process is."""
    own = psutil.Process()
    return ProcessIdentity(
        host=socket.gethostname(),
        machine_id=_machine_id(),
        boot_id=_boot_id(),
        process_space=_process_space(),
        pid=own.pid,
        process_mark=_start_mark(own.pid) or "",
        process_started=own.create_time(),
    )


def _is_running(identity: ProcessIdentity) -> bool:
    if not psutil.pid_exists(identity.pid):
        return False
    mark = _start_mark(identity.pid)
    return mark is None or mark == identity.process_mark


def _start_mark(pid: int) -> str | None:
    """Return when a process started; empty when it is dead, None when it cannot be told.

    Linux: ticks since boot. psutil adds them to the wall clock's idea of the boot, which moves
    when the clock is set. Elsewhere the system keeps the time itself.
    """
    if sys.platform != "linux":
        try:
            return f"{psutil.Process(pid).create_time():.2f}"
        except psutil.NoSuchProcess:
            return ""
        except psutil.AccessDenied:
            return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except ProcessLookupError:
        return ""
    except OSError:
        return None
    dead = fields[0] in (b"Z", b"X")
    return "" if dead else fields[19].decode()


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
        return ""


def _process_space() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
