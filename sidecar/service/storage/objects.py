"""ObjectStorage: the storage that the settings name, a local folder or an S3 bucket, as one thing.

Both keep one promise: what lies under a key is whole, was proven, and is never replaced by us.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sidecar.service.settings import S3Settings
from sidecar.service.storage.contract import Storage
from sidecar.service.storage.streams import ever_on

MAX_KEY_BYTES = 900
"""S3 allows 1024, of which a prefix and our own names need some."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


class ObjectStorage:
    """`Storage` by what `told` says: `s3://bucket/prefix`, or the absolute path of a folder."""

    def __init__(self, told: str, s3: S3Settings) -> None:
        """Asks nothing yet. Raises: PlaceError where `told` names what no bucket can be called."""
        self._inner = _open(told, s3)

    @property
    def told_as(self) -> str:
        """What it is, for a person, without credentials: a path, or `s3://bucket/prefix`."""
        return self._inner.told_as

    def prepare(self) -> bool:
        """Make the folder of a local storage, and those above it; whether there was none."""
        return self._inner.prepare()

    def put_new(self, key: str, data: bytes) -> None:
        """Create a small file and prove it. Raises: FileExistsError: the key has one."""
        self._inner.put_new(_checked(key), data)

    def put_file_new(self, key: str, path: Path) -> str:
        """Create a file from one on disk and prove it; return its sha256.

        Raises: FileExistsError; OSError reading `path`.
        """
        return self._inner.put_file_new(_checked(key), path)

    def read(self, key: str, *, limit: int) -> bytes:
        """Return a small file. Raises: FileNotFoundError; ValueError over `limit` bytes."""
        return self._inner.read(_checked(key), limit=limit)

    def fetch(self, key: str, path: Path, *, going: Callable[[], bool] = ever_on) -> str:
        """Write a file to `path`, which must not exist, whole and durable; return its sha256.

        Raises: FileNotFoundError, FileExistsError; OSError writing `path`; InterruptedError once
        `going` says no.
        """
        return self._inner.fetch(_checked(key), path, going=going)

    def size_of(self, key: str) -> int | None:
        """Return a file's size in bytes; None where there is none."""
        return self._inner.size_of(_checked(key))

    def hash_of(self, key: str) -> str:
        """Read a file to its end; return its sha256. Raises: FileNotFoundError."""
        return self._inner.hash_of(_checked(key))

    def look(self) -> None:
        """Ask whether it answers and lets us in; writes nothing."""
        self._inner.look()


def key_problem(key: str) -> str | None:
    """Return why a key cannot be one, None when it can: it must mean one place everywhere."""
    if not key or {"", ".", ".."}.intersection(key.split("/")):
        return 'has an empty name, "." or ".."'
    if _CONTROL.search(key):
        return "holds a control character or a backslash"
    if key.startswith("."):
        return "begins with a dot, which is for the storage's own"
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "is no text that UTF-8 can write"
    return "is too long" if size > MAX_KEY_BYTES else None


def _checked(key: str) -> str:
    if problem := key_problem(key):
        raise ValueError(f"the key {key[:200]!r} {problem}")
    return key


def _open(told: str, s3: S3Settings) -> Storage:
    if told.startswith("s3://"):
        from sidecar.service.storage.bucket import BucketStorage

        return BucketStorage(told, s3)
    from sidecar.service.storage.folder import FolderStorage

    return FolderStorage(told)
