"""The one place that writes a bundle: whole under its name from the first moment, or not at all."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from proxx_engine import create_exclusive, publish, sync_file, sync_folder

_HALF_MADE = re.compile(r"\.bundle\.[0-9a-f]{8}\.part")
_MOST_AT_ONCE = 8
"""Files on their way to the disk at a time: a disk makes many durable in the time of one."""


def write_bundle(files: Mapping[str, bytes], bundle: Path) -> None:
    """Write files below a folder that is not there, or empty; what an error interrupts is removed.

    Raises: FileExistsError, OSError; each names what was asked for, not what is hidden meanwhile.
    """
    # Not named like the bundle, whose name may be as long as names can be.
    hidden = bundle.with_name(f".bundle.{uuid.uuid4().hex[:8]}.part")
    with _told_as(hidden, bundle):
        try:
            _write_hidden(files, hidden)
            with suppress(FileNotFoundError):
                bundle.rmdir()
            publish(hidden, bundle)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
        sync_folder(bundle.parent)


def is_half_made(name: str) -> bool:
    """Whether a folder has the name of a bundle that is being made, or of what is left of one."""
    return _HALF_MADE.fullmatch(name) is not None


def _write_hidden(files: Mapping[str, bytes], hidden: Path) -> None:
    hidden.mkdir()
    folders = {(hidden / name).parent for name in files} - {hidden}
    above = {parent for folder in folders for parent in folder.parents if hidden in parent.parents}
    folders = folders | above
    for folder in sorted(folders, key=lambda folder: len(folder.parts)):
        folder.mkdir()

    def write(name: str) -> None:
        path = hidden / name
        create_exclusive(path, files[name], durable=False)
        sync_file(path)

    pool = ThreadPoolExecutor(_MOST_AT_ONCE)
    try:
        for _done in pool.map(write, files):
            pass
        for _done in pool.map(sync_folder, (*folders, hidden)):
            pass
    finally:
        # What was begun ends before anything is taken back.
        pool.shutdown(cancel_futures=True)


@contextmanager
def _told_as(hidden: Path, bundle: Path) -> Iterator[None]:
    """Nobody knows the hidden name: an error names the bundle instead."""
    try:
        yield
    except OSError as error:
        named = os.fspath(error.filename) if error.filename is not None else ""
        if isinstance(named, str) and named.startswith(str(hidden)):
            error.filename, error.filename2 = str(bundle) + named[len(str(hidden)) :], None
        elif not named:
            error.filename = str(bundle)
        raise
