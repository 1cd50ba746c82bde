"""Which jobs of a watch folder repeat which: a person's act, told by the job files alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.views.ended import list_folders
from sidecar.folders.views.tops import Budget, Top, read_top

PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Repeats:
    """What a job has to do with others."""

    of: str | None
    """The id of the job that it repeats."""
    by: tuple[str, ...]
    """The ids of the jobs that repeat it, as far as they were read."""
    unread: int = 0
    """Job files that there was no time to read."""


def find_repeats(
    folder: WatchFolder,
    job_id: str | None,
    top: Top | None,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Repeats:
    """Return which job this one repeats, and which repeat it. Raises: OSError."""
    made_on = top.created_at[:10] if top else ""
    found: list[Top] = []
    budget = Budget(patience_seconds)
    budget.begin()
    for path in _job_files(folder, made_on) if job_id else ():
        other = read_top(path, naming=job_id) if budget.allows(path) else None
        if other is not None and other.retried_from == job_id:
            found.append(other)
    found.sort(key=lambda other: other.created_at)
    repeats = tuple(other.job_id for other in found)
    return Repeats(top.retried_from if top else None, repeats, len(budget.unread))


def _job_files(folder: WatchFolder, made_on: str) -> Iterator[str]:
    """Yield the files of the jobs that may be younger than one that was made on a day."""
    if folder.pending.is_dir():
        yield from (
            os.path.join(folder.pending, name)
            for name in sorted(os.listdir(folder.pending))
            if name.endswith(JOB)
        )
    for state in ("running", "failed", "completed"):
        for place in sorted(list_folders(folder.root / state), reverse=True):
            # A job is filed under the day on which it was made.
            if state == "running" or os.path.basename(place) >= made_on:
                for home in list_folders(place):
                    yield os.path.join(home, f"{os.path.basename(home)}{JOB}")
