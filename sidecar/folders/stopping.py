"""A person's wish that a worker end, left as a file where the worker looks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Protocol

from proxx_engine import identify_process, now_utc, read_regular, replace_whole
from sidecar.folders.actions import ActionLog
from sidecar.folders.layout import WatchFolder
from sidecar.folders.processes import process_name

STOP = ".stop"
_MAX_BYTES = 64 * 1024


class StopLevel(IntEnum):
    """How soon a worker ends; a higher one contains the lower ones."""

    GO_ON = 0
    DRAIN = 1
    """Takes no more jobs; finishes the running one."""
    SOFT = 2
    """Finishes the running clip."""
    HARD = 3
    """Ends the running clip."""


class Wish(Protocol):
    """What the program in front asks of all workers; polled."""

    @property
    def level(self) -> StopLevel:
        """How soon they are to end."""


def stop_path(folder: WatchFolder, worker: str) -> Path:
    """Return the one place of the wish that a worker end."""
    return folder.workers / f"{worker}{STOP}"


def ask_to_stop(folder: WatchFolder, worker: str, *, drain: bool = False) -> StopLevel:
    """Ask one worker to end, once more if it was asked before; return what it is asked.

    Raises: OSError.
    """
    before = read_stop(folder, worker)
    level = StopLevel.DRAIN if drain else StopLevel.SOFT
    if not drain and before >= StopLevel.SOFT:
        level = StopLevel.HARD
    level = max(level, before)
    told = json.dumps({"level": level.name.lower(), "asked_at": now_utc()})
    replace_whole(stop_path(folder, worker), told.encode(), durable=False)
    return level


def ask_all_to_stop(
    folder: WatchFolder, workers: Iterable[str], *, drain: bool = False
) -> dict[str, StopLevel]:
    """Ask some workers, each noted first; return what each is asked. Raises: OSError."""
    log = ActionLog(folder, process_name(identify_process()))
    asked = {}
    for name in workers:
        log.note("stop_asked", worker=name, drain=drain)
        asked[name] = ask_to_stop(folder, name, drain=drain)
    return asked


def read_stop(folder: WatchFolder, worker: str) -> StopLevel:
    """Return what a worker is asked. Raises: OSError."""
    try:
        loaded = json.loads(read_regular(stop_path(folder, worker), limit=_MAX_BYTES))
        return StopLevel[str(loaded["level"]).upper()]
    except FileNotFoundError:
        return StopLevel.GO_ON
    except (ValueError, LookupError, TypeError):
        return StopLevel.SOFT  # somebody wants it to end: a wish that cannot be read is still one


def forget_stop(folder: WatchFolder, worker: str) -> None:
    """Remove the wish once it is fulfilled. Raises: OSError."""
    stop_path(folder, worker).unlink(missing_ok=True)
