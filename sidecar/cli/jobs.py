"""Job files out of files and folders, all read and checked before any is used."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    Issue,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    RequestError,
    is_interrupted,
    list_files,
    place_of_job,
    plan_job,
    read_jobspec_file,
)
from sidecar.folders.keeping import result_beside


@dataclass(frozen=True)
class JobFile:
    """One job file that was read."""

    path: Path
    spec: JobSpec


@dataclass(frozen=True)
class EarlierRun:
    """A job that has a result."""

    path: Path
    result: Path
    """With the job or, where another copy of its file was run, beside the proxies."""
    status: str
    """As the result says; `unreadable` where it cannot be read."""
    named: bool
    """Whether a person named the file itself, and not its folder."""


@dataclass(frozen=True)
class JobFiles:
    """What was found among the paths a person gave."""

    jobs: tuple[JobFile, ...]
    wrong: tuple[JobSpecValidationError, ...]
    already_run: tuple[EarlierRun, ...]
    """Those that have a result: their record stands."""


def read_jobs(
    paths: list[Path], *, finished_too: bool = False, path_maps: tuple[PathMap, ...] = ()
) -> JobFiles:
    """Read every job that was named or lies in a folder as `*.job.json`, each once.

    A job that has a result is set apart, but for `finished_too`: with its file, or beside its
    proxies, whose places are named here as `path_maps` say.
    """
    jobs: list[JobFile] = []
    wrong: list[JobSpecValidationError] = []
    already: list[EarlierRun] = []
    for path, named in _find(paths, wrong):
        place = place_of_job(path.absolute())
        sought = not finished_too and not is_interrupted(place.journal)
        earlier = place.result if sought and place.result.exists() else None
        if earlier is None:
            try:
                job = JobFile(path, read_jobspec_file(path))
            except JobSpecValidationError as error:
                wrong.append(error)
                continue
            earlier = _beside(job.spec, path_maps) if sought else None
        if earlier is None:
            jobs.append(job)
        else:
            already.append(EarlierRun(path, earlier, _status(earlier), named))
    return JobFiles(tuple(jobs), tuple(wrong), tuple(already))


def _beside(spec: JobSpec, path_maps: tuple[PathMap, ...]) -> Path | None:
    """Return the result that lies beside the proxies: another copy of the job's file was run."""
    try:
        return result_beside(plan_job(spec), path_maps)
    except RequestError:  # told in its time: by preflight, by validation
        return None


def _status(result: Path) -> str:
    try:
        return str(json.loads(result.read_bytes())["status"])
    except (OSError, ValueError, KeyError, TypeError):
        return "unreadable"


def _find(paths: list[Path], wrong: list[JobSpecValidationError]) -> list[tuple[Path, bool]]:
    found: dict[str, tuple[Path, bool]] = {}
    for path in paths:
        if not path.is_dir():
            found.setdefault(os.path.realpath(path), (path, True))
            continue
        listing = list_files([path])
        for unread in listing.unread:
            issue = Issue("SPEC_UNREADABLE", "", unread.sentence)
            wrong.append(JobSpecValidationError((issue,), subject=str(unread.path)))
        for job in sorted(listing.jobs):
            found.setdefault(os.path.realpath(job), (job, False))
        if not listing.jobs:
            issue = Issue("SPEC_UNREADABLE", "", "holds no job (*.job.json)")
            wrong.append(JobSpecValidationError((issue,), subject=str(path)))
    return list(found.values())


def complaints_of(wrong: tuple[JobSpecValidationError, ...]) -> tuple[str, ...]:
    """Return every problem of every wrong job, for standard error."""
    return tuple(line for error in wrong for line in str(error).splitlines())


def issues_of(wrong: tuple[JobSpecValidationError, ...]) -> list[dict[str, object]]:
    """Return every problem of every wrong job, for JSON."""
    return [
        {
            "file": error.subject,
            "issues": [
                {"code": i.code, "path": i.path, "sentence": i.sentence} for i in error.issues
            ],
        }
        for error in wrong
    ]
