"""Bytes and names that are on the disk itself before a call returns."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proxx_engine.system.clock import monotonic_seconds

CLOEXEC = getattr(os, "O_CLOEXEC", 0)
BIRTH_SECONDS = 60.0
"""Far longer than a living process takes from creating a lock to writing its name into it."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let every error say which file it befell; calls on an open file do not know."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(path)
        raise


def sync_file(path: Path) -> None:
    """Flush a file to the disk itself. A failure is final: throw that file away."""
    descriptor = os.open(path, os.O_RDWR | CLOEXEC)
    try:
        with naming(path):
            sync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | CLOEXEC)
    try:
        with naming(path):
            os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
    finally:
        os.close(descriptor)


def sync_descriptor(descriptor: int) -> None:
    """Flush an open file to the disk itself. A failure is final."""
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS leaves data in the drive's cache; F_FULLFSYNC does not (fcntl(2)).
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:  # network volumes do not have it
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOTTY):
                raise
        else:
            return
    os.fsync(descriptor)


def create_exclusive(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Create a file that must not exist; what fails is taken back.

    Not by who slept for so long that another may have succeeded it: then the name stays. Raises:
    FileExistsError, OSError.
    """
    begun = monotonic_seconds()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | CLOEXEC, 0o644)
    try:
        try:
            with naming(path):
                write_all(descriptor, data)
                if durable:
                    sync_descriptor(descriptor)
        finally:
            os.close(descriptor)
        if durable:
            sync_folder(path.parent)
    except OSError:
        if monotonic_seconds() - begun < BIRTH_SECONDS:
            path.unlink(missing_ok=True)
        raise


def append_line(path: Path, line: bytes, *, durable: bool = True) -> None:
    """Append one line to a log; with all before it durable when this returns, unless told not.

    One that a death or a full disk cut off is ended first, and stays a line that cannot be read.
    The name of a log that is new is durable at once: no later line is worth more than it.
    """
    new = not os.path.lexists(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | CLOEXEC, 0o644)
    try:
        with naming(path):
            write_all(descriptor, _end_of_line(descriptor) + line + b"\n")
            if durable:
                sync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def _end_of_line(descriptor: int) -> bytes:
    if os.lseek(descriptor, 0, os.SEEK_END) == 0:
        return b""
    os.lseek(descriptor, -1, os.SEEK_END)
    return b"" if os.read(descriptor, 1) == b"\n" else b"\n"


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
