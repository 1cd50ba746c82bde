"""`proxx validate`: every problem of every JobSpec, at once."""

from __future__ import annotations

import argparse
from pathlib import Path

from sidecar.cli.jobs import complaints_of, issues_of, read_jobs
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="JOB", help="job files or folders")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read and check; nothing is executed and no media is opened."""
    found = read_jobs(arguments.paths, finished_too=True)
    valid = [job.path for job in found.jobs]
    data = {"valid": [str(path) for path in valid], "wrong": issues_of(found.wrong)}
    lines = tuple(f"ok  {path}" for path in valid)
    code = REQUEST_WRONG if found.wrong else DONE
    return Outcome(code, data, lines, complaints_of(found.wrong))
