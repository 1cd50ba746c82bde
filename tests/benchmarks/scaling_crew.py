"""Many workers, each a process of its own, as forks of one that has imported everything.

Imported for each of them anew, 256 would not fit on a small machine, and their start would be all
that is measured. What a worker is told it does for good: the loop of `proxx watch` or `proxx
worker`, with encodes that only wait.

    python -m tests.benchmarks.scaling_crew ORDERS     as JSON; see `Orders`

It says its forks' numbers, lets all begin at a line, asks them to end when its input ends, and then
says what each used.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

import psutil

from proxx_engine.system.probe import Prober
from proxx_engine.system.tools import embedded_ffmpeg
from sidecar.folders.layout import open_watch_folder
from sidecar.folders.stopping import StopLevel
from sidecar.watch.loop import run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from tests.benchmarks.scaling_fakes import waiting_encodes
from tests.hashed_once import hash_ffmpeg_once

_ROOT = Path(__file__).resolve().parents[2]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Orders:
    """What a crew does."""

    kind: Literal["watch", "service"]
    place: str
    """The watch folder, or the service's settings file."""
    processes: int
    workers: int = 1
    """In each process."""
    encode_seconds: float = 0.0
    once: bool = True
    """End when nothing is left; else when they are asked to."""
    poll_seconds: float = 2.0


@dataclass(frozen=True)
class Used:
    """What one process of a crew used."""

    pid: int
    processor_seconds: float
    exit_code: int


class Crew:
    """A crew that was forked and waits to begin."""

    def __init__(self, orders: Orders, environment: Mapping[str, str] = _NOTHING) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.scaling_crew", json.dumps(asdict(orders))],
            cwd=_ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pids: tuple[int, ...] = tuple(json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the crew died"
        return line

    def begin(self) -> Self:
        """Let all begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self

    def processor_seconds(self) -> float:
        """Return what those that live have used up to now."""
        return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in self.pids)

    def own_megabytes(self) -> float:
        """Return what the first of them has of memory that no other shares with it."""
        return psutil.Process(self.pids[0]).memory_full_info().uss / 1e6

    def end(self, *, asked: bool = True) -> list[Used]:
        """Wait for their end, `asked`: for which they are asked; return what each used."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if asked:
            self._process.stdin.close()
        told = [Used(*each) for each in json.loads(self._line())]
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        assert [used.exit_code for used in told] == [0] * len(told)
        return told


class _Asked:
    """What SIGTERM asks of all workers of a process."""

    level = StopLevel.GO_ON

    def drain(self, _number: int, _frame: object) -> None:
        self.level = StopLevel.DRAIN


def _watch(orders: Orders, asked: _Asked) -> tuple[str, ...]:
    options = WatchOptions(
        workers=orders.workers,
        threads_per_job=1,
        poll_seconds=orders.poll_seconds,
        once=orders.once,
    )
    folder = open_watch_folder(Path(orders.place))
    outcome = run_watch_loop(folder, options, wish=asked, teller=Teller())
    return (*outcome.defects, *outcome.troubles)


def _serve(orders: Orders, asked: _Asked) -> tuple[str, ...]:
    from sidecar.service.parts import open_parts
    from sidecar.service.refilling import refill
    from sidecar.service.settings import read_settings
    from sidecar.service.worker.options import WorkOptions, WorkTeller
    from sidecar.service.worker.running import run_workers

    options = WorkOptions(
        workers=orders.workers,
        threads_per_job=1,
        once=orders.once,
        poll_seconds=orders.poll_seconds,
    )
    with open_parts(read_settings(Path(orders.place))) as parts:
        if not parts.queue.outlives_us:
            refill(parts)  # the line of this process begins empty
        outcome = run_workers(parts, options, wish=asked, teller=WorkTeller())
    return (*outcome.defects, *map(str, outcome.blocked))


_KINDS: Mapping[str, Callable[[Orders, _Asked], tuple[str, ...]]] = MappingProxyType(
    {"watch": _watch, "service": _serve}
)


def _fork(orders: Orders, until: int, begin: int) -> int:
    """Return the number of a fork that begins once `begin`, which feeds `until`, is closed."""
    pid = os.fork()
    if pid:
        return pid
    os.close(begin)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    asked = _Asked()
    signal.signal(signal.SIGTERM, asked.drain)
    os.read(until, 1)
    code = 1
    try:
        complaints = _KINDS[orders.kind](orders, asked)
        for complaint in complaints:
            print(complaint, file=sys.stderr, flush=True)
        code = 1 if complaints else 0
    finally:
        os._exit(code)


def _hash_ffmpeg() -> None:
    with Prober() as prober:
        if ffmpeg := embedded_ffmpeg():
            prober.start_hash(ffmpeg)
            prober.hash_started()


def _ask_to_end(pids: list[int]) -> None:
    """Wait for the end of the input, and pass it on."""
    sys.stdin.read()
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def main(orders: Orders) -> None:
    """Fork, and say what they used."""
    if orders.kind == "service":
        import sidecar.service.worker.running as _running
        from sidecar.service.parts import open_parts as _open_parts  # noqa: F401

        assert _running
    until, begin = os.pipe()
    with hash_ffmpeg_once(), waiting_encodes(orders.encode_seconds):
        _hash_ffmpeg()
        gc.collect()
        gc.freeze()
        pids = [_fork(orders, until, begin) for _number in range(orders.processes)]
    print(json.dumps(pids), flush=True)
    sys.stdin.readline()
    os.close(begin)
    threading.Thread(target=_ask_to_end, args=(pids,), daemon=True).start()
    used: list[tuple[Any, ...]] = []
    for pid in pids:
        _pid, status, usage = os.wait4(pid, 0)
        seconds = round(usage.ru_utime + usage.ru_stime, 4)
        used.append((pid, seconds, os.waitstatus_to_exitcode(status)))
    print(json.dumps(used), flush=True)


if __name__ == "__main__":
    main(Orders(**json.loads(sys.argv[1])))
