"""A bundle as it lies on the disk now: its tasks, those that are not whole, who holds them.

It is read without trust: it may have been moved, copied by half, or be another folder altogether.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import (
    Issue,
    JobSpecValidationError,
    PathMap,
    RequestError,
    is_foreign,
    local_path,
    place_of_job,
    plan_job,
    read_jobspec_file,
    same_root,
)
from sidecar.config import local_problem
from sidecar.farm.json_files import read_object
from sidecar.farm.layout import JOBS, ROOTS, TEMPLATE, VALUES, folder_of_task, task_of_folder
from sidecar.farm.releasing import owner_of
from sidecar.farm.task import jobs_of_task, read_roots
from sidecar.folders.keeping import result_beside
from sidecar.folders.names import JOB

_RANGE = re.compile(r"1-([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class FoundTask:
    """One task, and its job where it is here."""

    number: int
    job_file: Path | None
    wrong: str = ""
    """Why there is no job to look at."""
    folder_is_away: bool = False


@dataclass(frozen=True, slots=True)
class FoundBundle:
    """A bundle that was read."""

    place: Path
    jobs: Path
    tasks: tuple[FoundTask, ...]
    """By number; also those that are told of and are not here."""
    complaints: tuple[str, ...]
    """What a person must know of the bundle itself."""


def find_bundle(place: Path) -> FoundBundle:
    """Read a bundle, or its `jobs/` alone.

    Raises: RequestError where it is none; OSError where it cannot be listed.
    """
    jobs = place if os.path.lexists(place / ROOTS) else place / JOBS
    template = place / TEMPLATE
    if not jobs.is_dir() or not (os.path.lexists(jobs / ROOTS) or os.path.lexists(template)):
        sentence = f"is no bundle: it holds no {JOBS}/{ROOTS}"
        raise RequestError((Issue("SPEC_UNREADABLE", "", sentence),), subject=str(place))
    here = set(filter(None, map(task_of_folder, os.listdir(jobs))))
    told = _count_told(template)
    complaints = []
    if told is None:
        complaints = [f"{template}: does not tell how many tasks there are; those that are here"]
    numbers = sorted(here | set(range(1, (told or max(here, default=0)) + 1)))
    tasks = tuple(
        _find_task(jobs, number) if number in here else _away(jobs, number) for number in numbers
    )
    return FoundBundle(place, jobs, tasks, tuple(complaints))


def _count_told(template: Path) -> int | None:
    """Return how many tasks a template tells of; None where it is away, cut off or another's."""
    try:
        steps: Any = read_object(template)["steps"]
        (task,) = steps[0]["parameterSpace"]["taskParameterDefinitions"]
        told = _RANGE.fullmatch(task["range"])
    except (RequestError, LookupError, TypeError, ValueError):
        return None
    return int(told[1]) if told else None


def _away(jobs: Path, number: int) -> FoundTask:
    wrong = f"{JOBS}/{folder_of_task(jobs, number).name} is not here"
    return FoundTask(number, None, wrong, folder_is_away=True)


def _find_task(jobs: Path, number: int) -> FoundTask:
    folder = folder_of_task(jobs, number)
    try:
        names = jobs_of_task(folder)
    except OSError as error:
        wrong = f"cannot be listed: {error.strerror or error}"
    else:
        if len(names) == 1:
            return FoundTask(number, folder / names[0])
        wrong = f"holds {len(names)} jobs, and a task is one" if names else f"holds no job (*{JOB})"
    return FoundTask(number, None, f"{JOBS}/{folder.name} {wrong}")


def maps_of_bundle(jobs: Path, given: tuple[PathMap, ...]) -> tuple[PathMap, ...]:
    """Return how roots are called here: as a person says, else as the bundle's own values do.

    `jobs`: the folder of its tasks. Values that are no paths of this system say nothing.
    """
    try:
        roots = read_roots(jobs)
        values: Any = read_object(jobs.parent / VALUES)["parameterValues"]
        here = {each["name"]: each["value"] for each in values}
    except (RequestError, LookupError, TypeError):
        return given
    own = [
        PathMap(written=written, local=here[name])
        for name, written in roots.items()
        if _is_root_here(here.get(name))
        and not same_root(written, here[name])
        and local_path(written, given) == written
    ]
    return (*given, *own)


def _is_root_here(value: object) -> bool:
    if not isinstance(value, str) or local_problem(value) is not None:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def roots_unmapped(jobs: Path, maps: tuple[PathMap, ...]) -> tuple[str, ...]:
    """Return the roots that have no name of this system: what lies below them cannot be seen."""
    try:
        roots = read_roots(jobs)
    except RequestError:
        return ()
    return tuple(root for root in roots.values() if is_foreign(local_path(root, maps)))


def results_beside(bundle: FoundBundle, maps: tuple[PathMap, ...]) -> Iterator[Path]:
    """Yield the results that lie beside the proxies alone, of jobs that have none with them."""
    for task in bundle.tasks:
        if task.job_file is None or os.path.lexists(place_of_job(task.job_file).result):
            continue
        try:
            plan = plan_job(read_jobspec_file(task.job_file))
        except JobSpecValidationError:
            continue
        result = result_beside(plan, maps)
        if result is not None:
            yield result


def holder_of(job_file: Path) -> str:
    """Return who runs a job, or ran it last, as far as it is told."""
    owner = owner_of(job_file)
    return f"process {owner.pid} of {owner.host}" if owner else "nobody who is named"
