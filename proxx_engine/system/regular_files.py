"""Files and folders looked at without trust; what locks and publishing both stand on."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

from proxx_engine.system.durability import CLOEXEC


def read_regular(path: Path, *, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes, never blocking on a pipe or a device.

    Raises: OSError, and ValueError with the size when the file is larger.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        if status.st_size > limit:
            raise ValueError(status.st_size)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise ValueError(len(data))
        return data
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder of ours and all in it; missing is fine."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only we may enter. Raises: FileExistsError, OSError."""
    os.mkdir(folder, 0o700)
