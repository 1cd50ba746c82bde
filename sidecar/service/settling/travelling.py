"""Media that travel through the storage: fetched before the claim, carried back before the end.

A job of which nothing travels is not touched by any of this.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from proxx_engine import JobExecutionResult, JobSpec, PathMap, RequestError, local_path, plan_job
from sidecar.service.carrying import carry_proxies, clear_scratch, fetch_sources
from sidecar.service.keys import PROXIES, media_key
from sidecar.service.parts import Parts
from sidecar.service.settling.endings import Came, told
from sidecar.service.submitting import is_below

_MEDIA = "media"


def scratch_in(home: Path, worker: str) -> Path:
    """Return where a worker keeps the media of a job; no other one of its host clears it away."""
    return home / _MEDIA / worker


def fetch_media(
    parts: Parts, spec: JobSpec, scratch: Path, path_maps: tuple[PathMap, ...]
) -> tuple[PathMap, ...]:
    """Fetch what travels of a job's sources; return the path maps that it is run with.

    Raises: RequestError where the settings contradict the job; PlaceError, OSError.
    """
    return fetch_sources(spec, parts.storage, parts.settings.media, scratch, maps=path_maps)


def fetch_proxies(parts: Parts, spec: JobSpec, path_maps: tuple[PathMap, ...]) -> None:
    """Fetch a job's result and proxies where those travel; what is not there is left out.

    `path_maps` as `fetch_media` returned them. Raises: PlaceError, OSError.
    """
    if not is_below(spec.output.directory, parts.settings.media.proxies):
        return
    for path in _made_by(spec):
        local = Path(local_path(path, path_maps))
        if os.path.lexists(local):
            continue
        local.parent.mkdir(parents=True, exist_ok=True)
        try:
            parts.storage.fetch(media_key(PROXIES, path), local)
        except FileNotFoundError:
            continue


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
        carry_proxies(spec, result, parts.storage, roots, maps=path_maps)
    except RequestError as error:
        first = error.issues[0]
        message = told(first.code, f"{first.path}: {first.sentence}")
        ending = replace(came.ending, status="failed", error_message=message)
        return replace(came, ending=ending)
    return replace(came, scratch=scratch)


def forget_scratch(came: Came) -> None:
    """Remove the media of a job whose row is settled; what cannot be removed costs only room."""
    if came.scratch is not None:
        with suppress(OSError):
            clear_scratch(came.scratch)
