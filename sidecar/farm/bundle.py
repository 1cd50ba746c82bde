"""JobSpecs → the files of a bundle, in memory: the same jobs give the same bytes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import (
    CreatedJob,
    ExecutionPlan,
    Issue,
    PathMap,
    RequestError,
    is_foreign,
    local_path,
    same_root,
)
from sidecar.farm.assets import JobPaths, assets_of, paths_of
from sidecar.farm.checks import (
    check_command,
    check_jobs,
    check_maps,
    check_name,
    check_numbers,
    check_roots,
    check_values,
)
from sidecar.farm.layout import (
    ASSETS,
    JOBS,
    ROOT_PARAMETER,
    ROOTS,
    TEMPLATE,
    VALUES,
    folder_of_task,
)
from sidecar.farm.roots import RootFinder, compute_roots, pure, sort_roots
from sidecar.farm.template import MAX_NAME, task_seconds, template_of, values_of

_NUMBERS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class JobToExport:
    """A job that was read."""

    told: str
    """How a person is told of it: its file."""
    plan: ExecutionPlan
    data: bytes
    """The bytes of its file; they are what a task runs."""


@dataclass(frozen=True, slots=True)
class ExportWish:
    """How a bundle is to be made."""

    name: str | None = None
    """None: the batch of the jobs, where they have one."""
    command: str = "proxx"
    """How workers call it."""
    roots: tuple[str, ...] = ()
    """As jobs write them; none: they are computed."""
    path_maps: tuple[PathMap, ...] = ()
    allowed_failures: int | None = 0
    """So many tasks may fail before the farm begins no more; None: all."""


@dataclass(frozen=True, slots=True)
class RootOfBundle:
    """A root of a bundle."""

    parameter: str
    written: str
    """As the jobs write it."""
    here: str
    """As the exporting machine calls it."""

    @property
    def is_foreign(self) -> bool:
        """Whether it is a path of another system, which a submitter here does not understand."""
        return is_foreign(self.here)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that can be written."""

    name: str
    jobs: tuple[JobToExport, ...]
    """In the order of the tasks."""
    roots: tuple[RootOfBundle, ...]
    unused_roots: tuple[str, ...]
    """Those that were said, and below which nothing lies."""
    task_seconds: int
    """How long a task may take."""
    files: dict[str, bytes]
    """By their names below the bundle, with forward slashes."""


def make_bundle(jobs: Sequence[JobToExport], wish: ExportWish) -> Bundle:
    """Return the bundle of some jobs, in whatever order they come.

    Raises: RequestError with every problem found.
    """
    ordered = tuple(sorted(jobs, key=_task_order))
    paths = [paths_of(job.plan) for job in ordered]
    roots, unused = _roots_of(paths, wish)
    folders = [folder for each in paths for folder in _folders_of(each)]
    told = [(job.told, job.plan) for job in ordered]
    name = _name_of(ordered, wish)
    issues: list[Issue] = [
        *check_jobs(told),
        *check_numbers(len(ordered), len(roots)),
        *check_name(name),
        *check_roots(wish.roots, folders),
        *check_maps({root.written: root.here for root in roots}, folders, wish.path_maps),
        *check_values((f"--root {root.here}", root.here) for root in roots),
        *check_command(wish.command),
    ]
    if issues:
        raise RequestError(tuple(issues))
    seconds = max(task_seconds(job.plan.spec) for job in ordered)
    documents = _documents(
        template_of(
            name=name,
            roots=tuple(root.parameter for root in roots),
            tasks=len(ordered),
            seconds=seconds,
            command=wish.command,
        ),
        paths,
        roots,
        wish,
    )
    files = {job_name(number, job): job.data for number, job in enumerate(ordered, start=1)}
    return Bundle(name, ordered, roots, unused, seconds, {**documents, **files})


def job_name(number: int, job: JobToExport) -> str:
    """Return the name of a task's job file below a bundle."""
    file_name = CreatedJob(job.plan.spec, job.plan.engine).file_name
    return (folder_of_task(Path(JOBS), number) / file_name).as_posix()


def _task_order(job: JobToExport) -> tuple[Any, ...]:
    """Order by label, clip 9 before clip 10; a number stands where a number is."""
    label = job.plan.spec.label
    parts = _NUMBERS.split(label.casefold())
    numbered = [int(part) if place % 2 else part for place, part in enumerate(parts)]
    return (numbered, label, job.plan.spec.job_id, job.told)


def _roots_of(
    paths: Sequence[JobPaths], wish: ExportWish
) -> tuple[tuple[RootOfBundle, ...], tuple[str, ...]]:
    if wish.roots:
        finder = RootFinder(wish.roots)
        used = {finder.above(pure(folder)) for each in paths for folder in _folders_of(each)}
        roots = sort_roots(root for root in wish.roots if root in used)
    else:
        roots = _computed_roots(paths, [each.written for each in wish.path_maps])
    unused = tuple(root for root in wish.roots if root not in roots)
    return tuple(
        RootOfBundle(f"{ROOT_PARAMETER}{number}", root, local_path(root, wish.path_maps))
        for number, root in enumerate(roots, start=1)
    ), unused


def _computed_roots(paths: Sequence[JobPaths], mounts: Sequence[str]) -> tuple[str, ...]:
    homes = {each.directory: each.work_home for each in paths}
    # What is mounted by itself is called otherwise elsewhere, and nothing of ours lies beside it.
    written = {
        directory if any(same_root(directory, mount) for mount in mounts) else home
        for directory, home in homes.items()
    }
    read = {folder for each in paths for folder in each.folders}
    return compute_roots(read, written, mounts=mounts)


def _folders_of(paths: JobPaths) -> tuple[str, ...]:
    return (*paths.folders, paths.directory)


def _name_of(jobs: Sequence[JobToExport], wish: ExportWish) -> str:
    if wish.name is not None:
        return wish.name
    batches = {job.plan.spec.batch for job in jobs}
    batch = batches.pop() if len(batches) == 1 else None
    plain = "".join(letter for letter in batch or "" if letter.isprintable())
    plain = re.sub(r"(\{|\})\1+", r"\1", plain)
    return plain.strip()[:MAX_NAME] or "Proxx"


def _documents(
    template: dict[str, Any],
    paths: Sequence[JobPaths],
    roots: Sequence[RootOfBundle],
    wish: ExportWish,
) -> dict[str, bytes]:
    allowed = len(paths) if wish.allowed_failures is None else wish.allowed_failures
    values = values_of({root.parameter: root.here for root in roots}, allowed_failures=allowed)
    return {
        TEMPLATE: _json(template),
        VALUES: _json(values),
        ASSETS: _json(assets_of(paths, wish.path_maps)),
        f"{JOBS}/{ROOTS}": _json({root.parameter: root.written for root in roots}),
    }


def _json(value: Any) -> bytes:
    # ASCII: whoever reads it with another encoding reads the same.
    return json.dumps(value, ensure_ascii=True, indent=2).encode("ascii") + b"\n"
