"""`proxx batch`: the batches of a folder, and what a person decides of one of them.

As with `proxx stop`, the folder comes first. `stop` holds back what nobody has begun, `start` lets
it wait again; both move jobs between `pending/` and `held/`, and say so in the action log.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from proxx_engine import PlaceError, identify_process
from sidecar.cli.batch_text import describe_batch, describe_batches, describe_moves
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome
from sidecar.cli.paths import plain_path
from sidecar.cli.progress import telling
from sidecar.cli.resubmit_command import resubmit
from sidecar.cli.screen import Screen
from sidecar.folders.actions import ActionLog
from sidecar.folders.heartbeats import read_heartbeats
from sidecar.folders.holding import Holder, Moves, Room, idle_jobs
from sidecar.folders.layout import MARKER, WatchFolder, find_watch_folder, open_watch_folder
from sidecar.folders.processes import process_name
from sidecar.folders.stopping import ask_all_to_stop
from sidecar.folders.views.batch_jobs import (
    STATES,
    BatchJob,
    JobsSeen,
    see_folder,
    see_watch_folder,
)
from sidecar.folders.views.ended import read_failure
from sidecar.folders.views.still_to_go import estimate

ACTIONS = ("list", "show", "stop", "start", "resubmit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("action", choices=ACTIONS, help="list and show change nothing")
    folder = "a watch folder; for list, show and resubmit also any folder of jobs and results"
    add("folder", type=Path, metavar="FOLDER", help=folder)
    add("label", nargs="?", metavar="LABEL", help="the batch, as `list` tells it; not for list")
    running = "stop: also ask the workers that run jobs of it to end after their clip"
    add("--running", action="store_true", help=running)
    add("--reason", metavar="TEXT", help="stop, start: why; it stands in the action log")
    add("--again", action="store_true", help="resubmit: also what was resubmitted before")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Check the words, look at all jobs of the folder, then do what is asked."""
    action, label = arguments.action, arguments.label
    complaints = list(_complaints(arguments))
    if complaints:
        return _refuse(complaints)
    seen = _see(plain_path(arguments.folder))
    if action == "list":
        lines = tuple(describe_batches(seen, width=Screen().width()))
        return Outcome(DONE, _data_of_all(seen), lines)
    arguments.label = seen.meant(label)
    if arguments.label is None:
        return _refuse([_unknown(label, seen)])
    return _ACTIONS[action](seen, arguments)


def _complaints(arguments: argparse.Namespace) -> list[str]:
    action, found = arguments.action, []
    if action == "list" and arguments.label is not None:
        found.append("takes no LABEL; `show` tells of one batch")
    if action != "list" and arguments.label is None:
        found.append("which batch? its LABEL comes after the folder; `list` tells them")
    if arguments.running and action != "stop":
        found.append("--running is for stop")
    if arguments.reason is not None and action not in ("stop", "start"):
        found.append("--reason is for stop and start")
    if arguments.again and action != "resubmit":
        found.append("--again is for resubmit")
    # Not `Path.is_dir`: a label may be longer than any name.
    if os.path.isdir(arguments.label or "") and not arguments.folder.is_dir():
        found.append(f"the folder comes first: proxx batch {action} FOLDER LABEL")
    return [f"proxx batch {action}: {sentence}" for sentence in found]


def _refuse(complaints: list[str]) -> Outcome:
    return Outcome(REQUEST_WRONG, {"errors": complaints}, complaints=tuple(complaints))


def _see(root: Path) -> JobsSeen:
    with telling("reading the jobs"):
        if os.path.lexists(root / MARKER):
            return see_watch_folder(find_watch_folder(root))
        if not root.is_dir():
            raise PlaceError("STORAGE_OUTPUT_MISSING", str(root))
        return see_folder(root)


def _unknown(label: str, seen: JobsSeen) -> str:
    known = [repr(each) for each in seen.labels() if each is not None]
    listed = f"; there are {', '.join(known[-20:])}" if known else "; no job there is of any"
    more = f", and {len(known) - 20} older" * (len(known) > 20)
    return f"proxx batch: there is no batch {label!r} in {seen.root}{listed}{more}"


