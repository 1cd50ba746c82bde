"""Runs one job in this process, and writes down everything it did that a law is about.

Started as: python -m tests.governance.observed_run JOB.json OBSERVATIONS.json [FFMPEG].
Observation begins after the imports and ends with the job: what a library does while it is
imported is not the engine's doing.
"""

from __future__ import annotations

import _thread
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from proxx_engine.execution_adapter import execute_jobspec
from proxx_engine.results.execution_results import WorkerIdentity
from proxx_engine.spec.decoding import decode_jobspec
from proxx_engine.system.stopping import NeverStop
from proxx_engine.system.tools import find_tools

_STARTS = frozenset(
    {
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.spawn",
        "pty.spawn",
    }
)
_TIMERS = (
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "sleep",
    "localtime",
    "gmtime",
)


@dataclass
class Observations:
    """What was seen, in the words of the laws."""

    ffmpeg: str = ""
    status: str = ""
    failures: list[str] = field(default_factory=list)
    started: list[list[str]] = field(default_factory=list)
    started_through: list[list[str]] = field(default_factory=list)
    """For each started program, the engine's files on the way to it, outermost first."""
    opened: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    threads: int = 0
    network: list[str] = field(default_factory=list)
    timers_of: list[str] = field(default_factory=list)
    """The engine's modules that asked for the time."""
    changed_state: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)


class RecordingEnvironment(MutableMapping[str, str]):
    """The environment, and a list of who was asked for."""

    def __init__(self, seen: list[str]) -> None:
        self._real = dict(os.environ)
        self._seen = seen

    def __getitem__(self, key: str) -> str:
        self._seen.append(key)
        return self._real[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._seen.append(key)
        self._real[key] = value

    def __delitem__(self, key: str) -> None:
        self._seen.append(key)
        del self._real[key]

    def __iter__(self) -> Iterator[str]:
        self._seen.append("*")
        return iter(self._real)

    def __len__(self) -> int:
        return len(self._real)


def main(job: Path, report: Path, ffmpeg: Path | None) -> None:
    spec = decode_jobspec(job.read_bytes())
    worker = WorkerIdentity(
        id="observed", host="here", pid=os.getpid(), started_at="2026-01-01T00:00:00Z"
    )
    seen = Observations()
    watching = [False]
    sys.addaudithook(_hook(seen, watching))
    with find_tools() as tools:
        chosen = replace(tools, ffmpeg=ffmpeg) if ffmpeg else tools
        seen.ffmpeg = str(chosen.ffmpeg)
        vars(os)["environ"] = RecordingEnvironment(seen.variables)
        _watch_timers(seen, watching)
        _watch_threads(seen, watching)
        before = _module_state()
        watching[0] = True
        result = execute_jobspec(
            spec,
            tools=chosen,
            worker=worker,
            stop=NeverStop(),
            journal_path=job.with_name("job.journal.jsonl"),
        )
        watching[0] = False
    after = _module_state()
    seen.changed_state = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    seen.modules = sorted(sys.modules)
    seen.status = result.status
    seen.failures = [clip.failure.sentence for clip in result.clips if clip.failure]
    report.write_text(json.dumps(asdict(seen)), encoding="utf-8")


def _hook(seen: Observations, watching: list[bool]) -> Callable[[str, tuple[Any, ...]], None]:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching[0]:
            return
        if event in _STARTS:
            command = arguments[1] if event == "subprocess.Popen" else arguments
            seen.started.append(
                [
                    os.fsdecode(word) if isinstance(word, str | bytes) else str(word)
                    for word in command
                ]
            )
            seen.started_through.append(_engine_files())
        elif event == "open" and isinstance(arguments[0], str | bytes):
            seen.opened.append(os.fsdecode(arguments[0]))
        # gethostname asks the kernel for a name, not the network for anything.
        elif event.startswith("socket.") and event != "socket.gethostname":
            seen.network.append(event)

    return hook


def _engine_files() -> list[str]:
    # The frames alone: a traceback would open the sources, and these openings would be counted.
    frame: FrameType | None = sys._getframe()
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename.replace("\\", "/"))
        frame = frame.f_back
    return [
        name.rpartition("proxx_engine/")[2] for name in reversed(files) if "proxx_engine/" in name
    ]


def _watch_threads(seen: Observations, watching: list[bool]) -> None:
    # Every way to a thread ends in one of these; not every Python raises an audit event there.
    for module in (_thread, threading):
        for name in ("start_new_thread", "_start_new_thread", "start_joinable_thread"):
            if hasattr(module, name):
                setattr(module, name, _counted(getattr(module, name), seen, watching))
    vars(threading)["Thread"].start = _counted(threading.Thread.start, seen, watching)


def _counted(
    real: Callable[..., object], seen: Observations, watching: list[bool]
) -> Callable[..., object]:
    def start(*arguments: object, **options: object) -> object:
        seen.threads += int(watching[0])
        return real(*arguments, **options)

    return start


def _watch_timers(seen: Observations, watching: list[bool]) -> None:
    for name in _TIMERS:
        setattr(time, name, _watched(getattr(time, name), seen, watching))


def _watched(
    real: Callable[..., object], seen: Observations, watching: list[bool]
) -> Callable[..., object]:
    def asked(*arguments: object) -> object:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if watching[0] and caller.startswith("proxx_engine."):
            seen.timers_of.append(caller)
        return real(*arguments)

    return asked


def _module_state() -> dict[str, str]:
    """What every module of the engine holds: its data, not its functions and classes."""
    return {
        f"{module}.{name}": repr(value)
        for module, content in list(sys.modules.items())
        if module.startswith("proxx_engine")
        for name, value in list(vars(content).items())
        if not name.startswith("__") and not callable(value) and type(value).__name__ != "module"
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
