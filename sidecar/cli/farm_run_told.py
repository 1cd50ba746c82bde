"""What a person and a program read of a bundle's tasks that were run here."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxx_engine import JobExecutionResult
from sidecar.cli.job_words import describe_result
from sidecar.cli.outcome import (
    DEFECT,
    DONE,
    JOB_FAILED,
    PLACE_MISSING,
    REQUEST_WRONG,
    STOPPED,
    plural,
    printable,
)
from sidecar.cli.paths import quoted

if TYPE_CHECKING:
    from sidecar.farm.local_run import LocalRun, TaskEnd

_REDRAWN_SECONDS = 0.5
_KEPT_CODES = (DONE, JOB_FAILED, REQUEST_WRONG, PLACE_MISSING, DEFECT, STOPPED)
_NOT_STARTED = (126, 127)
"""What a shell answers where a command cannot be run, or is not there."""


@dataclass(frozen=True)
class TaskTold:
    """A task that ended, with the record of its job."""

    end: TaskEnd
    job_file: Path | None
    """None where the task has none, or several."""
    result: JobExecutionResult | None
    """None where there is none that says what the task said."""
    ran_before: bool
    """Whether its result stood before; then nothing was run."""

    @property
    def exit_code(self) -> int:
        """The task's own, where it is one of ours."""
        code = self.end.exit_code
        if code is None or code in _NOT_STARTED:
            return PLACE_MISSING
        if self.end.state == "timeout" or code not in _KEPT_CODES:
            return JOB_FAILED
        return JOB_FAILED if code == DONE and self.result is None else code


def describe(title: str, task: TaskTold) -> Iterator[str]:
    """Yield what a person reads of one task, as of a job of `proxx run`."""
    if task.end.state == "timeout":
        yield f"{title}  ended by its time limit"
    if task.result is not None:
        first, *more = describe_result(title, task.result)
        yield f"{first}  (ran before)" if task.ran_before else first
        yield from more
        return
    yield f"{title}  NOT COMPLETED  {_how(task.end)}"
    said = [line for line in task.end.said if line.strip()]
    yield from (f"    {line}" for line in said or [task.end.message or ""] if line)


def _how(end: TaskEnd) -> str:
    if end.exit_code is None:
        return "was not started"
    if end.exit_code < 0:
        return f"killed by signal {-end.exit_code}; when it is run again, it tells how far it came"
    return f"exit code {end.exit_code}" if end.exit_code else "left no result"


def summary(
    bundle: Path, run: LocalRun, told: Sequence[TaskTold], *, left: Sequence[int], stopped: bool
) -> Iterator[str]:
    """Yield the last lines. `left`: the tasks that were not begun, now or before."""
    ran = [task for task in told if not task.ran_before]
    good = [task.result for task in ran if task.result and task.result.status == "COMPLETED"]
    proven = sum(1 for result in good if result.proven)
    failed = len(ran) - len(good)
    parts = [plural(len(ran), "task"), f"{proven} completed and proven"]
    parts += [f"{len(good) - proven} exist only"] * (proven < len(good))
    parts += [f"{failed} NOT completed"] * bool(failed)
    parts += [f"{len(left)} not begun"] * bool(left)
    yield ", ".join(parts) if ran or left else "nothing to run"
    before = [task for task in told if task.ran_before]
    if before:
        bad = sum(1 for task in before if not task.result or task.result.status != "COMPLETED")
        words = f"{len(before) - bad} completed" + f", {bad} NOT completed" * bool(bad)
        yield f"{len(before)} had run before, their results stand: {words}"
    if left:
        allowed = run.job.allowed_failures or "none"
        why = "" if stopped else f": {run.failed} failed, the bundle allows {allowed}"
        yield f"not begun{why}; `--tasks {ranges(left)}` names them"
    yield f"next: proxx farm collect {quoted(bundle)}"


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers that ascend as a person writes them: 1-3,7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ",".join("-".join(map(str, each)) for each in runs)


def data_of(
    bundle: Path, run: LocalRun, told: Sequence[TaskTold], *, left: Sequence[int]
) -> dict[str, Any]:
    """Return what a program reads."""
    return {
        "bundle": str(bundle),
        "tasks": [
            {
                "task": task.end.number,
                "job_file": str(task.job_file) if task.job_file else None,
                "state": task.end.state,
                "exit_code": task.end.exit_code,
                "message": task.end.message,
                "ran": not task.ran_before,
                "result": task.result.model_dump(mode="json") if task.result else None,
            }
            for task in sorted(told, key=lambda task: task.end.number)
        ],
        "allowed_failures": run.job.allowed_failures,
        "not_begun": list(left),
    }


class TasksLine:
    """One line on the terminal that tells of the running tasks; silent where there is none."""

    def __init__(self, run: LocalRun, titles: Mapping[int, str]) -> None:
        self._run = run
        self._titles = titles
        self._shown = sys.stderr.isatty()
        self._drawn = time.monotonic()

    def draw(self) -> None:
        """Draw it anew, not too often."""
        if not self._shown or time.monotonic() - self._drawn < _REDRAWN_SECONDS:
            return
        self._drawn = time.monotonic()
        told = " · ".join(
            f"{self._titles[number].strip()}  {status.status_message or 'running'}"
            for number, status in sorted(dict(self._run.doing).items())
        )
        self._show(f"\r\033[K{printable(told)}"[:110])

    def clear(self) -> None:
        """Leave the terminal to others."""
        if self._shown:
            self._show("\r\033[K")

    def _show(self, text: str) -> None:
        try:
            print(text, end="", file=sys.stderr, flush=True)
        except OSError:  # the terminal is gone; the work goes on
            self._shown = False
