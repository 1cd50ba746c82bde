"""Where new job files go, and how they get there: all of them, or none."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from proxx_engine import CreatedJob, PlaceError, write_job


def plain_path(path: Path) -> Path:
    """Return the absolute path without "." and ".."; links are left as they are."""
    return Path(os.path.abspath(path))


def find_pending(watch: Path | None) -> Path | None:
    """Return where a watch folder takes its jobs; made by `write_all`. Raises: PlaceError."""
    if watch is None:
        return None
    if not watch.is_dir():
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(watch))
    return plain_path(watch) / "pending"


def write_all(jobs: Iterable[tuple[CreatedJob, Path]]) -> list[tuple[CreatedJob, Path]]:
    """Write each job into its folder, or none: an act that is interrupted takes back what it wrote.

    Returns each job with its file.
    """
    written: list[tuple[CreatedJob, Path]] = []
    try:
        for job, folder in jobs:
            folder.mkdir(exist_ok=True)
            # Noted first: a signal may come between the writing and the noting.
            written.append((job, folder / job.file_name))
            try:
                write_job(job, folder)
            except FileExistsError:
                written.pop()
                raise
    except BaseException:
        for _job, path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def quoted(path: Path) -> str:
    """Return a path as it is typed into a shell."""
    return shlex.quote(str(path))