def _show(seen: JobsSeen, arguments: argparse.Namespace) -> Outcome:
    jobs = seen.of(arguments.label)
    begun = estimate(seen.jobs, ("running", "waiting"), arguments.label)
    held = estimate(seen.jobs, ("held",), arguments.label)
    failures = {
        job.job_id: read_failure(job.result_file)
        for job in jobs
        if job.state == "failed" and job.result_file is not None
    }
    data = _data_of_one(seen, arguments.label) | {
        "jobs": [_job_data(job, failures.get(job.job_id)) for job in jobs],
        "still_to_go": asdict(begun),
        "held_back": asdict(held),
    }
    lines = describe_batch(seen, arguments.label, failures, begun, held, width=Screen().width())
    return Outcome(DONE, data, tuple(lines))


def _stop(seen: JobsSeen, arguments: argparse.Namespace) -> Outcome:
    folder = open_watch_folder(seen.root)
    moves = _move(folder, "pending", arguments)
    after = see_watch_folder(folder)
    running = [job for job in after.of(arguments.label) if job.state == "running"]
    there = {beat.worker for beat in read_heartbeats(folder) if not beat.owner.is_gone()}
    names = sorted({job.worker for job in running} & there) if arguments.running else []
    asked = ask_all_to_stop(folder, names)
    lines = describe_moves(moves, arguments.label, folder.root, running, asked)
    data = _moved_data(moves) | {
        "running": [_job_data(job, None) for job in running],
        "asked": {name: level.name.lower() for name, level in asked.items()},
    }
    return Outcome(DONE, data, tuple(lines))


def _start(seen: JobsSeen, arguments: argparse.Namespace) -> Outcome:
    folder = open_watch_folder(seen.root)
    moves = _move(folder, "held", arguments)
    lines = describe_moves(moves, arguments.label, folder.root, let_go=True)
    return Outcome(DONE, _moved_data(moves), tuple(lines))


def _move(folder: WatchFolder, room: Room, arguments: argparse.Namespace) -> Moves:
    """Hold what waits of a batch, or let go what is held of it."""
    process = process_name(identify_process())
    reason = arguments.reason or f"proxx batch {arguments.action}"
    holder = Holder(folder, ActionLog(folder, process), f"{process}-batch", reason)
    jobs = [
        job
        for job in idle_jobs(folder, room)
        if job.top.batch is not None and job.top.batch.label == arguments.label
    ]
    return holder.hold(jobs) if room == "pending" else holder.let_go(jobs)


def _resubmit(seen: JobsSeen, arguments: argparse.Namespace) -> Outcome:
    watched = os.path.lexists(seen.root / MARKER)
    doors: dict[str, Path | None] = (
        {find_watch_folder(seen.root).engine: seen.root} if watched else {}
    )
    return resubmit(
        [seen.root],
        doors=doors,
        again=arguments.again,
        batch=arguments.label,
        path_maps=read_machine(arguments).path_maps,
    )


_ACTIONS: Mapping[str, Callable[[JobsSeen, argparse.Namespace], Outcome]] = MappingProxyType(
    {"show": _show, "stop": _stop, "start": _start, "resubmit": _resubmit}
)


def _data_of_all(seen: JobsSeen) -> dict[str, Any]:
    return {
        "root": str(seen.root),
        "batches": [_data_of_one(seen, label) for label in seen.labels()],
        "workers": [worker.name for worker in seen.workers],
        "unreadable": [{"path": str(e.path), "sentence": e.sentence} for e in seen.unread],
    }


def _data_of_one(seen: JobsSeen, label: str | None) -> dict[str, Any]:
    jobs = seen.of(label)
    ends = [job.ended_at for job in jobs if job.ended_at]
    return {
        "batch": label,
        "counts": {state: sum(job.state == state for job in jobs) for state in STATES},
        "first_made_at": min(job.made_at for job in jobs),
        "last_made_at": max(job.made_at for job in jobs),
        "last_ended_at": max(ends, default=None),
        "workers": [worker.name for worker in seen.workers],
    }


def _job_data(job: BatchJob, failure: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "state": job.state,
        "job_id": job.job_id,
        "label": job.label,
        "made_at": job.made_at,
        "ended_at": job.ended_at,
        "job_file": str(job.job_file) if job.job_file else None,
        "result_file": str(job.result_file) if job.result_file else None,
        "worker": job.worker or None,
        "told": job.told or None,
        "retried_from": job.repeats,
        "failure": dict(failure) if failure else None,
    }


def _moved_data(moves: Moves) -> dict[str, Any]:
    return {
        "moved": [{"job_id": job.top.job_id, "job_file": job.name} for job in moves.moved],
        "left": [
            {"job_id": job.top.job_id, "job_file": job.name, "reason": why}
            for job, why in moves.left
        ],
    }
