"""Runs a job in a forked process that dies at a chosen moment, as kill -9 would have it."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proxx_engine import JobSpec, NeverStop, Tools, execute_jobspec, place_of_job
from proxx_engine.journal import Journal
from proxx_engine.system.identity import identify_process
from proxx_engine.system.probe import Prober
from tests.support import WORKER


def die() -> None:
    """Die at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_and_die(
    spec: JobSpec, job_file: Path, tools: Tools, prepare: Callable[[], None]
) -> int | None:
    """Execute a job in a forked process; return its signal, None when it lived to the end."""
    child = os.fork()
    if child == 0:
        try:
            identify_process.cache_clear()
            prepare()
            with dataclasses.replace(tools, prober=Prober(), _build={}) as own:
                execute_jobspec(
                    spec,
                    tools=own,
                    worker=WORKER,
                    stop=NeverStop(),
                    journal_path=place_of_job(job_file).journal,
                )
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            os._exit(70)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.waitstatus_to_exitcode(status) == 0
    return None


def die_at_note(number: int, *, after: bool) -> Callable[[], None]:
    """Die before or after the number-th fact is noted."""

    def prepare() -> None:
        true_note = Journal.note
        count = 0

        def note(journal: Journal, event: Any, **facts: Any) -> None:
            nonlocal count
            count += 1
            if count == number and not after:
                die()
            true_note(journal, event, **facts)
            if count == number:
                die()

        Journal.note = note  # type: ignore[method-assign]

    return prepare


def die_at_call(module: object, name: str, *, call: int = 1, after: bool) -> Callable[[], None]:
    """Die before or after the call-th call of a function."""

    def prepare() -> None:
        true = getattr(module, name)
        count = 0

        def dying(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == call and not after:
                die()
            answer = true(*arguments, **named)
            if count == call:
                die()
            return answer

        setattr(module, name, dying)

    return prepare
