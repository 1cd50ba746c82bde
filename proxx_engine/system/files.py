"""Files that are born whole, published without replacing, and looked at without trust."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from proxx_engine.system.clock import utc_of

MEBIBYTE = 1024 * 1024
Rung = Literal["rename", "link", "reserved"]

_UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EOPNOTSUPP)
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCL = 4


def read_regular(path: Path, *, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes, never blocking on a pipe or a device.

    Raises: OSError, and ValueError with the size when the file is larger.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _CLOEXEC)
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


_CLOEXEC = getattr(os, "O_CLOEXEC", 0)


def sync_file(path: Path) -> None:
    """Flush a file to the disk itself. A failure is final: throw that file away."""
    descriptor = os.open(path, os.O_RDWR | _CLOEXEC)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | _CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS leaves data in the drive's cache; F_FULLFSYNC does not (fcntl(2)).
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        return
    os.fsync(descriptor)


def create_exclusive(path: Path, data: bytes) -> None:
    """Create a file that must not exist, durable. Raises: FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CLOEXEC, 0o644)
    try:
        _write_all(descriptor, data)
        _sync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is never seen half-made and never replaces another.

    Raises: FileExistsError, OSError.
    """
    hidden = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CLOEXEC, 0o644)
        try:
            _write_all(descriptor, data)
            _sync(descriptor)
        finally:
            os.close(descriptor)
        publish(hidden, path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append one line to a log, durable before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _CLOEXEC, 0o644)
    try:
        _write_all(descriptor, line + b"\n")
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


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
    os.unlink(hidden)


def _reserved_rename(hidden: Path, final: Path) -> None:
    # The O_EXCL name shuts out every other Proxx; only a foreign writer could still come between.
    reservation = final.with_name(f".{final.name}.publishing")
    create_exclusive(reservation, b"")
    try:
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))
        os.rename(hidden, final)
    finally:
        reservation.unlink()


_LADDER: tuple[tuple[Rung, Callable[[Path, Path], None]], ...] = (
    ("rename", _rename_noreplace),
    ("link", _link_unlink),
    ("reserved", _reserved_rename),
)


def hash_file(path: Path) -> str:
    """Return the sha256 of a whole file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_samples(paths: tuple[Path, ...]) -> str:
    """Return one sha256 over the first and the last MiB of each file, in order."""
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as stream:
            digest.update(stream.read(MEBIBYTE))
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(MEBIBYTE, size - MEBIBYTE))
            digest.update(stream.read(MEBIBYTE))
    return digest.hexdigest()


def total_size(paths: tuple[Path, ...]) -> int:
    """Return the bytes of all files together."""
    return sum(os.stat(path).st_size for path in paths)


def modified_at(path: Path) -> str:
    """Return a file's time of change, in UTC."""
    return utc_of(os.stat(path).st_mtime)


def is_regular(path: Path) -> bool:
    """Tell whether `path` is a regular file, after following links."""
    return stat.S_ISREG(os.stat(path).st_mode)


def same_file(first: Path, second: Path) -> bool:
    """Tell whether two names mean one file: links, case and inode included."""
    try:
        return os.path.samefile(first, second)
    except FileNotFoundError:
        return False


def free_bytes(folder: Path) -> int:
    """Return the bytes that may still be written below `folder`."""
    return shutil.disk_usage(folder).free


def is_writable_folder(folder: Path) -> bool:
    """Tell whether a file can be made in `folder`, by making one."""
    trial = folder / f".proxx-trial-{os.getpid()}"
    try:
        create_exclusive(trial, b"")
    except OSError:
        return False
    trial.unlink()
    return True


def remove_tree(folder: Path) -> None:
    """Remove a folder of ours and all in it; missing is fine."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only we may enter. Raises: FileExistsError, OSError."""
    os.mkdir(folder, 0o700)
