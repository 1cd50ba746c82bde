"""`proxx status`: what waits, runs and ended in a watch folder, and what needs a person."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from proxx_engine import PlaceError, now_utc
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, PLACE_MISSING, Outcome, say
from sidecar.cli.status_text import describe_folder
from sidecar.folders.layout import find_watch_folder
from sidecar.folders.looking import Looker

_EVERY_SECONDS = 2.0
_CLEAR = "\033[H\033[J"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a watch folder")
    add("--follow", action="store_true", help="look every two seconds, until Ctrl-C")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look once, or again and again; nothing is changed."""
    looker = Looker(find_watch_folder(arguments.folder), read_machine(arguments).path_maps)
    if not arguments.follow:
        return _look(looker)
    try:
        while True:
            _show(looker, as_json=arguments.json)
            time.sleep(_EVERY_SECONDS)
    except KeyboardInterrupt:
        return Outcome(DONE, {"ended": now_utc()}, one_line=True)


def _look(looker: Looker) -> Outcome:
    seen = looker.look()
    told = {"watched": seen.watched, "headline": list(seen.headline())}
    return Outcome(DONE, asdict(seen) | told, tuple(describe_folder(seen)))


def _show(looker: Looker, *, as_json: bool) -> None:
    """Say how things stand now; a share that went away may come back."""
    try:
        seen = _look(looker)
    except (PlaceError, OSError) as error:
        sentence = f"{looker.folder.root} cannot be looked at: {error}"
        data = {"at": now_utc(), "error": sentence}
        seen = Outcome(PLACE_MISSING, data, (sentence,))
    if as_json:
        say([json.dumps(seen.data)])
        return
    if sys.stdout.isatty():
        print(_CLEAR, end="", flush=True)
    say(seen.lines)
