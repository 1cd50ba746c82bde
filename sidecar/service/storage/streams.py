"""Files on this disk that storages read from and write to: never half-made, always durable."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from proxx_engine import publish, sync_file, sync_folder

CHUNK_BYTES = 1024 * 1024
Proof = Callable[[Path, str], None]


def no_proof(_hidden: Path, _sha256: str) -> None:
    """Take what was written for what is there: whoever wants the file proves it."""


def write_stream(path: Path, chunks: Iterable[bytes], *, prove: Proof = no_proof) -> str:
    """Write a file that is never seen half-made and replaces none; return its sha256.

    `prove` is asked of the hidden file, on the disk, before it gets its name.
    Raises: FileExistsError; OSError, of which each names `path`; what `chunks` raises.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    # Named as the engine names its own half-made files, so that whoever sweeps those finds it.
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    digest = hashlib.sha256()
    try:
        with open(hidden, "xb") as stream:
            for chunk in chunks:
                digest.update(chunk)
                stream.write(chunk)
        sync_file(hidden)
        prove(hidden, digest.hexdigest())
        publish(hidden, path)
        try:
            sync_folder(path.parent)
        except OSError:
            path.unlink()  # a name that would not outlive a power cut is none
            raise
    except BaseException as error:
        with suppress(OSError):  # what went wrong first is told
            hidden.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, hidden, os.fspath(hidden)):
            error.filename, error.filename2 = os.fspath(path), None
        raise
    return digest.hexdigest()


def read_stream(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes. Raises: OSError, which names `path`."""
    try:
        with open(path, "rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except OSError as error:
        error.filename = os.fspath(path)
        raise


def ever_on() -> bool:
    """Whether to go on: always."""
    return True


def while_going(chunks: Iterable[bytes], going: Callable[[], bool]) -> Iterator[bytes]:
    """Yield chunks as long as `going` says so. Raises: InterruptedError."""
    for chunk in chunks:
        if not going():
            raise InterruptedError(errno.EINTR, "was stopped")
        yield chunk


def hash_stream(chunks: Iterable[bytes]) -> str:
    """Return the sha256 of all chunks together."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
