"""`proxx` that dies before the n-th thing that a thread of it does to the world; forked for speed.

    python -m tests.service.faults.dying      one question a line, as JSON; an exit code for each

What counts is what changes anything: in the table, in Redis, in the storage, on the disk; and new
processes. Whatever lies between two of these is memory, which dies with the process.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_TABLE = ("claim", "settle", "bury")
_DISK = ("link", "rename", "replace", "unlink", "mkdir", "rmdir", "write")
_TAKEN = ("BLMOVE", "LMOVE")
_ONLY_READS = ("TYPE", "HSTRLEN", "HGET", "LINDEX", "LRANGE", "INFO", "PING")


@dataclass(frozen=True)
class Question:
    """What is to be done, and when it dies."""

    words: tuple[str, ...]
    log: str
    thread: str = "Worker"
    """The class of the thread that counts: a worker from its first take to its next one."""
    at: int = 0
    """0: it lives."""
    trace: str | None = None
    """Where each step is written down."""


class Dying:
    """The program that forks, seen from a test."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.service.faults.dying"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: Question) -> int:
        """Run it to its end; return the exit code, below zero for a signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asdict(question)), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def end(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


class Steps:
    """Counts what one thread does; dies where it is told."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._count = 0
        self._is_on = question.thread != "Worker"
        self._is_over = False

    def step(self, name: str) -> None:
        """Come to the next one."""
        if type(threading.current_thread()).__name__ != self._question.thread or self._is_over:
            return
        if self._question.thread == "Worker" and name in _TAKEN:
            self._is_on, self._is_over = True, self._is_on
        if name in _ONLY_READS or not self._is_on or self._is_over:
            return
        self._count += 1
        if self._question.trace:
            with open(self._question.trace, "a", encoding="utf-8") as told:
                told.write(f"{name}\n")
        if self._count == self._question.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: Any, name: str, told: Callable[..., str] | None = None) -> None:
        """Let each call of something be a step."""
        true = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.step(told(*arguments) if told else name)
            return true(*arguments, **named)

        setattr(owner, name, call)


def _watch_all(steps: Steps) -> None:
    import ctypes

    import obstore
    import redis
    from redis.client import Pipeline

    from sidecar.service.table.jobs import JobTable

    for name in _TABLE:
        steps.watch(JobTable, name)
    for name in _DISK:
        steps.watch(os, name)
    steps.watch(obstore, "put", lambda *_given: "S3 put")
    steps.watch(redis.Redis, "execute_command", lambda _self, command, *_more: str(command))
    steps.watch(Pipeline, "execute", lambda *_given: "Redis pipeline")
    # How a whole file gets its name.
    steps.watch(ctypes, "CDLL", lambda *_given: "publish")
    steps.watch(subprocess.Popen, "__init__", lambda _self, words, *_more: "new process")


def _be(question: Question) -> None:
    told = os.open(question.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(told, standard)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _watch_all(Steps(question))
    from sidecar.cli.main import main

    sys.exit(main(list(question.words)))


def serve() -> None:
    """Fork for each question."""
    for name in ("cli.main", "cli.worker_command", "cli.worker_told", "service.worker.running"):
        importlib.import_module(f"sidecar.{name}")
    for part in ("table.jobs", "queue.redis_queue", "storage.bucket", "table.impatient"):
        importlib.import_module(f"sidecar.service.{part}")
    for line in sys.stdin:
        asked = Question(**json.loads(line))
        pid = os.fork()
        if not pid:
            _be(asked)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
