"""`proxx qc`: compares pictures of finished proxies with those their encoders were given.

Its own pipeline, begun by a person alone: no job starts it, and no job's verdict changes by it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from proxx_engine import JoinedJob, assert_phase1_compliance, find_results
from sidecar.cli.machine import add_machine, open_tools, read_machine
from sidecar.cli.outcome import (
    DONE,
    JOB_FAILED,
    PLACE_MISSING,
    REQUEST_WRONG,
    STOPPED,
    Outcome,
    gravest,
    plural,
    say,
)
from sidecar.cli.progress import counting
from sidecar.cli.signals import stop_by_signals
from sidecar.qc.jobs import Measured, measure_job, open_measurer
from sidecar.qc.model import MAX_PICTURES, MAX_STRIDE
from sidecar.qc.reasons import BY_NATURE
from sidecar.qc.sampling import DEFAULT_MAX, DEFAULT_STRIDE
from sidecar.qc.telling import told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="results, jobs, folders")
    add(
        "--frame-stride",
        type=_stride,
        default=DEFAULT_STRIDE,
        metavar="N",
        help=f"compare every Nth picture, from the first; default {DEFAULT_STRIDE}",
    )
    add(
        "--max-frames",
        type=_most,
        default=DEFAULT_MAX,
        metavar="M",
        help=f"at most so many, or `all`; default {DEFAULT_MAX}: all before them are decoded",
    )
    add("--replace", action="store_true", help="measure anew what was measured otherwise")
    add_machine(parser)


def _stride(text: str) -> int:
    return _number(text, MAX_STRIDE)


def _most(text: str) -> int | None:
    return None if text == "all" else _number(text, MAX_PICTURES, or_all=" or all")


def _number(text: str, most: int, or_all: str = "") -> int:
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= most:
        sentence = f"expected a whole number from 1 to {most}{or_all}, found {text!r}"
        raise argparse.ArgumentTypeError(sentence)
    return number


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read the results, measure each job, tell."""
    assert_phase1_compliance()
    config = read_machine(arguments)
    found = find_results(path.absolute() for path in arguments.paths)
    unread = tuple(f"{each.path}: {each.sentence}" for each in found.unread)
    jobs = tuple(job for job in found.jobs if _has_proxies(job))
    if not jobs:
        paths = ", ".join(map(str, arguments.paths))
        complaints = (*unread, f"proxx qc: no result with a proxy in {paths}")
        return Outcome(REQUEST_WRONG, {"error": complaints[-1]}, complaints=complaints)
    done: list[Measured] = []
    with open_tools(config) as tools, stop_by_signals() as stop:
        measurer = open_measurer(tools, stop)
        tools.begin_build_hash()
        for number, job in enumerate(jobs, start=1):
            if stop.soft:
                break
            with counting("measuring") as show:
                measured = measure_job(
                    job,
                    measurer,
                    frame_stride=arguments.frame_stride,
                    max_frames=arguments.max_frames,
                    replace=arguments.replace,
                    telling=partial(_show, show, number, len(jobs)),
                )
            done.append(measured)
            if not arguments.json:
                say(told(measured))
        stopped = stop.soft
    code = gravest((*map(_exit_code, done), STOPPED if stopped else DONE))
    if unread:
        code = gravest((code, JOB_FAILED))
    lines = (_summary(done, len(jobs)),)
    return Outcome(code, {"jobs": [_data(each) for each in done]}, lines, complaints=unread)


def _show(show: Callable[[Path, int, int], None], number: int, total: int, name: str) -> None:
    show(Path(name), number, total)


def _has_proxies(job: JoinedJob) -> bool:
    """Whether a clip of the job was completed, and no later job's counts instead."""
    return any(entry.clip.status == "COMPLETED" and entry.instead is None for entry in job.tries)


def _exit_code(measured: Measured) -> int:
    if measured.ending == "refused":
        return REQUEST_WRONG
    if measured.ending == "not written":
        return PLACE_MISSING
    clips = measured.qc.clips if measured.qc else ()
    failed = any(clip.code is not None and clip.code not in BY_NATURE for clip in clips)
    return JOB_FAILED if failed or measured.lacking else DONE


def _data(measured: Measured) -> dict[str, Any]:
    return {
        "job_id": measured.stored.result.job_id,
        "ending": measured.ending,
        "qc_file": str(measured.path),
        "reason": measured.reason or None,
        "lacking": list(measured.lacking),
        "qc": measured.qc.model_dump(mode="json") if measured.qc else None,
    }


def _summary(done: list[Measured], jobs: int) -> str:
    clips = [clip for each in done if each.qc for clip in each.qc.clips]
    measured = sum(clip.status == "measured" for clip in clips)
    lacking = len(clips) - measured + sum(len(each.lacking) for each in done)
    refused = sum(each.ending == "refused" for each in done)
    unwritten = sum(each.ending == "not written" for each in done)
    left = jobs - len(done) + sum(each.ending == "stopped" for each in done)
    parts = [f"{measured} {'proxy' if measured == 1 else 'proxies'} measured"]
    parts += [f"{lacking} NOT MEASURED"] * bool(lacking)
    parts += [f"{plural(refused, 'job')} refused"] * bool(refused)
    parts += [f"{plural(unwritten, 'job')} NOT WRITTEN"] * bool(unwritten)
    parts += [f"{plural(left, 'job')} not begun or not finished"] * bool(left)
    return ", ".join(parts)
