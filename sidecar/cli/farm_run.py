"""`proxx farm run`: a bundle on this machine, in sessions of the standard's own runtime."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from proxx_engine import (
    Issue,
    JobExecutionResult,
    PathMap,
    PlaceError,
    RequestError,
    assert_phase1_compliance,
    is_foreign,
    is_interrupted,
    place_of_job,
    same_root,
)
from sidecar.cli.farm_run_told import TasksLine, TaskTold, data_of, describe, summary
from sidecar.cli.machine import path_map
from sidecar.cli.outcome import DONE, STOPPED, Outcome, align, gravest, say
from sidecar.cli.paths import plain_path
from sidecar.cli.signals import StopRequest, stop_by_signals
from sidecar.farm.layout import JOBS
from sidecar.farm.rules import read_rules
from sidecar.farm.task import find_job, read_record
from sidecar.folders.stopping import StopLevel

if TYPE_CHECKING:
    from sidecar.farm.local_run import TaskEnd

_EPILOG = """\
It does what a farm's worker does: the same runtime, the same command, the same path mapping. What
has run before is not run again; more failures than the bundle allows end it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("bundle", type=Path, metavar="BUNDLE", help="what `proxx farm export` made")
    add("--tasks", metavar="1-3,7", help="these tasks alone; default: all")
    add("--workers", type=_workers, default=1, metavar="N", help="so many side by side; default: 1")
    add("--rules", type=Path, metavar="FILE", help="a farm's path mapping rules (pathmapping-1.0)")
    add(
        "--path-map",
        action="append",
        type=path_map,
        default=[],
        metavar="FROM=TO",
        help="one more rule, above those of the file; may be given again",
    )
    add(
        "--root",
        action="append",
        type=_root,
        default=[],
        metavar="NAME=DIR",
        help="another value for a root of the bundle; may be given again",
    )


def _workers(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 64, found {text!r}")
    return number


def _root(text: str) -> tuple[str, str]:
    name, equals, local = text.partition("=")
    if not name or not equals or not local:
        raise argparse.ArgumentTypeError(f"expected NAME=DIR, found {text!r}")
    return name, local if is_foreign(local) else str(plain_path(Path(local)))


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read the bundle, run its tasks, and say what came of them."""
    assert_phase1_compliance()
    try:
        from sidecar.farm.local_run import LocalRun
        from sidecar.farm.local_run_job import choose_tasks, read_local_job
    except ModuleNotFoundError as error:
        raise PlaceError("TOOL_FARM_MISSING", f"no module {error.name}") from error
    bundle = plain_path(arguments.bundle)
    jobs = bundle / JOBS
    maps = _maps(arguments.path_map, arguments.rules)
    job = read_local_job(bundle, command=_this_proxx(), roots=_roots(arguments.root))
    numbers = choose_tasks(job, arguments.tasks)
    before = {number for number in numbers if _has_run(jobs, number)}
    titles = _titles(jobs, numbers, len(job.numbers))
    told: list[TaskTold] = []
    with (
        # What lingers in it hides no outcome.
        tempfile.TemporaryDirectory(prefix="proxx-farm-", ignore_cleanup_errors=True) as folder,
        stop_by_signals(
            first="finishing the running tasks; once more ends them",
            second="ending the running tasks, within 15 seconds",
        ) as stop,
        _ended_with_its_terminal(stop),
    ):
        run = LocalRun(
            job,
            numbers,
            maps=maps,
            workers=arguments.workers,
            folder=Path(folder).resolve(),
        )
        line = TasksLine(run, titles)
        with closing(run.ends(stop)) as ends:
            for end in ends:
                line.draw()
                if end is None:
                    continue
                job_file = _job_of(jobs, end.number)
                result = _result(job_file, end)
                told.append(TaskTold(end, job_file, result, end.number in before))
                line.clear()
                if not arguments.json:
                    say(describe(titles[end.number], told[-1]))
    code = gravest(task.exit_code for task in told)
    if stop.soft:
        code = gravest((code, STOPPED))
    left = [number for number in run.not_begun if number not in before]
    lines = tuple(summary(bundle, run, told, left=left, stopped=stop.soft))
    return Outcome(code, data_of(bundle, run, told, left=left), lines)


def _roots(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    roots = dict(given)
    if len(roots) < len(given):
        raise RequestError((Issue("SPEC_DUPLICATE_KEY", "--root", "a root is given twice"),))
    return roots


@contextmanager
def _ended_with_its_terminal(stop: StopRequest) -> Iterator[None]:
    """Let the end of the terminal end the tasks: in sessions of their own they would live on."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None or signal.getsignal(hangup) is not signal.SIG_DFL:  # nohup ignores it
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.level = StopLevel.HARD

    signal.signal(hangup, end)
    try:
        yield
    finally:
        signal.signal(hangup, signal.SIG_DFL)


def _maps(given: Sequence[PathMap], rules: Path | None) -> tuple[PathMap, ...]:
    """Return the path maps and the farm's rules; of those for one root the first counts."""
    maps: list[PathMap] = []
    for each in (*given, *(read_rules(rules) if rules is not None else ())):
        if not any(same_root(each.written, other.written) for other in maps):
            maps.append(each)
    return tuple(maps)


def _this_proxx() -> Path:
    """Return the command that starts this very Proxx. Raises: PlaceError."""
    name = "proxx.exe" if sys.platform == "win32" else "proxx"
    folders = [Path(each).absolute().parent for each in (sys.argv[0], sys.executable)]
    for folder in (*folders, Path(sysconfig.get_path("scripts"))):
        command = folder / name
        if command.is_file() and os.access(command, os.X_OK):
            return command
    raise PlaceError("TOOL_FARM_MISSING", f"no command {name} beside {sys.executable}")


def _job_of(jobs: Path, number: int) -> Path | None:
    """Return the job file of a task; the task itself tells what is wrong with it."""
    try:
        return find_job(jobs, number)
    except (RequestError, OSError):
        return None


def _has_run(jobs: Path, number: int) -> bool:
    job = _job_of(jobs, number)
    if job is None or not os.path.lexists(place_of_job(job).result):
        return False
    return not is_interrupted(place_of_job(job).journal)


def _titles(jobs: Path, numbers: Sequence[int], total: int) -> dict[int, str]:
    names = [(number, _job_of(jobs, number)) for number in numbers]
    rows = [
        (f"[{number}/{total}]", job.name.rsplit(".", 3)[0] if job else f"task {number}")
        for number, job in names
    ]
    return dict(zip(numbers, align(rows, padded=True), strict=True))


def _result(job_file: Path | None, end: TaskEnd) -> JobExecutionResult | None:
    """Return the record of a task's job where it says what the task said."""
    record = read_record(job_file) if job_file is not None else None
    if not isinstance(record, JobExecutionResult):
        return None
    return record if (record.status == "COMPLETED") == (end.exit_code == DONE) else None
