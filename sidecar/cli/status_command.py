"""`proxx status`: what waits, runs and ended in a watch folder, and what needs a person."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, Outcome, say
from sidecar.cli.status_text import describe_folder
from sidecar.folders.layout import find_watch_folder
from sidecar.folders.looking import Looker

_EVERY_SECONDS = 2.0
_CLEAR = "\033[H\033[J"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a watch folder")
    add("--follow", action="store_true", help="look again every two seconds, until Ctrl-C")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look once, or again and again; nothing is changed."""
    looker = Looker(find_watch_folder(arguments.folder), read_machine(arguments).path_maps)
    if arguments.follow and not arguments.json:
        return _follow(looker)
    seen = looker.look()
    data = asdict(seen) | {"watched": seen.watched, "headline": list(seen.headline())}
    return Outcome(DONE, data, tuple(describe_folder(seen)))


def _follow(looker: Looker) -> Outcome:
    redrawn = sys.stdout.isatty()
    try:
        while True:
            lines = tuple(describe_folder(looker.look()))
            if redrawn:
                print(_CLEAR, end="", flush=True)
            say(lines)
            time.sleep(_EVERY_SECONDS)
    except KeyboardInterrupt:
        return Outcome(DONE, {})
