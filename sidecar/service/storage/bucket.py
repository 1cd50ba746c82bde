"""An S3 bucket as object storage.

A small file is created by one PUT with `If-None-Match: *`, which servers decide in one step. A
large one goes up in parts, and there it is another matter: obstore has no such condition for parts,
nor is one safe that a copy would be made with (SeaweedFS 4.48 let up to six of six copiers win). So
the key of a file from disk is first bound to its content, by a file of 64 letters that is created
in one step below `.bound/`: its sha256. Who has that content may bring it; who has another finds
the key taken. A writer that dies leaves nothing half-made under the key, and whoever comes with the
same bytes goes on. Of several that bring the same bytes at once, each may hear that it did.

Each file carries its sha256 in its metadata, so that every later reader can tell whether it is
still what was put.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import obstore

from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings
from sidecar.service.storage.s3_client import (
    SILENT_SECONDS,
    away,
    open_bucket,
    split_address,
    telling,
)
from sidecar.service.storage.streams import (
    CHUNK_BYTES,
    ever_on,
    hash_stream,
    read_stream,
    while_going,
    write_stream,
)

if TYPE_CHECKING:
    from obstore import Attributes, GetResult
    from obstore.store import S3Store

BOUND = ".bound"
SMALL_BYTES = 8 * 1024 * 1024
"""What goes up as one piece; also the least part of a larger one."""
MAX_PARTS = 9_000
"""Of one file; S3 allows 10,000."""
_AT_ONCE = 4
_SHA256 = "sha256"
_HEX = 64


class BucketStorage:
    """`Storage` in a bucket, below a prefix.

    A process that was forked after its first use gets no answer from it: each opens its own.
    """

    def __init__(
        self, told: str, s3: S3Settings, *, silent_seconds: float = SILENT_SECONDS
    ) -> None:
        """Asks nothing yet. Raises: PlaceError where `told` names no bucket."""
        self._address, self._s3, self._silent_seconds = told, s3, silent_seconds
        self._told = "s3://" + "/".join(filter(None, split_address(told)))

    @cached_property
    def _store(self) -> S3Store:
        # At the first use: who only looks at the queue needs no credentials for a bucket.
        return open_bucket(self._address, self._s3, os.environ, silent_seconds=self._silent_seconds)

    @property
    def told_as(self) -> str:
        """Bucket and prefix."""
        return self._told

    def prepare(self) -> bool:
        """Do nothing: a bucket is made by whoever administers it."""
        return False

    def put_new(self, key: str, data: bytes) -> None:
        """Create a small file in one step, and prove it. Raises: FileExistsError."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._create(key, data, sha256)
        self._prove(key, sha256)

    def put_file_new(self, key: str, path: Path) -> str:
        """Create a file from one on disk, and prove it; return its sha256."""
        size = os.stat(path).st_size
        if self.size_of(key) is not None:
            raise FileExistsError(f"{self._told}/{key}")
        sha256 = hash_stream(read_stream(path))
        if not self._bind(key, sha256) and self.size_of(key) is not None:
            raise FileExistsError(f"{self._told}/{key}")
        chunks = _unchanged(path, sha256)
        if size <= SMALL_BYTES:
            self._create(key, b"".join(chunks), sha256)
        else:
            self._send(key, chunks, sha256, each_bytes=part_bytes(size))
        self._prove(key, sha256)
        return sha256

    def read(self, key: str, *, limit: int) -> bytes:
        """Return a small file. Raises: FileNotFoundError; ValueError over `limit` bytes."""
        with telling(self._told, key):
            found = obstore.get(self._store, key)
            if found.meta["size"] > limit:
                raise ValueError(found.meta["size"])
            data = found.bytes().to_bytes()
        self._compare(key, found, hashlib.sha256(data).hexdigest(), len(data))
        return data

    def fetch(self, key: str, path: Path, *, going: Callable[[], bool] = ever_on) -> str:
        """Write a file to `path`, which must not exist; return its sha256."""
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        with telling(self._told, key):
            found = obstore.get(self._store, key)

        def prove(hidden: Path, sha256: str) -> None:
            self._compare(key, found, sha256, os.stat(hidden).st_size)

        return write_stream(path, while_going(self._chunks(key, found), going), prove=prove)

    def size_of(self, key: str) -> int | None:
        """Return a file's size in bytes; None where there is none."""
        try:
            with telling(self._told, key):
                return obstore.head(self._store, key)["size"]
        except FileNotFoundError:
            return None

    def hash_of(self, key: str) -> str:
        """Read a file to its end; return its sha256. Raises: FileNotFoundError."""
        with telling(self._told, key):
            found = obstore.get(self._store, key)
        sha256 = hash_stream(self._chunks(key, found))
        self._compare(key, found, sha256, found.meta["size"])
        return sha256

    def look(self) -> None:
        """Ask for the first names in it."""
        with telling(self._told, ""):
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    def _bind(self, key: str, sha256: str) -> bool:
        """Bind a key to its content; False where it was already. Raises: FileExistsError."""
        binding = f"{BOUND}/{key}.{_SHA256}"
        try:
            self._create(binding, sha256.encode(), None)
        except FileExistsError:
            if self.read(binding, limit=_HEX) == sha256.encode():
                return False
            raise FileExistsError(f"{self._told}/{key}") from None
        return True

    def _create(self, key: str, data: bytes, sha256: str | None) -> None:
        attributes: Attributes | None = {_SHA256: sha256} if sha256 else None
        with self._putting(key):
            obstore.put(self._store, key, data, mode="create", attributes=attributes)

    def _send(self, key: str, chunks: Iterator[bytes], sha256: str, *, each_bytes: int) -> None:
        with self._putting(key):
            obstore.put(
                self._store,
                key,
                chunks,
                attributes={_SHA256: sha256},
                chunk_size=each_bytes,
                max_concurrency=_AT_ONCE,
            )

    @contextmanager
    def _putting(self, key: str) -> Iterator[None]:
        with telling(self._told, key):
            try:
                yield
            except FileNotFoundError as error:
                if error.filename is not None:  # the caller's own file went away
                    raise
                raise away(self._told, key, error) from None

    def _prove(self, key: str, sha256: str) -> None:
        """Read back what was put. Raises: PlaceError where it is another thing, or away."""
        try:
            found = self.hash_of(key)
        except FileNotFoundError:
            raise self._changed(key) from None
        if found != sha256:
            raise self._changed(key)

    def _chunks(self, key: str, found: GetResult) -> Iterator[bytes]:
        with telling(self._told, key):
            stream = iter(found.stream(min_chunk_size=CHUNK_BYTES))
        while True:
            with telling(self._told, key):
                chunk = next(stream, None)
            if chunk is None:
                return
            yield bytes(chunk)

    def _compare(self, key: str, found: GetResult, sha256: str, size: int) -> None:
        # A file that another program put there carries none: whoever reads it compares itself.
        said = found.attributes.get(_SHA256)
        if size != found.meta["size"] or said not in (None, sha256):
            raise self._changed(key)

    def _changed(self, key: str) -> PlaceError:
        sentence = f"{self._told}: {key}: what is there is not what was put"
        return PlaceError("STORAGE_OBJECT_CHANGED", sentence)


def part_bytes(size: int) -> int:
    """Return how large the parts of a large file are, so that there are not too many."""
    return max(SMALL_BYTES, -(-size // MAX_PARTS))


def _unchanged(path: Path, sha256: str) -> Iterator[bytes]:
    """Yield a file's bytes. Raises: OSError at the end of one that is not what was hashed."""
    digest = hashlib.sha256()
    for chunk in read_stream(path):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != sha256:
        # Raised within the upload, which is thereby given up before its last word.
        raise OSError(errno.EBUSY, "changed while it was read", str(path))
