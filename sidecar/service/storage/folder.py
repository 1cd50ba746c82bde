"""A local folder as object storage: for development, and for one host.

Written with the engine's own functions: obstore's LocalStore asks no disk to keep what it wrote,
and follows links out of its folder.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from proxx_engine import PlaceError, make_folders_below, read_regular, write_whole
from sidecar.service.storage.streams import (
    ever_on,
    hash_stream,
    read_stream,
    while_going,
    write_stream,
)

_NOT_IN_WINDOWS = re.compile(r'[<>:"|?*]|[. ]$')


class FolderStorage:
    """`Storage` below one folder of this host; its keys are paths below it."""

    def __init__(self, folder: str) -> None:
        """`folder`: an absolute path."""
        self._root = Path(folder)

    @property
    def told_as(self) -> str:
        """The folder's path."""
        return str(self._root)

    def prepare(self) -> bool:
        """Make the folder, and those above it; whether there was none."""
        if self._root.is_dir():
            return False
        with self._writing("the folder"):
            self._root.mkdir(parents=True)
        return True

    def put_new(self, key: str, data: bytes) -> None:
        """Create a small file and prove it. Raises: FileExistsError."""
        with self._writing(key):
            write_whole(self._place_for(key), data)
        if self.read(key, limit=len(data)) != data:
            raise _changed(self.told_as, key)

    def put_file_new(self, key: str, path: Path) -> str:
        """Create a file from one on disk and prove it; return its sha256."""
        with self._writing(key, path):
            return write_stream(self._place_for(key), read_stream(path), prove=self._prove)

    def read(self, key: str, *, limit: int) -> bytes:
        """Return a small file. Raises: FileNotFoundError; ValueError over `limit` bytes."""
        with self._reading(key):
            return read_regular(self._place(key), limit=limit)

    def fetch(self, key: str, path: Path, *, going: Callable[[], bool] = ever_on) -> str:
        """Write a file to `path`, which must not exist; return its sha256."""
        with self._reading(key, path):
            return write_stream(path, while_going(read_stream(self._file(key)), going))

    def size_of(self, key: str) -> int | None:
        """Return a file's size in bytes; None where there is none."""
        try:
            with self._reading(key):
                status = os.stat(self._place(key))
        except FileNotFoundError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def hash_of(self, key: str) -> str:
        """Read a file to its end; return its sha256. Raises: FileNotFoundError."""
        with self._reading(key):
            return hash_stream(read_stream(self._file(key)))

    def look(self) -> None:
        """Ask whether the folder is there and may be written."""
        if not self._root.is_dir():
            raise self._away("there is no such folder")
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise self._away("may not be written")

    def _place(self, key: str) -> Path:
        """Return a key's path; none that a link could lead elsewhere."""
        if not self._root.is_dir():
            raise self._away("there is no such folder")
        path = self._root
        for name in key.split("/"):
            path /= name
            if sys.platform == "win32" and _NOT_IN_WINDOWS.search(name):
                raise self._away(f"{key}: no name that Windows can have")
            if path.is_symlink():
                raise self._away(f"{key}: {path} is a link, which could lead elsewhere")
        return path

    def _file(self, key: str) -> Path:
        place = self._place(key)
        if not stat.S_ISREG(os.stat(place).st_mode):
            raise self._away(f"{key}: is no file")
        return place

    def _place_for(self, key: str) -> Path:
        path = self._place(key)
        try:
            make_folders_below(self._root, path.parent)
        except FileExistsError as error:
            raise self._away(f"{key}: {error.filename} is a file, and no folder") from None
        return path

    def _away(self, sentence: str) -> PlaceError:
        return PlaceError("STORAGE_OBJECTS_AWAY", f"{self.told_as}: {sentence}")

    def _prove(self, hidden: Path, sha256: str) -> None:
        if hash_stream(read_stream(hidden)) != sha256:
            raise _changed(self.told_as, hidden.name)

    @contextmanager
    def _writing(self, key: str, source: Path | None = None) -> Iterator[None]:
        """Tell what befalls the storage as such; `source` is the caller's."""
        try:
            yield
        except FileExistsError:
            raise
        except OSError as error:
            if source is not None and error.filename == os.fspath(source):
                raise
            raise self._away(f"{key}: {error.strerror}") from error

    @contextmanager
    def _reading(self, key: str, target: Path | None = None) -> Iterator[None]:
        """Tell what befalls the storage as such; `target` is the caller's."""
        try:
            yield
        except NotADirectoryError as error:  # a bucket may have a/b below a file a; a folder never
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key) from error
        except FileNotFoundError:
            raise
        except OSError as error:
            if target is not None and error.filename == os.fspath(target):
                raise
            raise self._away(f"{key}: {error.strerror}") from error


def _changed(told: str, key: str) -> PlaceError:
    return PlaceError("STORAGE_OBJECT_CHANGED", f"{told}: {key}: what is there is not what was put")
