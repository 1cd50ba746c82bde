"""Probe children are forks of one that has imported its libraries, for probers of this process.

Importing them costs more than looking at a short clip. Each prober still has a process of its own,
which is killed with it; what is held of that process itself asks for `cold_probe`, and a `proxx`
that was started as a person would starts its children as always.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from proxx_engine.system import probe
from proxx_engine.system.process import MINIMAL_ENVIRONMENT, Child

WHERE = "proxx_engine.system.probe.Child"
_SERVER = Path(__file__).with_name("warm_probe_server.py")
_SCRIPT = Path(probe.__file__).with_name("probe_child.py")


class _Fork:
    """A fork that was started: of what `subprocess.Popen` offers, what a child needs."""

    def __init__(self, pid: int, stdin: int, stdout: int) -> None:
        self.pid = pid
        self.stdin = FileIO(stdin, "w")
        self.stdout = FileIO(stdout, "r")
        self._handle: int | None = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return None while it runs."""
        if self._handle is None:
            return 0
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def kill(self) -> None:
        """Kill it."""
        if self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end."""
        if self._handle is not None:
            select.select([self._handle], [], [])
            os.close(self._handle)
            self._handle = None
        return 0


class _Server:
    """The process that forks, seen from here."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_SERVER), str(theirs.fileno()), str(_SCRIPT)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(MINIMAL_ENVIRONMENT),
            start_new_session=True,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def start(self) -> _Fork:
        """Start a child in the working directory of now."""
        (asked, asking), (told, telling), (number, numbering) = os.pipe(), os.pipe(), os.pipe()
        socket.send_fds(self._socket, [os.fsencode(Path.cwd())], [asked, telling, numbering])
        for theirs in (asked, telling, numbering):
            os.close(theirs)
        pid = int(os.read(number, 64))
        os.close(number)
        return _Fork(pid, asking, told)

    def end(self) -> None:
        self._socket.close()
        self._process.wait()


@contextmanager
def warm_probes() -> Iterator[None]:
    """Let the probers of this process have forks, where the system knows how to hold them."""
    if not hasattr(os, "pidfd_open"):
        yield
        return
    servers: list[_Server] = []
    starting = threading.Lock()

    class WarmChild(Child):
        def __init__(self, script: Path) -> None:
            if script != _SCRIPT:
                super().__init__(script)
                return
            with starting:
                if not servers:
                    servers.append(_Server())
            process: Any = servers[0].start()
            self._process = process
            self._buffer = b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WHERE, WarmChild)
        yield
    for server in servers:
        server.end()


@pytest.fixture
def cold_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probers of this test start their children anew."""
    monkeypatch.setattr(WHERE, Child)
