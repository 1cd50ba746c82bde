"""Files of other programs, read without a fault: they may be missing, locked, huge or no files."""

from __future__ import annotations

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether a file can be seen there; a pipe or a device is none."""
    return os.path.isfile(path)


def is_folder(path: Path) -> bool:
    """Whether a folder can be seen there."""
    return os.path.isdir(path)


def names_in(folder: Path) -> tuple[str, ...]:
    """Return the names in a folder, sorted; none where it cannot be read."""
    try:
        return tuple(sorted(os.listdir(folder)))
    except (OSError, ValueError):
        return ()


def read_end(path: Path, limit: int) -> bytes | None:
    """Return the last `limit` bytes of a file, of a smaller one all; None: it cannot be read."""
    if not is_file(path):
        return None
    try:
        with open(path, "rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - limit))
            return stream.read(limit)
    except OSError:
        return None


def real_path(path: Path) -> Path | None:
    """Return where all links lead; None: to nothing, or round in a circle."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None


def changed_at(path: Path) -> float | None:
    """Return when what is in a file was last written, in seconds since 1970; None: unknown."""
    try:
        return os.stat(path).st_mtime
    except (OSError, ValueError):
        return None


def placed_at(path: Path) -> float | None:
    """Return when a file came to its place or was last written, whichever is later; None: unknown.

    An installer may keep the time of the build as the time of writing; the other one is of the
    machine: on Windows of the making, elsewhere of the last change of the file's entry.
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return max(found.st_mtime, found.st_ctime)
