"""When the last job of a batch is filed: told once, by whichever worker filed it.

A batch is what one act made: its label and its moment. Both last workers of two machines may find
nothing left of it; an exclusive create lets one of them tell.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import JobSpec, create_exclusive, read_regular
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB

_MAX_JOB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """The jobs of one act."""

    label: str
    created_at: str

    @property
    def marker(self) -> str:
        """The name under which its end is noted."""
        digest = hashlib.sha256(self.label.encode()).hexdigest()[:16]
        return f"{re.sub(r'[-:.]', '', self.created_at)}.{digest}.done"


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What came of a batch's jobs."""

    completed: int
    failed: int


def batch_of(spec: JobSpec) -> Batch | None:
    """Return the batch of a job; None where it belongs to none."""
    return Batch(spec.batch, spec.created_at) if spec.batch else None


def end_batch(folder: WatchFolder, batch: Batch) -> BatchCounts | None:
    """Return what came of a batch if none of it waits or runs, and nobody told so before.

    Raises: OSError.
    """
    if os.path.lexists(folder.batches / batch.marker) or any(_open_jobs(folder, batch)):
        return None
    try:
        create_exclusive(folder.batches / batch.marker, json.dumps([batch.label]).encode())
    except FileExistsError:
        return None
    day = batch.created_at[:10]
    return BatchCounts(
        sum(1 for _job in _filed_jobs(folder.filed("completed", day), batch)),
        sum(1 for _job in _filed_jobs(folder.filed("failed", day), batch)),
    )


def _open_jobs(folder: WatchFolder, batch: Batch) -> Iterator[Path]:
    """Yield jobs of a batch that are not filed, in the order in which a job moves on.

    What is taken while we look is found further on, and so is what a person holds or lets go.
    """
    yield from _held(folder, batch)
    yield from _named_in(folder.pending, batch)
    yield from (path for path in folder.running.glob(f"*/*/*{JOB}") if _is_of(path, batch))
    yield from _held(folder, batch)


def _held(folder: WatchFolder, batch: Batch) -> Iterator[Path]:
    # A person may take an empty folder away; where all of it is away, `pending/` says so.
    if folder.held.is_dir():
        yield from _named_in(folder.held, batch)


def _named_in(room: Path, batch: Batch) -> Iterator[Path]:
    for name in sorted(os.listdir(room)):
        if name.endswith(JOB) and _is_of(room / name, batch):
            yield room / name


def _filed_jobs(day: Path, batch: Batch) -> Iterator[Path]:
    yield from (path for path in day.glob(f"*/*{JOB}") if _is_of(path, batch))


def _is_of(path: Path, batch: Batch) -> bool:
    """Whether a job file is of a batch; nothing else of it is read. One that is gone is not."""
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_JOB_BYTES))
        return (loaded["batch"], loaded["created_at"]) == (batch.label, batch.created_at)
    except (OSError, ValueError, LookupError, TypeError):
        return False
