"""What runs that are gone left in Resolve is taken away before the first job is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from proxx_engine import clear_remains, place_of_job
from sidecar.folders.known_claims import list_claims
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.resolve_place import FindResolve


def clear_resolve(folder: WatchFolder, find: FindResolve) -> tuple[str, ...]:
    """Put back what the logs of the folder's jobs know; return what a person is to be told."""
    host, _why_not = find()
    return clear_remains(host, _logs_of_the_ended(folder)) if host is not None else ()


def _logs_of_the_ended(folder: WatchFolder) -> Iterator[Path]:
    """Yield the log of every job that nobody runs any more."""
    gone = (claim for claim in list_claims(folder) if claim.owner.is_gone())
    yield from (_log_in(folder.root / claim.job_folder) for claim in gone)
    for state in ("failed", "completed"):
        yield from map(_log_in, (folder.root / state).glob("*/*"))


def _log_in(home: Path) -> Path:
    return place_of_job(home / f"{home.name}{JOB}").log
