"""One watch folder on the disk, and whether it is one that our promises hold for.

    watch.toml                                 what makes a folder a watch folder
    pending/<order>.<label>.<job_id>.job.json  waiting, first in first out by name
    held/<the same name>                       what a person holds back, until it may wait again
    claims/<job_id>.claim                      who has the right to a job; born by exclusive create
    running/<worker>/<label>.<job_id>/         one folder for each job: its file, journal, lock, log
    completed/<date>/<label>.<job_id>/         the same folder, with its result and its claim
    failed/<date>/<label>.<job_id>/
    workers/<worker>.json                      a worker's heartbeat; <worker>.stop asks it to end
    log/<date>.<process>.jsonl                 every action, noted before it is done; never deleted
    batches/                                   batches whose end was told

`<date>` is the day on which a job was made, as its JobSpec says: so a job has one place for ever,
whatever the clock of the machine that files it.
"""

from __future__ import annotations

import os
import stat
import sys
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tomli_w

from proxx_engine import PlaceError, now_utc, read_regular, write_whole
from sidecar.folders.sync_drives import find_sync_drive

Engine = Literal["ffmpeg", "resolve"]
Outcome = Literal["completed", "failed"]

MARKER = "watch.toml"
_ROOMS = (
    *("pending", "held", "claims", "running", "completed", "failed"),
    *("workers", "log", "batches"),
)
_MAX_MARKER_BYTES = 64 * 1024
_EARLY = frozenset({"pending"})
"""What a folder may hold that was given jobs before any worker looked at it."""


@dataclass(frozen=True, slots=True)
class WatchFolder:
    """A watch folder that was opened."""

    root: Path
    id: str
    engine: Engine
    open_to_all: bool = False
    """Whether a person says that its rights are told wrong: a share shows every folder so."""

    @property
    def pending(self) -> Path:
        """Jobs that wait."""
        return self.root / "pending"

    @property
    def held(self) -> Path:
        """Jobs that a person holds back; missing where no watcher of this version looked."""
        return self.root / "held"

    @property
    def claims(self) -> Path:
        """One file for each job that somebody has the right to."""
        return self.root / "claims"

    @property
    def running(self) -> Path:
        """A folder for each worker, in it one for each of its jobs."""
        return self.root / "running"

    @property
    def workers(self) -> Path:
        """Heartbeats, and requests to stop."""
        return self.root / "workers"

    @property
    def log(self) -> Path:
        """Every action."""
        return self.root / "log"

    @property
    def batches(self) -> Path:
        """Batches whose end was told."""
        return self.root / "batches"

    def filed(self, outcome: Outcome, date: str) -> Path:
        """Return where jobs of a day are filed; `date` as in 2026-02-13."""
        return self.root / outcome / date

    def is_there(self) -> bool:
        """Whether the folder that was opened is still the one under this name."""
        try:
            return _read_marker(self.root).get("id") == self.id
        except (OSError, ValueError):
            return False


def open_watch_folder(root: Path) -> WatchFolder:
    """Return the watch folder at `root`; its rooms that are missing are made.

    Raises: PlaceError (STORAGE_WATCH_FOLDER_MISSING, STORAGE_NO_WATCH_FOLDER,
    STORAGE_WATCH_FOLDER_SYNCED, STORAGE_WATCH_FOLDER_UNSAFE), OSError.
    """
    folder = find_watch_folder(root)
    _refuse_sync_drive(folder.root)
    for room in _ROOMS:
        (folder.root / room).mkdir(exist_ok=True)
    _refuse_unsafe(folder)
    return folder


def find_watch_folder(root: Path) -> WatchFolder:
    """Return the watch folder at `root` for a view: nothing is made, and nothing of it judged.

    Raises: PlaceError (STORAGE_WATCH_FOLDER_MISSING, STORAGE_NO_WATCH_FOLDER), OSError.
    """
    root = Path(os.path.abspath(root))
    if not root.is_dir():
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(root))
    try:
        marker = _read_marker(root)
        return WatchFolder(
            root, str(marker["id"]), _engine_of(marker), marker.get("open_to_all") is True
        )
    except FileNotFoundError:
        raise PlaceError("STORAGE_NO_WATCH_FOLDER", f"{root} holds no {MARKER}") from None
    except (ValueError, KeyError) as error:
        detail = f"{root / MARKER} cannot be read: {error}"
        raise PlaceError("STORAGE_NO_WATCH_FOLDER", detail) from error


def make_watch_folder(root: Path, engine: Engine = "ffmpeg") -> WatchFolder:
    """Return the watch folder at `root`; one that is empty is made into one for `engine`.

    Raises: as `open_watch_folder`; STORAGE_NO_WATCH_FOLDER for one that holds something else.
    """
    root = Path(os.path.abspath(root))
    if not root.is_dir():
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(root))
    if not os.path.lexists(root / MARKER):
        _refuse_sync_drive(root)
        found = {name for name in os.listdir(root) if not name.startswith(".")} - _EARLY
        # Another process may be making it: then its rooms come after its marker.
        if found and not os.path.lexists(root / MARKER):
            detail = f"{root} holds {sorted(found)[0]!a}; a watch folder begins as an empty one"
            raise PlaceError("STORAGE_NO_WATCH_FOLDER", detail)
        _write_marker(root, engine)
    return open_watch_folder(root)


def watch_folder_around(path: Path) -> Path | None:
    """Return the watch folder in which a path lies; None where it lies in none."""
    for folder in (path, *path.parents):
        if os.path.lexists(folder / MARKER):
            return folder
    return None


def _write_marker(root: Path, engine: Engine) -> None:
    told = {"version": 1, "id": str(uuid.uuid4()), "engine": engine, "created_at": now_utc()}
    text = "# This folder is a watch folder of Proxx: `proxx watch` runs the jobs in pending/.\n"
    try:
        write_whole(root / MARKER, (text + tomli_w.dumps(told)).encode())
    except FileExistsError:
        return  # another process was first, and its word holds


def _read_marker(root: Path) -> dict[str, object]:
    text = read_regular(root / MARKER, limit=_MAX_MARKER_BYTES).decode("utf-8")
    marker: dict[str, object] = tomllib.loads(text)
    if marker.get("version") != 1:
        raise ValueError(f"version is {marker.get('version')!r}, expected 1")
    return marker


def _engine_of(marker: dict[str, object]) -> Engine:
    engine = marker["engine"]
    if engine == "ffmpeg" or engine == "resolve":
        return engine
    raise ValueError(f"engine is {engine!r}, expected ffmpeg or resolve")


def _refuse_sync_drive(root: Path) -> None:
    service = find_sync_drive(root)
    if service is not None:
        raise PlaceError("STORAGE_WATCH_FOLDER_SYNCED", f"{root} is kept by {service}")


def _refuse_unsafe(folder: WatchFolder) -> None:
    """Refuse a folder into which anybody may put or exchange jobs, or that is in two parts."""
    root = folder.root
    for place in (root, *(root / room for room in _ROOMS)):
        status = place.stat()
        if status.st_dev != root.stat().st_dev:
            detail = f"{place} lies on another file system than {root}: nothing can be moved there"
            raise PlaceError("STORAGE_WATCH_FOLDER_UNSAFE", detail)
        everybody = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
        if everybody and not folder.open_to_all and sys.platform != "win32":
            detail = (
                f"{place} may be written by everybody; take that right away, or, on a share that "
                f"shows every folder so, write `open_to_all = true` into {MARKER}"
            )
            raise PlaceError("STORAGE_WATCH_FOLDER_UNSAFE", detail)
