"""What `proxx doctor` says of one folder: whether jobs can be written, published and watched there.

Without `--self-test` nothing is written.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import PlaceError, failure_kinds, try_folder
from sidecar.cli.outcome import plural
from sidecar.folders.layout import MARKER, WatchFolder, find_watch_folder, open_watch_folder
from sidecar.folders.sync_drives import find_sync_drive
from sidecar.folders.views.looking import Looker


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    found: str
    cure: str = ""


def look_at_folder(folder: Path, *, trying: bool) -> Iterator[Finding]:
    """Yield what is found of an output or watch folder; `trying` writes into it."""
    if not folder.is_dir():
        cure = "mount the volume, or make the folder"
        yield Finding(f"folder {folder}", False, "is not there", cure)
        return
    if trying:
        for trial in try_folder(folder):
            yield Finding(trial.name, trial.works, trial.found, trial.cure)
        yield _try_link(folder)
    else:
        yield Finding(f"folder {folder}", True, "is there; --self-test tries it")
    if os.path.lexists(folder / MARKER):
        yield from _watch_folder(folder)
    else:
        yield Finding("watch folder", True, _why_none(folder))


def _try_link(folder: Path) -> Finding:
    """Whether a file can get its name by a link; it must, where no rename is exclusive."""
    # Named as the engine names what it tries, so that `proxx clean` knows what a crash leaves.
    hidden, final = (folder / f".proxx-trial-{uuid.uuid4().hex[:8]}" for _name in range(2))
    try:
        hidden.write_bytes(b"x")
        os.link(hidden, final)
    except OSError as error:
        return Finding("publish by link", True, f"not here: {error.strerror or error}")
    finally:
        for path in (hidden, final):
            path.unlink(missing_ok=True)
    return Finding("publish by link", True, "yes")


def _why_none(folder: Path) -> str:
    service = find_sync_drive(folder)
    if service is not None:
        return f"is none, and cannot become one: it is kept by {service}"
    # One that was given jobs before anybody watched it holds that much.
    if any(name != "pending" and not name.startswith(".") for name in os.listdir(folder)):
        return "is none, and cannot become one: it holds other files"
    return "is none; `proxx watch` makes it one"


def _watch_folder(folder: Path) -> Iterator[Finding]:
    try:
        opened = find_watch_folder(folder)
        if _has_rooms(opened):  # else opening would make them
            open_watch_folder(folder)
    except PlaceError as error:
        yield Finding("watch folder", False, error.detail, failure_kinds()[error.code].next_step)
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("watch folder", False, "may not be written", "mend its permissions")
        return
    yield Finding("watch folder", True, f"for {opened.engine} jobs")
    seen = Looker(opened).look()
    living = sum(not worker.silent and not worker.gone for worker in seen.workers)
    watched = f"by {plural(living, 'worker')}" if living else f"by nobody; {seen.waiting:,} wait"
    cure = f"start `proxx watch {folder}`"
    yield Finding("watched", bool(living) or not seen.waiting, watched, cure)
    stale = f"{len(seen.stale)} stale" if seen.stale else "none is stale"
    cure = f"`proxx status {folder}` names each, and what to do"
    yield Finding("claims", not seen.stale, stale, cure)


def _has_rooms(opened: WatchFolder) -> bool:
    filed = (opened.root / "completed", opened.root / "failed")
    rooms = (opened.pending, opened.claims, opened.running, opened.workers, opened.log)
    return all(map(os.path.isdir, (*rooms, opened.batches, *filed)))
