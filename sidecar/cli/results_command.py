"""`proxx results`: what came of every clip, batch by batch, and whether its proxy still stands.

The exit code judges the jobs of the paths, of --batch and --since; --status and --code only
choose what is shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from proxx_engine import failure_kinds, find_results
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, JOB_FAILED, REQUEST_WRONG, Outcome
from sidecar.cli.progress import counting
from sidecar.cli.result_table import show_rows
from sidecar.report.reading import read_rows
from sidecar.report.rows import BAD, JOB_STATUSES, QUIET, STATES, Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="results, jobs, folders")
    add("--verify", action="store_true", help="read each proxy whole and compare its sha256")
    add("--batch", metavar="LABEL", help="only jobs of this batch")
    add("--since", type=_moment, metavar="DATE", help="only what ended since then: 2026-02-13")
    states = (*JOB_STATUSES, *STATES)
    words = f"show only what is {', '.join(states)}"
    add("--status", type=_state, choices=states, metavar="STATE", help=words)
    add("--code", metavar="CODE", help="show only clips that failed with this code")
    add("--all", action="store_true", help="also show what another job did again or replaced")
    add_machine(parser, threads=False)


def _state(text: str) -> str:
    """Return a state as it is typed, printed or written into a result: NOT RUN, NOT_RUN."""
    return "-".join(text.lower().replace("_", " ").replace("-", " ").split())


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = f"expected a date such as 2026-02-13 or 2026-02-13T20:15Z, found {text!r}"
        raise argparse.ArgumentTypeError(sentence) from None
    if len(text) <= len("2026-02-13"):
        moment = datetime.combine(date.fromisoformat(text), time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read, join, inspect every proxy, tell."""
    code = arguments.code.upper() if arguments.code else None
    if code is not None and code not in failure_kinds():
        complaint = f"proxx results: there is no code {code}; `proxx explain` lists them"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    path_maps = read_machine(arguments).path_maps
    found = find_results(path.absolute() for path in arguments.paths)
    with counting("reading") as show:
        rows = [
            row
            for row in read_rows(
                found, rehash=arguments.verify, inspecting=show, path_maps=path_maps
            )
            if row.is_of(arguments.batch)
            and (arguments.since is None or row.ended is None or row.ended >= arguments.since)
        ]
    if not rows:
        return nothing_found("results", arguments.paths)
    shown = [
        row for row in rows if _is_shown(row, arguments.status, code, everything=arguments.all)
    ]
    data = {
        "clips": [row.data for row in shown if row.kind == "clip"],
        "without_result": [row.data for row in shown if row.kind == "job"],
        "unreadable": [row.data for row in shown if row.kind == "file"],
        "counts": {state: sum(row.state == state for row in rows) for state in STATES},
        "rehashed": arguments.verify,
    }
    return Outcome(exit_code(rows), data, tuple(show_rows(rows, shown)))


def nothing_found(command: str, paths: Sequence[Path]) -> Outcome:
    """Return what is said where no row is to be shown."""
    named = ", ".join(map(str, paths))
    complaint = f"proxx {command}: no result and no job like that in {named}"
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))


def exit_code(rows: Sequence[Row]) -> int:
    """Return 1 where any row is not as it should be, 2 where nothing could be read."""
    if all(row.kind == "file" for row in rows):
        return REQUEST_WRONG
    return JOB_FAILED if any(row.state in BAD for row in rows) else DONE


def _is_shown(row: Row, status: str | None, code: str | None, *, everything: bool) -> bool:
    if code is not None and row.code != code:
        return False
    if status is not None:
        return status in (row.state, row.job_status.lower())
    return everything or code is not None or row.state not in QUIET
