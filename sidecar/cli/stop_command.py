"""`proxx stop`: asks the workers of a watch folder to end; once more ends the running clip."""

from __future__ import annotations

import argparse
from pathlib import Path

from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align
from sidecar.folders.heartbeats import read_heartbeats
from sidecar.folders.layout import open_watch_folder
from sidecar.folders.stopping import StopLevel, ask_all_to_stop

_WORDS = {
    StopLevel.DRAIN: "takes no more jobs, finishes the running one",
    StopLevel.SOFT: "finishes the running clip; once more ends it",
    StopLevel.HARD: "ends the running clip",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a watch folder")
    add("workers", nargs="*", metavar="WORKER", help="as `proxx status` names them; default: all")
    add("--drain", action="store_true", help="take no more jobs, but finish those that run")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Leave the wish where each worker looks."""
    folder = open_watch_folder(arguments.folder)
    there = [beat.worker for beat in read_heartbeats(folder) if not beat.owner.is_gone()]
    unknown = [name for name in arguments.workers if name not in there]
    if unknown or not there:
        missing = f"no worker {unknown[0]!r}" if unknown else "no worker"
        listed = f"; there are {', '.join(there)}" if there else ""
        complaint = f"proxx stop: there is {missing} at {folder.root}{listed}"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    asked = ask_all_to_stop(folder, arguments.workers or there, drain=arguments.drain)
    data = {"asked": {name: level.name.lower() for name, level in asked.items()}}
    return Outcome(
        DONE, data, tuple(align([(name, _WORDS[level]) for name, level in asked.items()]))
    )
