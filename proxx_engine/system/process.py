"""The only place that starts and ends programs: a bounded run of one tool, a child to talk to.

Every program is tied to us by `lifeline.py`: it ends when we do, however we end.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import psutil

from proxx_engine.system.clock import monotonic_seconds
from proxx_engine.system.stopping import StopFlags

Ending = Literal["exited", "timeout", "stalled", "stopped", "flooded"]

MINIMAL_ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {"SYSTEMROOT": "C:\\Windows"}
    if sys.platform == "win32"
    else {"LC_ALL": "C", "TZ": "UTC", "SVT_LOG": "1"}
)

MAX_LOG_BYTES = 256 * 1024 * 1024
_LOOK_SECONDS = 0.5
_IDLE_SHARE = 0.001
"""Of a processor. An FFmpeg that stands still uses less: it looks twice a second whether to end."""
_END_SECONDS = 30.0
_LIFELINE = Path(__file__).with_name("lifeline.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one run, in seconds on the monotonic clock."""

    timeout_seconds: float
    stall_seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended."""

    ending: Ending
    exit_code: int | None
    """As the tool gave it, negative for a signal; None where it could not be reaped."""


def run_tool(
    command: Sequence[str],
    *,
    folder: Path,
    log: Path,
    limits: Limits,
    stop: StopFlags,
    growing: Path,
) -> Outcome:
    """Run one tool to its end or to a limit; its messages go to `log`.

    `folder` is its working folder; `growing` is the file whose growth shows that it lives.
    Raises: OSError when it cannot be started or `log` cannot be written.
    """
    with open(log, "ab") as messages:
        room = _Room(log, messages.tell() + MAX_LOG_BYTES)
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LIFELINE), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            env=dict(MINIMAL_ENVIRONMENT),
            cwd=folder,
            start_new_session=True,
        )
    try:
        with process:
            ending = _supervise(process, room=room, limits=limits, stop=stop, growing=growing)
            return Outcome(ending, _reap(process))
    finally:
        _kill_group(process.pid)


@dataclass(frozen=True, slots=True)
class _Room:
    """How far the messages of one run may fill its log."""

    log: Path
    most_bytes: int


def _supervise(
    process: subprocess.Popen[bytes],
    *,
    room: _Room,
    limits: Limits,
    stop: StopFlags,
    growing: Path,
) -> Ending:
    started = alive_at = monotonic_seconds()
    seen_size, seen_cpu = -1, 0.0
    while not _ended_within(process, _LOOK_SECONDS):
        if stop.hard:
            return "stopped"
        now = monotonic_seconds()
        if now - started > limits.timeout_seconds:
            return "timeout"
        if _size(room.log) > room.most_bytes:
            return "flooded"
        size, cpu = _size(growing), _cpu_seconds(process.pid)
        if size != seen_size or abs(cpu - seen_cpu) > _IDLE_SHARE * (now - alive_at):
            seen_size, seen_cpu, alive_at = size, cpu, now
        elif now - alive_at > limits.stall_seconds:
            return "stalled"
    return "exited"


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the end without polling: the tool's output pipe closes when it ends."""
    if sys.platform == "win32" or process.stdout is None or process.stdout.closed:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
    readable, _, _ = select.select([process.stdout], [], [], seconds)
    if readable and not os.read(process.stdout.fileno(), 65536):
        process.stdout.close()
        return _ended_within(process, seconds)
    return process.poll() is not None


def _kill_group(leader: int) -> None:
    """Kill what the tool left running, and the tool itself when only its lifeline was killed."""
    if sys.platform != "win32":
        try:
            os.killpg(leader, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of a dead group
            return


def _reap(process: subprocess.Popen[bytes]) -> int | None:
    if process.poll() is None:
        _kill_group(process.pid)
    if process.stdin is not None:
        process.stdin.close()
    try:
        return process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return None


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _cpu_seconds(pid: int) -> float:
    """CPU seconds used by a process and all below it; 0 when it is gone."""
    total = 0.0
    try:
        process = psutil.Process(pid)
        for member in (process, *process.children(recursive=True)):
            times = member.cpu_times()
            total += times.user + times.system
    except psutil.NoSuchProcess:
        return total
    return total


def end_tools_in(folder: Path) -> bool:
    """End what a process that is gone left running in a job's folder; False when something stays.

    Ours is what works in that folder and names it in its command; a person's viewer is not.
    """
    found = list(_working_in(folder))
    for process in found:
        try:
            process.kill()
        except psutil.Error:  # gone by now, or not ours to end: looked at once more below
            continue
    psutil.wait_procs(found, timeout=_END_SECONDS)
    return not any(_working_in(folder))


def _working_in(folder: Path) -> Iterator[psutil.Process]:
    place = os.path.realpath(folder)
    names = (f"{folder.name}/", f"{folder.name}\\")
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            named = any(name in word for word in words for name in names)
            if named and _works_in(process, place) and not _is_below_us(process):
                yield process
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:  # says nothing of itself, not even its command
            continue


def _is_below_us(process: psutil.Process) -> bool:
    return os.getpid() in [parent.pid for parent in process.parents()]


def _works_in(process: psutil.Process, place: str) -> bool:
    try:
        here = process.cwd()
    except psutil.AccessDenied:  # another user's: by its command alone
        return True
    return place in (here, *map(str, Path(here).parents))


class Child:
    """A child that answers one line for each line it is sent."""

    def __init__(self, script: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(MINIMAL_ENVIRONMENT),
            start_new_session=True,
            bufsize=0,
        )
        self._buffer = b""

    @property
    def alive(self) -> bool:
        """Whether it may still answer."""
        return self._process.poll() is None

    def send(self, line: bytes) -> None:
        """Send one line. Raises: BrokenPipeError when the child is gone."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")

    def receive(self, *, timeout_seconds: float) -> bytes:
        """Return the next line. Raises: TimeoutError, EOFError (the child is gone)."""
        assert self._process.stdout is not None
        deadline = monotonic_seconds() + timeout_seconds
        while b"\n" not in self._buffer:
            remaining = deadline - monotonic_seconds()
            if remaining <= 0:
                raise TimeoutError
            if sys.platform != "win32":
                readable, _, _ = select.select([self._process.stdout], [], [], remaining)
                if not readable:
                    raise TimeoutError
            chunk = os.read(self._process.stdout.fileno(), 65536)
            if not chunk:
                raise EOFError
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def end(self) -> None:
        """End the child; it reads end-of-file, or is killed."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.kill()
        self._process.wait()


def run_briefly(command: Sequence[str], *, timeout_seconds: float) -> tuple[int, str]:
    """Run a tool that answers at once; return its exit code and what it said.

    Raises: OSError, TimeoutError.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(MINIMAL_ENVIRONMENT),
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"gave no answer within {timeout_seconds:.0f} s") from error
    return done.returncode, done.stdout.decode("utf-8", "replace")
