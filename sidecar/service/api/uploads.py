"""A file on its way into the storage: kept hidden in the home until it is whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from proxx_engine import PlaceError
from sidecar.service.storage.contract import Storage

_HIDDEN = ".upload-"
_LEFT_AFTER_SECONDS = 86_400.0
"""No upload takes so long: its process was killed."""


class Upload:
    """What came so far. Every method raises PlaceError (STORAGE_NOT_WRITABLE) without room."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, part: bytes) -> None:
        """Add a part."""
        try:
            self._file.write(part)
        except OSError as error:
            raise _no_room(error) from error

    def put(self, storage: Storage, key: str) -> None:
        """Put all of it into the storage. Raises: PlaceError of the storage."""
        try:
            self._file.flush()
            storage.put_file_new(key, Path(self._file.name))
        except OSError as error:
            raise _no_room(error) from error


@contextmanager
def kept_below(home: Path) -> Iterator[Upload]:
    """Yield a new file of the home; it is gone afterwards. Raises: PlaceError."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=home, prefix=_HIDDEN, delete=False)  # noqa: SIM115
    except OSError as error:
        raise _no_room(error) from error
    try:
        with file:
            yield Upload(file)
    finally:
        _remove(Path(file.name))


def sweep_uploads(home: Path) -> None:
    """Remove what processes that were killed left."""
    with suppress(OSError):
        for path in home.glob(f"{_HIDDEN}*"):
            if time.time() - path.stat().st_mtime > _LEFT_AFTER_SECONDS:
                _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _no_room(error: OSError) -> PlaceError:
    return PlaceError("STORAGE_NOT_WRITABLE", f"the service's home: {error.strerror or error}")
