"""What each worker says of itself, rewritten while it lives: who, doing what, since when.

A heartbeat is for people. No worker reads another's, and nothing is decided by its age.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from proxx_engine import (
    NAMELESS_SECONDS,
    ProcessIdentity,
    identity_of,
    read_regular,
    replace_whole,
)
from sidecar.folders.layout import WatchFolder

BEAT = ".json"
_PART = ".part"
BEAT_SECONDS = 10.0
SILENT_AFTER_SECONDS = 60.0
"""Six beats missed: then a view says that the worker was not heard of."""
State = Literal["idle", "running", "blocked", "stopping"]
_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One worker, as it last spoke."""

    worker: str
    owner: ProcessIdentity
    started_at: str
    beat_at: str
    beats: int
    """How often it spoke: whoever looks twice sees that it lives, whatever the clocks say."""
    state: State
    since: str
    """When this state, or this clip, began."""
    job_id: str | None = None
    job_folder: str | None = None
    """From the root of the watch folder."""
    clip: str | None = None
    """The running clip's output, as the job names it."""
    jobs_done: int = 0
    jobs_failed: int = 0
    blocked_by: tuple[dict[str, str], ...] = ()
    """Each: place, code, detail."""
    threads: int = 0
    poll_seconds: float = 0.0
    version: str = ""

    def says_more_than(self, before: Heartbeat) -> bool:
        """Whether this says anything but that the worker still lives."""
        return replace(self, beat_at=before.beat_at, beats=before.beats) != before


def write_heartbeat(folder: WatchFolder, beat: Heartbeat) -> None:
    """Put this heartbeat in the place of the last one. Raises: OSError."""
    data = json.dumps(asdict(beat), indent=1).encode()
    replace_whole(heartbeat_path(folder, beat.worker), data, durable=False)


def heartbeat_path(folder: WatchFolder, worker: str) -> Path:
    """Return the one place of a worker's heartbeat."""
    return folder.workers / f"{worker}{BEAT}"


def read_heartbeats(folder: WatchFolder) -> Iterator[Heartbeat]:
    """Yield what every worker last said, by name; what cannot be read is left out."""
    for name in sorted(os.listdir(folder.workers)):
        if name.endswith(BEAT) and not name.startswith("."):
            beat = _read(folder.workers / name)
            if beat is not None:
                yield beat


def remove_heartbeat(folder: WatchFolder, worker: str) -> None:
    """Remove the heartbeat of a worker that ended. Raises: OSError."""
    heartbeat_path(folder, worker).unlink(missing_ok=True)


def sweep_beats(folder: WatchFolder) -> None:
    """Remove what deaths and power cuts left half-written in `workers/`. Raises: OSError."""
    for name in os.listdir(folder.workers):
        path = folder.workers / name
        hidden = name.startswith(".") and name.endswith(_PART)
        # Under its own name one is whole, or a power cut emptied it: who lives writes it again.
        if (hidden and _is_left(path)) or (name.endswith(BEAT) and _is_empty(path)):
            path.unlink(missing_ok=True)


def _is_left(part: Path) -> bool:
    beat = _read(part)
    if beat is not None:
        return beat.owner.is_gone()
    try:
        return time.time() - part.stat().st_mtime > NAMELESS_SECONDS
    except FileNotFoundError:
        return False


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return False


def sweep_homes(folder: WatchFolder) -> None:
    """Remove the folders below `running/` of workers that are no more, once no job is in them.

    One that lives has a heartbeat. Raises: OSError when `running/` cannot be listed.
    """
    homes = os.listdir(folder.running)
    # One look at all beats; only who seems to have none is asked for by name.
    living = {name.removesuffix(BEAT) for name in os.listdir(folder.workers)} if homes else set()
    for name in homes:
        if name not in living and not os.path.lexists(heartbeat_path(folder, name)):
            with suppress(OSError):  # not empty: its job is settled first
                (folder.running / name).rmdir()


def _read(path: Path) -> Heartbeat | None:
    try:
        loaded: dict[str, Any] = json.loads(read_regular(path, limit=_MAX_BYTES))
        owner = identity_of(loaded.get("owner"))
        told = tuple(loaded.get("blocked_by", ()))
        return Heartbeat(**(loaded | {"owner": owner, "blocked_by": told}))
    except (OSError, ValueError, TypeError, AttributeError):
        return None
