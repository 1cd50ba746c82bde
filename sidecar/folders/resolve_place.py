"""DaVinci Resolve as a place of raw jobs: which project is open, and whether it is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from proxx_engine import (
    Issue,
    JobSpec,
    Obstacle,
    RequestError,
    ResolveHost,
    hold_lock,
    identify_process,
    look_at_resolve,
    read_lock,
    release_lock,
)
from sidecar.folders.layout import WatchFolder

RESOLVE = "DaVinci Resolve"
LOCK = ".rendering"

FindResolve = Callable[[], tuple[ResolveHost | None, str]]
"""Finds the Resolve that raw jobs are rendered by, or says why there is none; asked before each."""

_COSTS_OTHERS = frozenset(
    {
        "RENDER_HOST_GONE",
        "RENDER_NO_PROJECT",
        "RENDER_WRONG_PROJECT",
        "RENDER_USER_RENDERS",
        "RENDER_TOO_OLD",
        "RENDER_STATE_NOT_KEPT",
        "RENDER_JOB_REFUSED",
        "RENDER_START_REFUSED",
        # A person who ends one render in Resolve does not want the next to begin at once.
        "RENDER_CANCELLED",
        "RENDER_NOT_RESTORED",
    }
)
"""Failures after which the next job would hardly fare better.

Not RENDER_NO_ANSWER: a Resolve that answers, but for one call, may do so for one clip.
"""


def costs_others(code: str) -> bool:
    """Whether a failed render says more of Resolve than of its clip."""
    return code in _COSTS_OTHERS


def project_place(name: object, project_id: object) -> str:
    """Return a project as a place; two projects may have one name."""
    return f"project {name or 'without a name'} ({str(project_id)[:8]})"


def projects_of(spec: JobSpec) -> tuple[str, ...]:
    """Return the projects of a raw job, each as a place: one, unless it was made by hand."""
    said = (clip.resolve for clip in spec.clips)
    places = (project_place(each.project_name, each.project_id) for each in said if each)
    return tuple(dict.fromkeys(places))


def look_for_resolve(
    spec: JobSpec, find: FindResolve, only_project: str | None
) -> tuple[str, Obstacle] | None:
    """Return what of Resolve a raw job waits for, with the place that it is of.

    `only_project`: the id of the one whose jobs are run; None: whichever is open.
    """
    host, why_not = find()
    if host is None:
        return RESOLVE, Obstacle("TOOL_RESOLVE_MISSING", why_not, None)
    obstacle, projects = look_at_resolve(spec, host), projects_of(spec)
    if obstacle is None and only_project is not None:
        ids = {clip.resolve.project_id for clip in spec.clips if clip.resolve}
        if ids != {only_project}:
            obstacle = Obstacle("RENDER_WRONG_PROJECT", "it was opened after this began", None)
    if obstacle is None:
        return None
    if obstacle.code != "RENDER_WRONG_PROJECT":
        return RESOLVE, obstacle
    # A job of two projects never finds its own: it is run, and fails by this name.
    return (projects[0], obstacle) if len(projects) == 1 else None


class RendersAlready(RequestError):
    """Resolve has one render queue, and somebody uses it."""


@contextmanager
def alone_with_resolve(folder: WatchFolder) -> Iterator[None]:
    """Let no other process of this machine render jobs of the folder meanwhile.

    Raises: RendersAlready; OSError.
    """
    path = _lock_path(folder)
    lock = hold_lock(path, durable=False)
    if lock is None:
        sentence = f"another process of this machine renders jobs of {folder.root}"
        raise RendersAlready((Issue("CLAIM_LOCKED", "FOLDER", sentence),))
    try:
        yield
    finally:
        release_lock(path, lock)


def renders_here(folder: WatchFolder) -> bool:
    """Whether a process of this machine renders jobs of the folder now. Raises: OSError."""
    lock = read_lock(_lock_path(folder))
    return lock is not None and not lock.is_stale()


def _lock_path(folder: WatchFolder) -> Path:
    return folder.workers / f"{identify_process().host}{LOCK}"
