"""`proxx worker`: runs jobs of the service on this machine, until a person says stop."""

from __future__ import annotations

import argparse

from proxx_engine import assert_phase1_compliance
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import Outcome, gravest
from sidecar.cli.service_arguments import add_settings, open_service
from sidecar.cli.signals import stop_by_signals

MOST_WORKERS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add_settings(parser)
    add("--workers", type=number_of_workers, metavar="N", default=1, help="side by side; default 1")
    add(
        "--threads-per-job",
        type=number_of_workers,
        metavar="N",
        help="where bytes do not depend on it; default: processors divided by workers",
    )
    add("--once", action="store_true", help="run what waits, then end")
    add_machine(parser, threads=False)


def number_of_workers(text: str) -> int:
    """Read how many."""
    number = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= number <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"expected 1 to {MOST_WORKERS}, found {text!r}")
    return number


def execute(arguments: argparse.Namespace) -> Outcome:
    """Work; say each job as it ends, and all together at the end."""
    assert_phase1_compliance()
    machine = read_machine(arguments)
    with open_service(arguments.settings) as parts:
        from sidecar.cli.worker_told import choose_tale, exit_codes, outcome_data, sum_up
        from sidecar.service.refilling import refuse_memory
        from sidecar.service.worker.options import WorkOptions
        from sidecar.service.worker.running import run_workers

        refuse_memory(parts)
        options = WorkOptions(
            workers=arguments.workers,
            threads_per_job=arguments.threads_per_job or machine.threads,
            ffmpeg=machine.ffmpeg,
            path_maps=machine.path_maps,
            once=arguments.once,
        )
        tale = choose_tale(as_json=arguments.json)
        tale.started(parts, options)
        with stop_by_signals() as stop:
            outcome = run_workers(parts, options, wish=stop, teller=tale)
    complaints = tuple(line for story in outcome.defects for line in story.splitlines())
    code = gravest(exit_codes(outcome))
    lines = tuple(sum_up(outcome))
    return Outcome(code, outcome_data(outcome), lines, complaints, one_line=True)
