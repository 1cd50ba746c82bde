"""Files that are born whole, and files that are looked at without trust."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from proxx_engine.spec.file_names import PART, TRIAL
from proxx_engine.system.clock import utc_of
from proxx_engine.system.durability import (
    CLOEXEC,
    create_exclusive,
    naming,
    sync_descriptor,
    sync_folder,
    write_all,
)
from proxx_engine.system.publishing import publish_durably, replace_durably
from proxx_engine.system.regular_files import make_private_folder as make_private_folder
from proxx_engine.system.regular_files import read_regular as read_regular
from proxx_engine.system.regular_files import remove_tree as remove_tree

MEBIBYTE = 1024 * 1024
_FEW_FILES = 16
_OF_MANY = 64 * 1024
_NAMELESS = getattr(os, "O_TMPFILE", 0)
"""Where it is 0, a folder cannot be opened to write: then a trial with a name tells."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is never seen half-made and never replaces another.

    Raises: FileExistsError, OSError.
    """
    with _written_hidden(path, data, durable=True) as hidden:
        publish_durably(hidden, path)


def replace_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file in the place of another or of none, never seen half-made. Raises: OSError."""
    with _written_hidden(path, data, durable=durable) as hidden:
        if durable:
            replace_durably(hidden, path)
        else:
            os.replace(hidden, path)


@contextmanager
def _written_hidden(path: Path, data: bytes, *, durable: bool) -> Iterator[Path]:
    # Not named by our number: that comes back, and a leftover would then stand in the way.
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{PART}")
    try:
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | CLOEXEC, 0o644)
        try:
            with naming(path):
                write_all(descriptor, data)
                if durable:
                    sync_descriptor(descriptor)
        finally:
            os.close(descriptor)
        yield hidden
    except BaseException as error:
        with suppress(OSError):  # what went wrong first is told; a read-only place refuses this too
            hidden.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (hidden, os.fspath(hidden)):
            # Nobody knows the hidden name; what is told is the file that was asked for.
            error.filename, error.filename2 = os.fspath(path), None
        raise


def hash_file(path: Path) -> str:
    """Return the sha256 of a whole file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_samples(paths: tuple[Path, ...]) -> str:
    """Return one sha256 over both ends of each file, in order: a MiB, of many files 64 KiB."""
    length = MEBIBYTE if len(paths) <= _FEW_FILES else _OF_MANY
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as stream:
            digest.update(stream.read(length))
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(length, size - length))
            digest.update(stream.read(length))
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
    except OSError:  # missing, or a ring of links: neither is a file
        return False


def free_bytes(folder: Path) -> int:
    """Return the bytes that may still be written below `folder`."""
    return shutil.disk_usage(folder).free


def free_files(folder: Path) -> int:
    """Return how many files may still be made below `folder`.

    Beyond all counting where a file system makes room for them as they come.
    """
    if sys.platform == "win32":
        return sys.maxsize
    state = os.statvfs(folder)
    return state.f_favail if state.f_files else sys.maxsize


def refusal_to_write(folder: Path) -> OSError | None:
    """Return why no file can be made in `folder`, by making one; None where one can."""
    with suppress(OSError):  # not every place has files without a name, which no death leaves
        os.close(os.open(folder, _NAMELESS | os.O_WRONLY | CLOEXEC, 0o600))
        return None
    trial = folder / f"{TRIAL}{uuid.uuid4().hex[:8]}"
    try:
        create_exclusive(trial, b"")
        trial.unlink()
    except OSError as error:
        return error
    return None


def make_folders_below(root: Path, folder: Path) -> None:
    """Make a folder and those above it, but never `root`: an unmounted volume stays away.

    Their names are durable: what is published in them later lasts no longer than they do.
    Raises: FileNotFoundError when `root` is not there, NotADirectoryError for a link, which could
    lead out of `root`, OSError.
    """
    if not root.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(root))
    below = root
    for part in folder.relative_to(root).parts:
        below /= part
        try:
            os.mkdir(below)
        except FileExistsError:
            if below.is_symlink():
                sentence = "is a link, which could lead elsewhere"
                raise NotADirectoryError(errno.ENOTDIR, sentence, str(below)) from None
            if not below.is_dir():
                raise
        else:
            sync_folder(below.parent)


def sweep_parts(path: Path) -> None:
    """Remove the half-made files that a dead writer of `path` left beside it.

    Only for files of ours: `path` is one that `write_whole` writes, or a lock.
    """
    if not path.parent.is_dir():
        return
    left = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}{re.escape(PART)}")
    for name in os.listdir(path.parent):
        if left.fullmatch(name):
            path.with_name(name).unlink(missing_ok=True)
