"""Files and folders → every job of theirs: what came of it, or that nothing did yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.journal import place_of_job
from proxx_engine.result_store.jobs import JobMark, read_mark
from proxx_engine.result_store.joining import JoinedJob, join_jobs
from proxx_engine.result_store.reading import Unread, list_files, read_results
from proxx_engine.spec.file_names import JOB, RESULT


@dataclass(frozen=True, slots=True)
class FoundResults:
    """What the results in some files and folders tell."""

    jobs: tuple[JoinedJob, ...]
    """Each job that has a result, once, oldest first."""
    waiting: tuple[JobMark, ...]
    """Jobs that have none: not run yet, running, or interrupted and not settled."""
    unread: tuple[Unread, ...]
    """What could not be read, each with its reason."""


def find_results(paths: Iterable[Path]) -> FoundResults:
    """Read every result among `paths` and below the folders; a job file stands for its result."""
    paths = tuple(paths)
    results = [path for path in map(_result_of, paths) if path is not None]
    listing = list_files([*paths, *results])
    read, unread = [], list(listing.unread)
    for entry in read_results(listing.results):
        if isinstance(entry, Unread):
            unread.append(entry)
        else:
            read.append(entry)
    told = {entry.result.job_id for entry in read}
    waiting = []
    for path in listing.jobs:
        if place_of_job(path).result.exists():
            continue
        mark = read_mark(path)
        if mark is None:
            unread.append(Unread(path, "is no job that can be read; `proxx validate` tells why"))
        elif mark.job_id not in told:
            waiting.append(mark)
    return FoundResults(join_jobs(read), tuple(waiting), tuple(unread))


def _result_of(path: Path) -> Path | None:
    """Return the result that lies with a job file, where there is one."""
    if not path.name.endswith(JOB) or path.is_dir():
        return None
    result = place_of_job(path).result
    return result if result.name.endswith(RESULT) and result.exists() else None
