"""Proven proxies → media references beside the originals, in a copy of the timeline as OTIO."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import (
    ClipTry,
    Found,
    FoundResults,
    PathMap,
    inspect_proxy,
    is_proven,
    local_path,
    walk_footage,
)
from sidecar.timelines.finding import FoundMedia
from sidecar.timelines.model import REFERENCE_KEY
from sidecar.timelines.reading import Timeline, attach_proxies


@dataclass(frozen=True, slots=True)
class Attached:
    """A timeline with proxies, and the uses that have none."""

    otio: str
    count: int
    """Clips of the timeline that have a proxy now."""
    proxies: tuple[Path, ...]
    without: tuple[tuple[str, str, str], ...]
    """Name, place and reason of each clip that has none."""


@dataclass(frozen=True, slots=True)
class _Proxy:
    entry: ClipTry
    path: Path
    problem: str | None

    @property
    def reference(self) -> dict[str, Any]:
        """What goes into the timeline."""
        result, clip = self.entry.stored.result, self.entry.clip
        return {
            "key": REFERENCE_KEY,
            "url": self.path.as_uri(),
            "name": self.path.name,
            "metadata": {
                "job_id": result.job_id,
                "sha256": clip.output_sha256,
                "source": clip.source,
            },
        }


def attach(
    timeline: Timeline,
    media: FoundMedia,
    results: FoundResults,
    *,
    maps: tuple[PathMap, ...],
    rehash: bool,
) -> Attached:
    """Attach what is proven and stands as it was proven. Raises: RequestError, PlaceError."""
    by_source = _by_each_file(_newest(results, maps, rehash=rehash), media, timeline)
    references: dict[int, dict[str, Any]] = {}
    without: list[tuple[str, str, str]] = []
    proxies: dict[Path, None] = {}
    for place in media.places:
        proxy = by_source.get(os.path.realpath(place.file)) if place.file else None
        reason = place.reason or "no proxy of it was completed"
        if proxy is not None and proxy.problem is None and place.used.clip is not None:
            references[place.used.clip] = proxy.reference
            proxies[proxy.path] = None
            continue
        without.append(
            (
                place.used.name,
                place.used.event,
                (proxy.problem if proxy else None) or reason,
            )
        )
    text = attach_proxies(timeline, references)
    return Attached(text, len(references), tuple(proxies), tuple(without))


def _newest(
    results: FoundResults, maps: tuple[PathMap, ...], *, rehash: bool
) -> Mapping[str, _Proxy]:
    """Return the newest completed proxy of each source, by the source's path here."""
    found: dict[str, ClipTry] = {}
    for entry in sorted(_completed(results), key=lambda entry: entry.clip.completed_at or ""):
        found[os.path.realpath(local_path(entry.clip.source, maps))] = entry
    return {source: _inspect(entry, rehash=rehash) for source, entry in found.items()}


def _by_each_file(
    proxies: Mapping[str, _Proxy], media: FoundMedia, timeline: Timeline
) -> Mapping[str, _Proxy]:
    """Return the proxies also by the other files of a clip: a later picture, a later part."""
    by_file = dict(proxies)
    unknown = tuple(file for file in media.files if os.path.realpath(file) not in proxies)
    for clip in walk_footage(unknown, out=timeline.path):
        proxy = proxies.get(os.path.realpath(clip.path))
        if proxy is not None and isinstance(clip, Found):
            by_file |= dict.fromkeys(map(os.path.realpath, clip.files), proxy)
    return by_file


def _completed(results: FoundResults) -> Iterator[ClipTry]:
    tries: Iterable[ClipTry] = (entry for job in results.jobs for entry in job.tries)
    for entry in tries:
        if entry.clip.status == "COMPLETED" and entry.instead is None:
            yield entry


def _inspect(entry: ClipTry, *, rehash: bool) -> _Proxy:
    if not is_proven(entry.stored, entry.clip):
        return _Proxy(entry, Path(entry.clip.output.path), "its proxy was never proven")
    seen = inspect_proxy(entry.stored, entry.clip, rehash=rehash)
    problem = None if seen.state == "there" else f"its proxy {seen.path}: {seen.state}"
    return _Proxy(entry, Path(os.path.abspath(seen.path)), problem)
