"""Gives a whole file its final name: one of three rungs that replace nothing, by what a place has;
or in the place of one file, where that was asked for.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from proxx_engine.spec.file_names import NAME_HOLD
from proxx_engine.system.durability import sync_folder
from proxx_engine.system.locks import hold_lock, release_lock

Rung = Literal["rename", "link", "reserved"]

_UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EOPNOTSUPP)
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCL = 4


def publish_durably(hidden: Path, final: Path) -> Rung:
    """Publish a file that is on the disk; a name that cannot be made durable is taken back.

    Raises: FileExistsError when the name is taken, OSError.
    """
    rung = publish(hidden, final)
    try:
        sync_folder(final.parent)
    except OSError:
        final.unlink()
        raise
    return rung


def replace_durably(hidden: Path, final: Path) -> None:
    """Put a file that is on the disk in the place of another; there is never none under the name.

    Raises: OSError.
    """
    os.replace(hidden, final)
    sync_folder(final.parent)


def publish(hidden: Path, final: Path) -> Rung:
    """Give a whole file its final name, replacing nothing; return the rung that did it.

    Raises: FileExistsError when the name is taken, OSError.
    """
    for rung, attempt in _LADDER:
        try:
            attempt(hidden, final)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        else:
            return rung
    raise OSError(errno.ENOTSUP, "no way to publish without replacing", str(final))


def _rename_noreplace(hidden: Path, final: Path) -> None:
    if sys.platform == "win32":
        os.rename(hidden, final)
        return
    library = ctypes.CDLL(None, use_errno=True)
    source, target = os.fsencode(hidden), os.fsencode(final)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        arguments: tuple[object, ...] = (source, target, _RENAME_EXCL)
    else:
        call = getattr(library, "renameat2", None)
        arguments = (_AT_FDCWD, source, _AT_FDCWD, target, _RENAME_NOREPLACE)
    if call is None:
        raise OSError(errno.ENOSYS, "no exclusive rename here")
    if call(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(final))


def _link_unlink(hidden: Path, final: Path) -> None:
    os.link(hidden, final)
    try:
        os.unlink(hidden)
    except OSError:
        os.unlink(final)
        raise


def name_hold(final: Path) -> Path:
    """Return the lock under which a file gets its name where there is no better way."""
    return final.with_name(f".{final.name}{NAME_HOLD}")


def _reserved_rename(hidden: Path, final: Path) -> None:
    # The O_EXCL name shuts out every other Proxx; only a foreign writer could still come between.
    hold = name_hold(final)
    lock = hold_lock(hold)
    if lock is None:
        raise FileExistsError(errno.EEXIST, "is held by another", str(hold))
    try:
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))
        os.rename(hidden, final)
    finally:
        # What is renamed is published: a hold that stays behind is cleared once we are gone.
        with suppress(OSError):
            release_lock(hold, lock)


_LADDER: tuple[tuple[Rung, Callable[[Path, Path], None]], ...] = (
    ("rename", _rename_noreplace),
    ("link", _link_unlink),
    ("reserved", _reserved_rename),
)
