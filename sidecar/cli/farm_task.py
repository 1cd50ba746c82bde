"""`proxx farm task`: what a farm's worker starts for one task of a bundle.

It runs the task's JobSpec as `proxx run` does, with its paths as the farm maps them, and tells the
farm on standard output where it stands. A task that has a result is not run again.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    PlaceError,
    ProbeError,
    RequestError,
    Tools,
    Unread,
    assert_phase1_compliance,
    failure_kinds,
    identify_worker,
    is_interrupted,
    look_at_place,
    place_of_job,
    read_jobspec_file,
)
from sidecar.cli.errors import explain_error
from sidecar.cli.farm_telling import FarmTelling
from sidecar.cli.job_words import describe_result
from sidecar.cli.jobs import JobFile
from sidecar.cli.machine import add_machine, open_tools, read_machine
from sidecar.cli.one_job import exit_code_of_result, run_one
from sidecar.cli.outcome import (
    DONE,
    JOB_FAILED,
    PLACE_MISSING,
    STOPPED,
    Outcome,
    say,
)
from sidecar.cli.paths import quoted
from sidecar.cli.signals import stop_by_signals
from sidecar.farm.lines import fail_line, harmless
from sidecar.farm.notice import StopInTime
from sidecar.farm.rules import read_rules
from sidecar.farm.task import (
    check_mapped,
    find_job,
    folders_away,
    maps_of_roots,
    read_record,
    read_roots,
)

_MOUNT = "Mount it on this worker, or start the task on another."
_HELD = ("CLAIM_LOCKED", "CLAIM_INTERRUPTED")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("jobs", type=Path, metavar="JOBS", help="the bundle's folder jobs/, as it is called here")
    add("number", type=_number, metavar="NUMBER", help="which task, from 1")
    add(
        "--root",
        action="append",
        type=_root,
        default=[],
        metavar="NAME=PATH",
        help="how a root of the bundle is called here (Root1=/mnt/shoot); each is given",
    )
    add("--rules", type=Path, metavar="FILE", help="the farm's path mapping rules")
    add(
        "--away-exit",
        type=_code,
        metavar="N",
        help="the exit code instead of 3 where a tool or a place is missing and nothing was begun; "
        "OpenCue takes 286 for a wish to try elsewhere (a POSIX system passes on 30 of it)",
    )
    add_machine(parser)


def _code(text: str) -> int:
    code = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not 1 <= code <= 65535:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 65535, found {text!r}")
    return code


def _number(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return number


def _root(text: str) -> tuple[str, str]:
    name, equals, local = text.partition("=")
    if not (name and equals and local):
        raise argparse.ArgumentTypeError(f"expected NAME=PATH, found {text!r}")
    return name, local


def execute(arguments: argparse.Namespace) -> Outcome:
    """Run the task, and say what it came to: in no words that a farm would take for its own."""
    try:
        ended = _run(arguments)
        outcome = Outcome(ended.code, _data(arguments, ended), ended.lines)
        spoken = ended.spoken
    except Exception as error:
        outcome, ended = explain_error(error), None
        spoken = (_fail_line_of(error, outcome),)
    if not arguments.json:
        _say((*map(harmless, outcome.lines), *spoken))
    code, away = outcome.exit_code, arguments.away_exit
    if code == PLACE_MISSING and away is not None and (ended is None or ended.result is None):
        code = away
    # Said already: where the farm's log is full, that is no verdict about the job.
    complaints = tuple(map(harmless, outcome.complaints))
    return replace(outcome, exit_code=code, lines=(), complaints=complaints)


@dataclass(frozen=True)
class _Ended:
    """What a task came to."""

    code: int
    job_file: Path
    lines: tuple[str, ...]
    """For people."""
    spoken: tuple[str, ...] = ()
    """For the farm."""
    result: JobExecutionResult | None = None
    ran: bool = False
    """Whether the result is of now."""


def _run(arguments: argparse.Namespace) -> _Ended:
    assert_phase1_compliance()
    number, jobs = arguments.number, arguments.jobs.absolute()
    job_file = find_job(jobs, number)
    place = place_of_job(job_file)
    record = read_record(job_file)
    interrupted = is_interrupted(place.journal)
    if record is not None and not interrupted:
        return _tell_record(number, job_file, record)
    roots = read_roots(jobs)
    job = JobFile(job_file, read_jobspec_file(job_file))
    config = read_machine(arguments)
    rules = read_rules(arguments.rules) if arguments.rules is not None else ()
    maps = maps_of_roots(roots, arguments.root, (*config.path_maps, *rules))
    check_mapped(job.spec, roots, maps)
    worker = identify_worker(socket.gethostname())
    title = f"task {number}  {job.spec.label}"
    session = arguments.rules.absolute().parent if arguments.rules is not None else Path.cwd()
    with open_tools(replace(config, path_maps=maps)) as tools, stop_by_signals() as wish:
        # A place that is away is no verdict about a job: no worker without it may spend them all.
        if not interrupted and (away := _what_is_away(job.spec, tools)):
            return _tell_away(job_file, away)
        stop = StopInTime(wish, session)
        if stop.soft:
            return _Ended(STOPPED, job_file, ("stopped; nothing was begun",))
        telling = None if arguments.json else FarmTelling(place.journal, worker.id, _say)
        result = run_one(job, tools, worker, stop, telling=telling)
    if result.failure is not None and result.failure.code == "CLAIM_SETTLED":
        record = read_record(job_file)  # another task of the same number was quicker
        if record is not None:
            return _tell_record(number, job_file, record)
    # Of the result alone: a task that is started again ends with the same.
    code = exit_code_of_result(result)
    lines = (*describe_result(title, result), *_what_a_person_does(job_file, result))
    return _Ended(code, job_file, lines, _failed(result), result, ran=True)


def _tell_record(number: int, job_file: Path, record: JobExecutionResult | Unread) -> _Ended:
    """Tell what a task came to before; nothing is run again."""
    if isinstance(record, Unread):
        sentence = f"the task has a result, which {record.sentence}: {record.path}"
        return _Ended(JOB_FAILED, job_file, (sentence,), (fail_line("CLAIM_SETTLED", sentence),))
    head = f"task {number} has run before; its result stands, and nothing is run again:"
    title = f"task {number}  {record.label or record.job_id}"
    code = exit_code_of_result(record)
    spoken = ("openjd_progress: 100",) if code == DONE else _failed(record)
    return _Ended(code, job_file, (head, *describe_result(title, record)), spoken, record)


def _what_is_away(spec: JobSpec, tools: Tools) -> list[tuple[str, str, str]]:
    """Return what of the place stands in the way: a code, a sentence, what to do."""
    away = [
        ("SOURCE_MISSING", f"A folder that the job reads from is away, or empty: {folder}", _MOUNT)
        for folder in folders_away(spec, tools.path_maps)
    ]
    for each in look_at_place(spec, tools, no_resolve=None):
        kind = failure_kinds()[each.code]
        away.append((each.code, f"{kind.sentence}: {each.detail}", kind.next_step))
    return away


def _tell_away(job_file: Path, away: list[tuple[str, str, str]]) -> _Ended:
    told = [line for code, s, cure in away for line in (f"{s} [{code}]", f"    {cure}")]
    lines = (*told, "nothing was begun: the task may be started again")
    return _Ended(PLACE_MISSING, job_file, lines, (fail_line(*away[0][:2]),))


def _failed(result: JobExecutionResult) -> tuple[str, ...]:
    failure = result.failure
    return (fail_line(failure.code, failure.sentence),) if failure else ()


def _what_a_person_does(job_file: Path, result: JobExecutionResult) -> Iterator[str]:
    """Yield what to do about a job that another process holds, or left on another host."""
    code = result.failure.code if result.failure else ""
    if code in _HELD and not os.path.lexists(place_of_job(job_file).result):
        yield "    If the host that ran it will not come back:"
        yield f"    proxx release {quoted(job_file)} --reason TEXT"


def _fail_line_of(error: Exception, outcome: Outcome) -> str:
    match error:
        case RequestError():
            first = error.issues[0]
            place = ": ".join(filter(None, (error.subject, first.path)))
            more = f" (and {len(error.issues) - 1} more)" * (len(error.issues) > 1)
            return fail_line(first.code, f"{place}: {first.sentence}{more}".removeprefix(": "))
        case PlaceError() | ProbeError():
            return fail_line(error.code, f"{failure_kinds()[error.code].sentence}: {error.detail}")
    return fail_line("", outcome.complaints[0].removeprefix("proxx: "))


def _data(arguments: argparse.Namespace, ended: _Ended) -> dict[str, Any]:
    result = ended.result
    return {
        "task": arguments.number,
        "job_file": str(ended.job_file),
        "ran": ended.ran,
        "result": result.model_dump(mode="json") if result is not None else None,
        "sentences": [] if result is not None else list(ended.lines),
    }


def _say(lines: Iterable[str]) -> None:
    """Say lines to the farm and its people at once; what cannot be written ends nothing."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    say(line.encode(encoding, "backslashreplace").decode(encoding) for line in lines)
