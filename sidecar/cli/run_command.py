"""`proxx run`: all JobSpecs are checked first, then each runs, whatever befell the others."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proxx_engine import (
    JobExecutionResult,
    assert_phase1_compliance,
    failure_kinds,
    find_results,
    identify_worker,
    place_of_job,
    reject,
)
from sidecar.cli.job_words import describe_result
from sidecar.cli.jobs import EarlierRun, JobFile, complaints_of, issues_of, read_jobs
from sidecar.cli.machine import add_machine, open_tools, read_machine
from sidecar.cli.one_job import exit_code_of_result, run_one
from sidecar.cli.outcome import (
    JOB_FAILED,
    REQUEST_WRONG,
    STOPPED,
    Outcome,
    align,
    gravest,
    plural,
    say,
)
from sidecar.cli.paths import quoted
from sidecar.cli.progress import ProgressLine
from sidecar.cli.signals import stop_by_signals
from sidecar.folders.layout import watch_folder_around


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="JOB", help="job files or folders")
    add_machine(parser)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Run the command."""
    return cmd_run(arguments)


def cmd_run(arguments: argparse.Namespace) -> Outcome:
    """Check every job, run each, and say what came of them."""
    assert_phase1_compliance()
    config = read_machine(arguments)
    worker = identify_worker(socket.gethostname())
    found = read_jobs(arguments.paths, path_maps=config.path_maps)
    if found.wrong:
        rejected = [reject(error, worker=worker).model_dump(mode="json") for error in found.wrong]
        data = {"wrong": issues_of(found.wrong), "results": rejected}
        return Outcome(REQUEST_WRONG, data, complaints=complaints_of(found.wrong))
    watched = {
        watch: job.path
        for job in found.jobs
        if (watch := watch_folder_around(job.path.absolute())) is not None
    }
    if watched:
        complaints = tuple(
            f"{path}: the workers of {watch} run it; `proxx watch {quoted(watch)} --once` does so"
            for watch, path in watched.items()
        )
        return Outcome(REQUEST_WRONG, {"watched": complaints}, complaints=complaints)
    finished = [run for run in found.already_run if run.named]
    if finished:
        words = [f"{run.path}: has run ({run.status}), and its result stands" for run in finished]
        complaints = (*words, f"  {failure_kinds()['CLAIM_SETTLED'].next_step}")
        return Outcome(REQUEST_WRONG, {"already_run": words}, complaints=complaints)
    results: list[tuple[JobFile, JobExecutionResult]] = []
    titles = _titles(found.jobs)
    with open_tools(config) as tools, stop_by_signals() as stop:
        for job, title in zip(found.jobs, titles, strict=True):
            if stop.soft:
                break
            line = ProgressLine(place_of_job(job.path.absolute()), title, tools.path_maps)
            result = run_one(job, tools, worker, stop, telling=line)
            results.append((job, result))
            if not arguments.json:
                say(describe_result(title, result))
    code = gravest(exit_code_of_result(result) for _job, result in results)
    earlier = _not_done_again(found.already_run, arguments.paths)
    if any(run.status != "COMPLETED" for run in earlier):
        code = gravest((code, JOB_FAILED))
    if stop.soft:
        code = gravest((code, STOPPED))
    left = len(found.jobs) - len(results)
    lines = tuple(_summary(results, earlier, not_begun=left))
    return Outcome(code, _data(results, found.already_run), lines)


def _not_done_again(already: tuple[EarlierRun, ...], paths: list[Path]) -> tuple[EarlierRun, ...]:
    """Leave out what a later job did again: its record stands, but the latest try counts."""
    sought = [path.absolute() for path in (*paths, *(run.result for run in already))]
    jobs = find_results(sought).jobs if already else ()
    again = {copy for job in jobs if job.is_done_again for copy in job.stored.copies}
    return tuple(run for run in already if run.result.absolute() not in again)


def _titles(jobs: tuple[JobFile, ...]) -> list[str]:
    numbers = [f"[{number}/{len(jobs)}]" for number in range(1, len(jobs) + 1)]
    rows = [(number, job.spec.label) for number, job in zip(numbers, jobs, strict=True)]
    return align(rows, padded=True)


def _data(
    results: list[tuple[JobFile, JobExecutionResult]], already: tuple[EarlierRun, ...]
) -> dict[str, Any]:
    return {
        "results": [
            {"job_file": str(job.path), "result": result.model_dump(mode="json")}
            for job, result in results
        ],
        "already_run": [{"job_file": str(run.path), "status": run.status} for run in already],
    }


def _summary(
    results: list[tuple[JobFile, JobExecutionResult]],
    already: tuple[EarlierRun, ...],
    *,
    not_begun: int,
) -> Iterator[str]:
    proven = sum(1 for _, result in results if result.proven)
    only = sum(1 for _, r in results if r.status == "COMPLETED" and not r.proven)
    failed = len(results) - proven - only
    parts = [plural(len(results), "job"), f"{proven} completed and proven"]
    parts += [f"{only} exist only"] * bool(only) + [f"{failed} NOT completed"] * bool(failed)
    parts += [f"{not_begun} not begun"] * bool(not_begun)
    yield ", ".join(parts) if results else "nothing to run"
    if already:
        good = sum(1 for run in already if run.status == "COMPLETED")
        bad = f", {len(already) - good} NOT completed" * (good < len(already))
        yield f"{len(already)} had run before, their results stand: {good} completed{bad}"
