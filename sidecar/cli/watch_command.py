"""`proxx watch`: workers over a watch folder, until a person says stop."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from proxx_engine import assert_phase1_compliance, now_utc
from sidecar.cli.machine import add_machine, read_machine, resolve_finder
from sidecar.cli.outcome import Outcome, gravest
from sidecar.cli.signals import stop_by_signals
from sidecar.cli.watch_told import JsonTale, Tale, exit_codes, sum_up
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.watch.batch_command import FIELDS, check_command
from sidecar.watch.loop import run_watch_loop
from sidecar.watch.options import WatchOptions

_MOST_WORKERS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a watch folder; an empty one becomes one")
    add("--workers", type=_workers, metavar="N", help="jobs side by side; default 1")
    add(
        "--threads-per-job",
        type=_workers,
        metavar="N",
        help="where bytes do not depend on it; default: processors divided by workers",
    )
    add("--poll-seconds", type=_seconds, metavar="S", help="how often to look; default 2")
    add("--once", action="store_true", help="run what waits, then end")
    add(
        "--engine",
        choices=("ffmpeg", "resolve"),
        default="ffmpeg",
        help="what an empty folder becomes a watch folder for",
    )
    fields = " ".join(f"{{{field}}}" for field in FIELDS)
    add(
        "--on-batch-done",
        metavar="COMMAND",
        help=f"run once when the last job of a batch is filed; {fields} are filled in",
    )
    add("--report", type=Path, metavar="FILE.html", help="keep the folder's page current there")
    add_machine(parser, threads=False)


def _workers(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"expected 1 to {_MOST_WORKERS}, found {text!r}")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"expected 0.1 to 3600 seconds, found {text!r}")
    return seconds


def _options(arguments: argparse.Namespace, *, for_resolve: bool) -> WatchOptions:
    """Return what flags say, else what the configuration says, else what is usual."""
    machine = read_machine(arguments)
    said, usual = machine.watch, WatchOptions()
    # What a machine's file says of workers is meant for FFmpeg: a Resolve is served by one.
    workers = arguments.workers or (None if for_resolve else said.workers) or usual.workers
    command = arguments.on_batch_done or said.on_batch_done
    return WatchOptions(
        workers=workers,
        threads_per_job=arguments.threads_per_job or said.threads_per_job or machine.threads,
        poll_seconds=arguments.poll_seconds or said.poll_seconds or usual.poll_seconds,
        once=arguments.once,
        ffmpeg=machine.ffmpeg,
        path_maps=machine.path_maps,
        on_batch_done=command and check_command(command),
        find_resolve=resolve_finder() if for_resolve else None,
    )


def _page(
    arguments: argparse.Namespace, folder: WatchFolder, options: WatchOptions, tale: Tale
) -> AbstractContextManager[object]:
    if arguments.report is None:
        return nullcontext()
    from sidecar.cli.watch_report import KeptReport

    page = arguments.report.absolute()
    return KeptReport(folder, page, path_maps=options.path_maps, complain=tale.trouble)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Watch the folder."""
    return cmd_watch(arguments)


def cmd_watch(arguments: argparse.Namespace) -> Outcome:
    """Run jobs out of the folder; say each as it ends, and all together at the end."""
    assert_phase1_compliance()
    folder = make_watch_folder(arguments.folder, arguments.engine)
    options = _options(arguments, for_resolve=folder.engine == "resolve")
    tale = JsonTale() if arguments.json else Tale()
    tale.started(folder, options)
    with stop_by_signals() as stop, _page(arguments, folder, options, tale):
        outcome = run_watch_loop(folder, options, wish=stop, teller=tale)
    data = {
        "time": now_utc(),
        "event": "ended",
        "jobs": outcome.tally.jobs,
        "completed": outcome.tally.proven + outcome.tally.exist_only,
        "rejected": outcome.rejected,
        "settled": outcome.settled,
        "unfinished": [{"job_file": name, "reason": why} for name, why in outcome.unfinished],
        "blocked": [
            {"place": b.place, "code": b.code, "waiting": outcome.waiting.get(b.place, 0)}
            for b in outcome.blocks
        ],
        "stopped": outcome.stopped,
    }
    complaints = tuple(line for story in outcome.defects for line in story.splitlines())
    lines = tuple(sum_up(outcome))
    return Outcome(gravest(exit_codes(outcome)), data, lines, complaints, one_line=True)
