"""`proxx history`: one job's story out of log, claim, journal and result."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align
from sidecar.folders.history import Event, History, find_jobs, tell_history
from sidecar.folders.layout import find_watch_folder, watch_folder_around
from sidecar.folders.names import job_id_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("job", metavar="JOB", help="a job's file or folder, or its id (8 digits are enough)")
    add("--folder", type=Path, metavar="WATCHFOLDER", help="default: the one around JOB or here")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Find the job and tell of it; nothing is changed."""
    named = Path(arguments.job).absolute()
    around = arguments.folder or watch_folder_around(named) or watch_folder_around(Path.cwd())
    if around is None:
        return _refuse("which watch folder? name it with --folder")
    folder = find_watch_folder(around)
    name = named.name if named.exists() else str(arguments.job)
    jobs = find_jobs(folder, name) or find_jobs(folder, job_id_in(f"{name}.job.json") or name)
    if named.exists() and not jobs and named.is_file():
        jobs = find_jobs(folder, named.parent.name)
    if len(jobs) != 1:
        many = f"{len(jobs)} jobs of {folder.root} are called so" if jobs else None
        return _refuse(many or f"{folder.root} tells of no job {arguments.job!r}")
    history = tell_history(folder, jobs[0])
    data = asdict(history) | {"place": str(history.place) if history.place else None}
    return Outcome(DONE, data, tuple(_lines(history)))


def _refuse(problem: str) -> Outcome:
    complaint = f"proxx history: {problem}"
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))


def _lines(history: History) -> Iterator[str]:
    yield f"{history.label}  {history.job_id or 'no job id'}"
    yield from align([_row(event) for event in history.events], indent="  ")
    yield from history.related
    if history.missing:
        yield f"missing: {', '.join(history.missing)}"
    now = history.status or history.state
    proven = "proven" if history.proven else "NOT proven"
    ended = f", {proven}" if history.status else ""
    yield f"now: {now}{ended}  {history.place or 'no file of it is there'}"


def _row(event: Event) -> tuple[str, ...]:
    facts = ", ".join(f"{key} {value}" for key, value in event.facts.items())
    return event.time, event.told_by, event.who, event.what, facts
