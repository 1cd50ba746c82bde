"""Proxies that were made and proven, and which of them are a clip's: newest first."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    RULES_BY_NAME,
    ClipSpec,
    ClipTry,
    FoundResults,
    JobSpecValidationError,
    PathMap,
    StoredResult,
    find_results,
    hash_samples,
    inspect_proxy,
    is_proven,
    list_files,
    local_path,
    read_jobspec_file,
)
from sidecar.resolve.linking.project_clips import ProjectClip
from sidecar.resolve.media_paths import path_key, source_key
from sidecar.resolve.settings import PluginSettings

_RESULT, _JOB = ".result.json", ".job.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A completed clip that no later job made anew."""

    entry: ClipTry
    source: str
    """The key of its media's path on this machine."""
    media: tuple[str, str] | None
    """Project and media id, where it was made for a clip of a project."""
    unproven: str | None
    """Why it was never proven; None where it was."""
    asked: ClipSpec | None
    """What its job says of the clip; None where the job is not to be found."""

    @property
    def stored(self) -> StoredResult:
        """The job's result."""
        return self.entry.stored


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that is known."""

    newest_first: tuple[Candidate, ...]
    made_at: Mapping[str, tuple[ClipTry, ...]]
    """By the key of each path where Proxx made a proxy: what made one there, each once."""
    unread: tuple[str, ...]
    """What could not be read, in words."""
    missing: tuple[Path, ...]
    """Places that are not there."""
    places: int
    """How many are."""


def find_candidates(
    settings: PluginSettings, clips: Iterable[ProjectClip], maps: tuple[PathMap, ...]
) -> Candidates:
    """Read the results in the settings' places, and beside the clips where proxies lie there."""
    jobs = (settings.ffmpeg_jobs, settings.resolve_jobs)
    # A job that failed may have completed some of its clips before.
    filed = (folder / outcome for folder in jobs for outcome in ("completed", "failed"))
    places = (settings.out, *filed)
    there = [place for place in places if place.is_dir()]
    found = find_results([*there, *_beside(settings.rule, clips)])
    tries = [entry for job in found.jobs for entry in job.tries if entry.clip.status == "COMPLETED"]
    counting = [_candidate(entry, maps) for entry in tries if entry.instead is None]
    return Candidates(
        newest_first=tuple(sorted(counting, key=_age, reverse=True)),
        made_at=_made_at(tries, maps),
        unread=tuple(_unread(found)),
        missing=tuple(place for place in places if place not in there),
        places=len(there),
    )


def of_clips(
    candidates: Candidates, clips: Iterable[ProjectClip], project_id: str
) -> Mapping[str, tuple[Candidate, ...]]:
    """Return the candidates of each clip that has any, by the clip's own id.

    Those that were made for this very clip of this project come first, then those of its file; of
    each the newest first.
    """
    by_media: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_source: dict[str, list[str]] = defaultdict(list)
    for clip in clips:
        if clip.media_id is not None:
            by_media[project_id, clip.media_id].append(clip.item_id)
        if clip.told.path:
            by_source[source_key(clip.told.path)].append(clip.item_id)
    own: dict[str, list[Candidate]] = defaultdict(list)
    of_file: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates.newest_first:
        meant = by_media.get(candidate.media, ()) if candidate.media else ()
        for item_id in dict.fromkeys(meant):
            own[item_id].append(candidate)
        for item_id in dict.fromkeys(by_source.get(candidate.source, ())):
            if item_id not in meant:
                of_file[item_id].append(candidate)
    return {item_id: (*own[item_id], *of_file[item_id]) for item_id in {**own, **of_file}}


def _candidate(entry: ClipTry, maps: tuple[PathMap, ...]) -> Candidate:
    asked = _clip_spec(entry)
    told = asked.resolve if asked else None
    project_id, media_id = (told.project_id, told.media_id) if told else (None, None)
    return Candidate(
        entry=entry,
        source=path_key(local_path(entry.clip.source, maps)),
        media=(project_id, media_id) if project_id and media_id else None,
        unproven=_why_unproven(entry),
        asked=asked,
    )


def is_source_changed(asked: ClipSpec, maps: tuple[PathMap, ...]) -> bool:
    """Whether a clip's media are not those any more that its proxy was proven against.

    Told by size and content, as execution tells it; what cannot be read here is not judged.
    """
    source = asked.source
    files = tuple(Path(local_path(name, maps)) for name in source.files)
    try:
        size_bytes = sum(path.stat().st_size for path in files)
        same = size_bytes == source.size_bytes and hash_samples(files) == source.sample_sha256
    except OSError:
        return False
    return not same


def _why_unproven(entry: ClipTry) -> str | None:
    if is_proven(entry.stored, entry.clip):
        return None
    if entry.stored.differing:
        return "the copies of its result differ"
    if entry.stored.result.verification_level == "exists":
        return "only that it exists was looked at"
    return "not all of its checks hold"


def _made_at(
    tries: Iterable[ClipTry], maps: tuple[PathMap, ...]
) -> Mapping[str, tuple[ClipTry, ...]]:
    """A tree of proxies may have been moved: where one is now counts as where it was made."""
    made: dict[str, dict[int, ClipTry]] = defaultdict(dict)
    for entry in tries:
        written = local_path(entry.clip.output.path, maps)
        for path in (written, str(inspect_proxy(entry.stored, entry.clip).path)):
            made[path_key(path)][id(entry)] = entry
    return {key: tuple(entries.values()) for key, entries in made.items()}


def _clip_spec(entry: ClipTry) -> ClipSpec | None:
    """Return what the job says of the clip; its file lies with a copy of the result."""
    for copy in entry.stored.copies:
        job_file = copy.with_name(copy.name.removesuffix(_RESULT) + _JOB)
        try:
            spec = read_jobspec_file(job_file) if job_file.is_file() else None
        except JobSpecValidationError:
            continue
        if spec is not None and spec.job_id == entry.stored.result.job_id:
            return next((clip for clip in spec.clips if clip.index == entry.clip.index), None)
    return None


def _beside(rule: str, clips: Iterable[ProjectClip]) -> Iterator[Path]:
    """Yield the results beside the clips' media, where the rule puts proxies there."""
    beside = RULES_BY_NAME[rule].beside
    paths = (clip.told.path for clip in clips if clip.told.path)
    homes = dict.fromkeys(os.path.dirname(path) for path in paths) if beside else {}
    folders = (Path(home, beside or "") for home in homes)
    yield from list_files([f for f in folders if f.is_dir()], below=False).results


def _age(candidate: Candidate) -> tuple[str, str]:
    return candidate.entry.clip.completed_at or "", candidate.stored.result.completed_at


def _unread(found: FoundResults) -> Iterator[str]:
    yield from (f"{entry.path}: {entry.sentence}" for entry in found.unread)
