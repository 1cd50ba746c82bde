"""`proxx status`: what waits, runs and ended in a watch folder, and what needs a person."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from proxx_engine import PlaceError, now_utc
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, Outcome, say
from sidecar.cli.screen import Screen
from sidecar.cli.status_text import Line, describe_folder
from sidecar.folders.layout import find_watch_folder
from sidecar.folders.views.looking import Looker
from sidecar.folders.views.seen import FolderSeen

_EVERY_SECONDS = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a watch folder")
    add("--follow", action="store_true", help="look every two seconds, until Ctrl-C")
    add("--plain", action="store_true", help="neither colours nor one page that is redrawn")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look once, or again and again; nothing is changed."""
    looker = Looker(find_watch_folder(arguments.folder), read_machine(arguments).path_maps)
    if arguments.follow:
        return _follow(looker, as_json=arguments.json, screen=Screen(plain=arguments.plain))
    seen = looker.look()
    if not arguments.json:
        screen = Screen(plain=arguments.plain)
        screen.show(describe_folder(seen, width=screen.width()))
    return Outcome(DONE, _data(seen))


def _follow(looker: Looker, *, as_json: bool, screen: Screen) -> Outcome:
    try:
        seen: FolderSeen | str = looker.look()
        while as_json or screen.is_read:
            if as_json:
                say([json.dumps(_data(seen))])
            else:
                screen.turn(_lines(seen, screen.width()))
            time.sleep(_EVERY_SECONDS)
            seen = _look_again(looker)
    except KeyboardInterrupt:
        pass
    return Outcome(DONE, {"ended": now_utc()}, one_line=True)


def _look_again(looker: Looker) -> FolderSeen | str:
    """Look; a share that went away may come back."""
    try:
        return looker.look()
    except (PlaceError, OSError) as error:
        return f"{looker.folder.root} cannot be looked at: {error}"


def _lines(seen: FolderSeen | str, width: int | None) -> list[Line]:
    if isinstance(seen, str):
        return [Line(f"{now_utc()[11:19]} UTC  {seen}", "alarm"), Line("looking again …", "quiet")]
    return list(describe_folder(seen, width=width))


def _data(seen: FolderSeen | str) -> dict[str, Any]:
    if isinstance(seen, str):
        return {"at": now_utc(), "error": seen}
    return asdict(seen) | {
        "watched": seen.watched,
        "alarms": list(seen.alarms()),
        "headline": seen.counts(),
    }
