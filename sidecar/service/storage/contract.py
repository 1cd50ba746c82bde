"""What an object storage is: files under keys, created once, never replaced, each proven."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sidecar.service.storage.streams import ever_on


class Storage(Protocol):
    """Files under keys (`sidecar.service.keys`).

    Every method raises PlaceError: STORAGE_OBJECTS_AWAY where the storage does not answer or
    refuses; STORAGE_OBJECT_CHANGED where what is read is not what was written. Nothing is tried
    twice.
    """

    @property
    def told_as(self) -> str:
        """What it is, for a person, without credentials: a path, or `s3://bucket/prefix`."""

    def prepare(self) -> bool:
        """Make the folder of a local storage, and those above it; whether there was none.

        By a person's act alone: a volume that is away is never replaced by a new folder. A bucket
        is never made.
        """

    def put_new(self, key: str, data: bytes) -> None:
        """Create a small file and prove it. Raises: FileExistsError: the key has one."""

    def put_file_new(self, key: str, path: Path) -> str:
        """Create a file from one on disk, in parts where it is large, and prove it by its sha256.

        Returns the sha256, 64 hex digits. Raises: FileExistsError; OSError reading `path`.
        """

    def read(self, key: str, *, limit: int) -> bytes:
        """Return a small file. Raises: FileNotFoundError; ValueError over `limit` bytes."""

    def fetch(self, key: str, path: Path, *, going: Callable[[], bool] = ever_on) -> str:
        """Write a file to `path`, which must not exist, whole and durable; return its sha256.

        `going` is asked again and again. Raises: FileNotFoundError, FileExistsError; OSError
        writing `path`; InterruptedError once `going` says no, and nothing is there then.
        """

    def size_of(self, key: str) -> int | None:
        """Return a file's size in bytes; None where there is none."""

    def hash_of(self, key: str) -> str:
        """Read a file to its end; return its sha256. Raises: FileNotFoundError."""

    def look(self) -> None:
        """Ask whether it answers and lets us in; writes nothing."""
