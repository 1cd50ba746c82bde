"""`proxx` out of a Python that has imported it already, and forks for each call.

Importing it costs more than most of what a round of faults does; so the many rounds start theirs
here, and are held against the calls of one that was started as a person would. A fault is met as in
a process of its own: the library that counts calls is told anew in each fork. Nor does a fork hash
FFmpeg, or have its probe child import its libraries anew.

    python -m tests.faults.warm_proxx SOCKET [LIBRARY]      the one that forks; ends with its socket
"""

from __future__ import annotations

import array
import atexit
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from proxx_engine.system.probe import Prober
from proxx_engine.system.tools import embedded_ffmpeg
from sidecar.cli.main import COMMANDS, main
from tests.hashed_once import hash_ffmpeg_once
from tests.warm_probe import warm_probes

ROOT = Path(__file__).resolve().parents[2]
_MOST_BYTES = 1 << 18
_PIPES = 3
_NEVER_LONGER = 120.0
NOTHING: Mapping[str, str] = MappingProxyType({})


class WarmProcess:
    """A fork that was started: of what `subprocess.Popen` offers, what is needed here."""

    def __init__(self, pid: int, out: int, err: int, end: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pipes = {out: b"", err: b"", end: b""}

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what it said, once it ended. Raises: subprocess.TimeoutExpired."""
        open_ones = set(self._pipes)
        while open_ones:
            readable, _, _ = select.select(open_ones, [], [], timeout)
            if not readable:
                raise subprocess.TimeoutExpired("proxx", timeout or 0)
            for pipe in readable:
                said = os.read(pipe, 65536)
                self._pipes[pipe] += said
                if not said:
                    open_ones.remove(pipe)
        out, err, code = (self._pipes[pipe].decode("utf-8") for pipe in self._pipes)
        for pipe in self._pipes:
            os.close(pipe)
        self.returncode = int(code)
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)


def start_warm(
    words: Sequence[str],
    environment: Mapping[str, str] = NOTHING,
    library: Path | None = None,
    folder: Path = ROOT,
) -> WarmProcess:
    """Start `proxx` in a fork, with a fault library that the environment tells what to do."""
    return _server(library).start(words, {**os.environ, **environment}, folder)


def run_warm(
    *words: str | Path, library: Path | None = None, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `proxx` in a fork to its end, in a folder."""
    process = start_warm([*map(str, words)], environment, library, folder)
    try:
        out, err = process.communicate(timeout=_NEVER_LONGER)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(words, process.returncode or 0, out, err)


@cache
def _server(library: Path | None) -> _Server:
    return _Server(library)


class _Server:
    """The Python that forks, seen from here."""

    def __init__(self, library: Path | None) -> None:
        self._asking = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_BYTES)
        preloaded = {"LD_PRELOAD": str(library)} if library else {}
        command = [sys.executable, "-m", "tests.faults.warm_proxx", str(theirs.fileno())]
        self._process = subprocess.Popen(
            [*command, str(library)] if library else command,
            cwd=ROOT,
            env={**os.environ, **preloaded},
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        atexit.register(self._end)

    def start(
        self, words: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> WarmProcess:
        pipes = [os.pipe() for _number in range(_PIPES)]
        question = {"words": [*words], "environment": dict(environment), "folder": str(folder)}
        asked = json.dumps(question).encode()
        with self._asking:
            socket.send_fds(self._socket, [asked], [writing for _reading, writing in pipes])
            pid = int(self._socket.recv(64))
        for _reading, writing in pipes:
            os.close(writing)
        return WarmProcess(pid, *(reading for reading, _writing in pipes))

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


def serve(place: socket.socket, library: str | None) -> None:
    """Fork for each call that is asked for; say the process's number, later its exit code."""
    ends: dict[int, int] = {}
    waking, woken = socket.socketpair()
    waking.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    while True:
        readable, _, _ = select.select([place, woken], [], [])
        if woken in readable:
            woken.recv(4096)
            _tell_ended(ends)
        if place not in readable:
            continue
        asked, (out, err, end) = _receive(place)
        if not asked:
            signal.set_wakeup_fd(-1)
            return
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for own in (place, waking, woken):
                own.close()
            for other in (end, *ends.values()):
                os.close(other)
            _be_proxx(json.loads(asked), out, err, library)
        ends[pid] = end
        os.close(out)
        os.close(err)
        place.send(str(pid).encode())


def _receive(place: socket.socket) -> tuple[bytes, list[int]]:
    """Return one question and the pipes that came with it; no child of ours inherits them."""
    room = socket.CMSG_LEN(_PIPES * array.array("i").itemsize)
    asked, told, _flags, _address = place.recvmsg(_MOST_BYTES, room, socket.MSG_CMSG_CLOEXEC)
    pipes = array.array("i")
    for _level, _kind, data in told:
        pipes.frombytes(data)
    return asked, list(pipes) or [-1] * _PIPES


def _tell_ended(ends: dict[int, int]) -> None:
    while ends:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        end = ends.pop(pid)
        with suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(end)


def _be_proxx(asked: dict[str, Any], out: int, err: int, library: str | None) -> None:
    """Do what a process of its own would do, and end as it."""
    for pipe, standard in ((out, 1), (err, 2)):
        os.dup2(pipe, standard)
        os.close(pipe)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["proxx", *asked["words"]]
    if library:
        ctypes.CDLL(library).faultshim_begin()
    sys.exit(main())


def _hash_ffmpeg() -> None:
    """Let both be there before the first fork: the hash, and the probe child that forks."""
    with Prober() as prober:
        if ffmpeg := embedded_ffmpeg():
            prober.start_hash(ffmpeg)
            prober.hash_started()


if __name__ == "__main__":
    for name in COMMANDS:
        importlib.import_module(f"sidecar.cli.{name}_command")
    if len(sys.argv) == 2:  # `farm run` imports it when it is called; no fault is tried there
        importlib.import_module("sidecar.farm.local_run")
    with (
        socket.socket(fileno=int(sys.argv[1])) as asking,
        hash_ffmpeg_once(),
        warm_probes(),
    ):
        _hash_ffmpeg()
        gc.collect()
        gc.freeze()
        serve(asking, sys.argv[2] if len(sys.argv) > 2 else None)
