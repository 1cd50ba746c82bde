"""What one task of a bundle runs, and how the roots of its job are called on this worker."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from proxx_engine import (
    Issue,
    JobExecutionResult,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    RequestError,
    Unread,
    find_results,
    is_foreign,
    local_path,
    place_of_job,
    read_jobspec_file,
    root_problem,
    same_root,
    used_maps,
)
from sidecar.farm.json_files import read_object
from sidecar.farm.layout import JOBS, ROOT_PARAMETER, ROOTS, folder_of_task
from sidecar.folders.names import JOB, job_id_in

_WINDOWS_NAME = re.compile(r"^/.*/([A-Za-z]:\\[^/]*|\\\\[^/]+)$", re.DOTALL)
_ROOT = re.compile(rf"{ROOT_PARAMETER}[1-9][0-9]{{0,5}}")


def find_job(jobs: Path, number: int) -> Path:
    """Return the job file of a task.

    Raises: RequestError where it has none, or more than one; OSError where `jobs` is away.
    """
    folder = folder_of_task(jobs, number)
    if not jobs.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the jobs of the bundle are not there", str(jobs))
    if not folder.is_dir():
        inside = f"; did you mean {jobs / JOBS}?" if (jobs / JOBS).is_dir() else ""
        sentence = f"is not there: the bundle has no task {number}{inside}"
        raise _refused(folder, "SPEC_UNREADABLE", sentence)
    names = jobs_of_task(folder)
    if not names:
        raise _refused(folder, "SPEC_UNREADABLE", f"holds no job (*{JOB})")
    if len(names) > 1:
        sentence = f"holds {len(names)} jobs, and a task is one: {', '.join(names[:4])}"
        raise _refused(folder, "SPEC_DUPLICATE_KEY", sentence)
    return folder / names[0]


def jobs_of_task(folder: Path) -> list[str]:
    """Return the names of the job files in a task's folder: one, where nobody put others there.

    What `proxx resubmit` wrote beside an older job is no task of this bundle. Raises: OSError.
    """
    names = sorted(n for n in os.listdir(folder) if n.endswith(JOB) and not n.startswith("."))
    if len(names) < 2:
        return names
    try:
        specs = [read_jobspec_file(folder / name) for name in names]
    except JobSpecValidationError:
        return names
    here = {spec.job_id for spec in specs}
    return [n for n, spec in zip(names, specs, strict=True) if spec.retried_from not in here]


def read_roots(jobs: Path) -> dict[str, str]:
    """Return the bundle's roots by their parameters, as the jobs write them.

    Raises: RequestError with every problem found.
    """
    path = jobs / ROOTS
    issues, roots = [], {}
    for name, root in read_object(path).items():
        if not _ROOT.fullmatch(name):
            sentence = f"is no name of a root; expected {ROOT_PARAMETER}1, {ROOT_PARAMETER}2, …"
            issues.append(Issue("SPEC_UNKNOWN_FIELD", ascii(name)[1:-1][:100], sentence))
        elif not isinstance(root, str):
            sentence = f"found {str(root)[:100]!r}, expected a path"
            issues.append(Issue("SPEC_WRONG_TYPE", name, sentence))
        elif problem := root_problem(root):
            issues.append(Issue("SPEC_BAD_PATH", name, f"found {root!r}, which {problem}"))
        else:
            roots[name] = root
    if issues:
        raise RequestError(tuple(issues), subject=str(path))
    return roots


def maps_of_roots(
    roots: Mapping[str, str], given: Sequence[tuple[str, str]], others: tuple[PathMap, ...]
) -> tuple[PathMap, ...]:
    """Return the maps of the roots, as a farm gave them, and after them `others`.

    Left out are those that say nothing: a root that is called here as the jobs call it.
    Raises: RequestError with every problem found: each root is given exactly once.
    """
    issues = tuple(_check_given(roots, given))
    if issues:
        raise RequestError(issues)
    maps = (*_maps_given(roots, given, others), *others)
    return tuple(each for each in maps if not _says_nothing(each, maps))


def _maps_given(
    roots: Mapping[str, str], given: Sequence[tuple[str, str]], others: tuple[PathMap, ...]
) -> Iterator[PathMap]:
    for name, named in given:
        # A runtime on POSIX takes a path of Windows for a name in its own folder.
        below = None if is_foreign(named) else _WINDOWS_NAME.search(named)
        local = below[1] if below else named
        # What the runtime did not map, its rules may; what they do not either is told later.
        here = local_path(local, others) if is_foreign(local) else local
        if not is_foreign(here):
            yield PathMap(written=roots[name], local=here)


def _says_nothing(path_map: PathMap, maps: tuple[PathMap, ...]) -> bool:
    """Whether a root keeps its name, as it would without this map."""
    if not same_root(path_map.written, path_map.local):
        return False
    others = (each for each in maps if each is not path_map)
    return local_path(path_map.written, others) == path_map.written


def _check_given(roots: Mapping[str, str], given: Sequence[tuple[str, str]]) -> Iterator[Issue]:
    seen: set[str] = set()
    for name, local in given:
        at = f"--root {name}"
        if name not in roots:
            known = ", ".join(roots) or "none"
            yield Issue("SPEC_UNKNOWN_FIELD", at, f"the bundle has no such root; it has: {known}")
        elif name in seen:
            yield Issue("SPEC_DUPLICATE_KEY", at, "is given twice")
        elif problem := root_problem(local):
            yield Issue("SPEC_BAD_PATH", at, f"found {local!r}, which {problem}")
        seen.add(name)
    for name, written in roots.items():
        if name not in seen:
            sentence = f"is not given: how {written} is called on this worker"
            yield Issue("SPEC_MISSING_FIELD", f"--root {name}", sentence)


def check_mapped(spec: JobSpec, roots: Mapping[str, str], maps: tuple[PathMap, ...]) -> None:
    """Raises: RequestError that names each root of the job that has no name of this system."""
    issues = []
    for name, root in roots.items():
        used = used_maps(spec, (PathMap(written=root, local=root),))
        if used and is_foreign(local_path(root, maps)):
            sentence = f"{root} is a path of another system, and nothing maps it"
            issues.append(Issue("SPEC_BAD_PATH", name, sentence))
    if issues:
        raise RequestError(tuple(issues), subject=spec.label)


def folders_away(spec: JobSpec, maps: tuple[PathMap, ...]) -> list[str]:
    """Return the folders that a job reads from and that hold nothing here: a share is away.

    One file that is missing among others is its clip's fault.
    """
    look = spec.profile.look
    lut = [look.lut.path] if look and look.lut else []
    files = (*lut, *(name for clip in spec.clips for name in clip.source.files))
    folders = dict.fromkeys(os.path.dirname(local_path(name, maps)) for name in files)
    return [folder for folder in folders if _holds_nothing(folder)]


def _holds_nothing(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:  # an empty one is where a share is mounted elsewhere
            return next(entries, None) is None
    except PermissionError:  # what may not be listed may be read by name
        return False
    except OSError:
        return True


def read_record(job_file: Path) -> JobExecutionResult | Unread | None:
    """Return the result that lies with a job; None without one.

    Unread where it cannot be read, or tells of another job than the one that the names tell of.
    """
    path = place_of_job(job_file).result
    if not os.path.lexists(path):
        return None
    found = find_results([path])
    if found.jobs:
        result = found.jobs[0].stored.result
        if job_id_in(job_file.name) in (result.job_id, None):
            return result
        return Unread(path, f"is of another job, {result.job_id}")
    return found.unread[0] if found.unread else Unread(path, "cannot be read")


def _refused(path: Path, code: str, sentence: str) -> RequestError:
    return RequestError((Issue(code, "", sentence),), subject=str(path))
