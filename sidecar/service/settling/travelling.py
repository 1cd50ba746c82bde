"""Media that travel through the storage: fetched before the claim, carried back before the end.

A job of which nothing travels is not touched by any of this.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from proxx_engine import (
    Issue,
    JobExecutionResult,
    JobSpec,
    PathMap,
    PlaceError,
    RequestError,
    local_path,
    plan_job,
)
from sidecar.service.carrying import carry_proxies, clear_scratch, fetch_sources
from sidecar.service.keys import PROXIES, media_key
from sidecar.service.parts import Parts
from sidecar.service.roots import is_below
from sidecar.service.settling.endings import Came, told
from sidecar.service.storage.streams import ever_on
from sidecar.service.travel_plan import plan_fetching

_MEDIA = "media"


def scratch_in(home: Path, worker: str) -> Path:
    """Return where a worker keeps the media of a job; no other one of its host clears it away."""
    return home / _MEDIA / worker


def fetch_media(
    parts: Parts,
    spec: JobSpec,
    scratch: Path,
    path_maps: tuple[PathMap, ...],
    *,
    going: Callable[[], bool] = ever_on,
) -> tuple[PathMap, ...]:
    """Fetch what travels of a job's sources; return the path maps that it is run with.

    Raises: RequestError where the settings contradict the job, or the storage has another thing
    than was put; PlaceError, OSError; InterruptedError once `going` says no.
    """
    media = parts.settings.media
    with _fault_of(spec):
        return fetch_sources(spec, parts.storage, media, scratch, maps=path_maps, going=going)


@contextmanager
def _fault_of(spec: JobSpec) -> Iterator[None]:
    """Let one thing in the storage that is not what was put be its job's fault, and no place's."""
    try:
        yield
    except PlaceError as error:
        if error.code != "STORAGE_OBJECT_CHANGED":
            raise
        issue = Issue(error.code, "", error.detail)
        raise RequestError((issue,), subject=spec.label) from None


def maps_of_media(
    parts: Parts, spec: JobSpec, scratch: Path, path_maps: tuple[PathMap, ...]
) -> tuple[PathMap, ...]:
    """Return the path maps that a job was run with; nothing is fetched.

    Raises: RequestError where the settings contradict the job; OSError.
    """
    plan = plan_fetching(spec, parts.settings.media, scratch, path_maps)
    if plan.output is not None:
        plan.output.mkdir(parents=True, exist_ok=True)
    return plan.maps


def fetch_proxies(parts: Parts, spec: JobSpec, path_maps: tuple[PathMap, ...]) -> None:
    """Fetch a job's result and proxies where those travel; what is not there is left out.

    `path_maps` as `fetch_media` returned them. Raises: RequestError as that; PlaceError, OSError.
    """
    if not is_below(spec.output.directory, parts.settings.media.proxies):
        return
    for path in _made_by(spec):
        local = Path(local_path(path, path_maps))
        if os.path.lexists(local):
            continue
        local.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError), _fault_of(spec):
            parts.storage.fetch(media_key(PROXIES, path), local)


def _made_by(spec: JobSpec) -> Iterator[str]:
    plan = plan_job(spec)
    yield plan.result_path
    yield from (clip.output_path for clip in plan.clips)


def carry_back(
    parts: Parts,
    came: Came,
    spec: JobSpec,
    result: JobExecutionResult,
    scratch: Path,
    path_maps: tuple[PathMap, ...],
) -> Came:
    """Put the proxies that travel into the storage; a job whose proxies cannot be there failed.

    Those then stay where they are; else their scratch may go once the row is settled.
    Raises: PlaceError.
    """
    roots = parts.settings.media.proxies
    try:
        with _fault_of(spec):
            carry_proxies(spec, result, parts.storage, roots, maps=path_maps)
    except RequestError as error:
        first = error.issues[0]
        message = told(first.code, ": ".join(filter(None, (first.path, first.sentence))))
        ending = replace(came.ending, status="failed", error_message=message)
        return replace(came, ending=ending)
    return replace(came, scratch=scratch)


def forget_scratch(came: Came) -> None:
    """Remove the media of a job whose row is settled; what cannot be removed costs only room."""
    if came.scratch is not None:
        with suppress(OSError):
            clear_scratch(came.scratch)
