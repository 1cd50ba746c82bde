"""An item of the media pool → a clip that jobs can be made of, or why none is. Pure.

Resolve's words come in the language of its window, so nothing is told by a word: a clip has a file,
a picture has a size, and a movie more than one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from proxx_engine import RAW_EXTENSIONS, RawProperty, ResolveClip
from sidecar.resolve.clip_properties import (
    clean,
    parse_count,
    parse_flag,
    parse_frame_rate,
    parse_size,
    parse_timecode,
)
from sidecar.resolve.export.snapshot import RawClip, Snapshot
from sidecar.resolve.media_paths import first_picture

_RENDERED = {
    "media_id": "media id",
    "frames": "number of frames",
    "frame_rate": "frame rate",
    "start_timecode": "start timecode",
    "width": "size",
    "audio_channels": "audio channels",
}
"""What a render needs to know, as a person calls it."""

FileProblem = Callable[[Path], str | None]
"""Tells why a path is no file that can be read, None where it is one."""


@dataclass(frozen=True, slots=True)
class PoolClip:
    """A clip that jobs can be made of."""

    path: Path
    """Its file; of several the first."""
    resolve: ResolveClip


@dataclass(frozen=True, slots=True)
class Skipped:
    """What no proxy is made of."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """All that a snapshot shows, each clip once."""

    clips: tuple[PoolClip, ...]
    skipped: tuple[Skipped, ...]

    def without(self, reasons: Mapping[Path, str]) -> Judged:
        """Return it with some of the clips skipped, by their paths."""
        skipped = (
            Skipped(clip.resolve.clip_name or clip.path.name, reasons[clip.path])
            for clip in self.clips
            if clip.path in reasons
        )
        kept = tuple(clip for clip in self.clips if clip.path not in reasons)
        return Judged(kept, (*self.skipped, *skipped))


def judge(snapshot: Snapshot, file_problem: FileProblem) -> Judged:
    """Judge every item; of several items of one file the longest stands for it.

    A subclip says of itself what is true of a part of its file only.
    """
    judged = [judge_clip(raw, snapshot, file_problem) for raw in snapshot.clips]
    by_path: dict[Path, PoolClip] = {}
    for clip in judged:
        if isinstance(clip, PoolClip):
            first = by_path.setdefault(clip.path, clip)
            if (clip.resolve.frames or 0) > (first.resolve.frames or 0):
                by_path[clip.path] = clip
    skipped = [one for one in judged if isinstance(one, Skipped)]
    skipped += _without_media(snapshot.without_media)
    return Judged(tuple(by_path.values()), tuple(skipped))


def judge_clip(raw: RawClip, snapshot: Snapshot, file_problem: FileProblem) -> PoolClip | Skipped:
    """Return a clip, or the reason to skip it."""
    told = raw.properties
    written = told.get("File Path")
    name = clean(raw.name or told.get("Clip Name") or written or "an item without a name")

    def skipped(reason: str) -> Skipped:
        return Skipped(name, reason)

    if written is None:
        return skipped("Resolve does not say which file it is of")
    if not isinstance(written, str) or not written:
        kind = clean(told.get("Type") or "a compound, a timeline, a title or a generator")
        return skipped(f"no file is behind it: {kind}")
    path = Path(written)
    if not path.is_absolute():
        return skipped(f"{clean(written)} is no whole path on this machine")
    first = Path(first_picture(written))
    problem = file_problem(path)
    if problem is not None and first != path:
        path, problem = first, file_problem(first)
    if problem is not None:
        return skipped(clean(problem))
    clip = parse_clip(raw, snapshot)
    if told.get("Resolution") == "" and not told.get("Video Codec"):
        return skipped("sound alone")
    if clip.frames == 1:
        return skipped("a still: one picture")
    lacking = [words for field, words in _RENDERED.items() if getattr(clip, field) is None]
    if clip.audio_channels and clip.sample_rate is None:
        lacking.append("sample rate")
    if lacking and path.suffix.lower().lstrip(".") in (*RAW_EXTENSIONS, "dng"):
        return skipped(f"camera raw of which Resolve does not tell the {', '.join(lacking)}")
    return PoolClip(path, clip)


def _without_media(names: Iterable[str]) -> list[Skipped]:
    reason = "a title, generator, adjustment clip or transition: there is no clip behind it"
    return [Skipped(clean(name), reason) for name in names]


def parse_clip(raw: RawClip, snapshot: Snapshot) -> ResolveClip:
    """Return what Resolve says of a clip: what is certain parsed, and all of it as it was said."""
    told = raw.properties
    rate = parse_frame_rate(told.get("FPS"))
    drops = parse_flag(told.get("Drop frame"))
    width, height = parse_size(told.get("Resolution"))
    flips = [f"{name} {clean(told[name])}" for name in ("H-FLIP", "V-FLIP") if told.get(name)]
    return ResolveClip(
        project_id=_cleaned(snapshot.project_id),
        project_name=_cleaned(snapshot.project_name),
        media_id=_cleaned(raw.media_id),
        clip_name=_cleaned(raw.name or told.get("Clip Name")),
        data_level=_cleaned(told.get("Data Level")),
        flips=", ".join(flips) or None,
        color_science=_color_science(snapshot.settings),
        frames=parse_count(told.get("Frames"), 1, 10**9),
        frame_rate=rate,
        start_timecode=parse_timecode(told.get("Start TC"), drops, rate),
        drop_frame=drops,
        width=width,
        height=height,
        audio_channels=parse_count(told.get("Audio Ch"), 0, 1024),
        sample_rate=parse_count(told.get("Sample Rate"), 1000, 768_000),
        properties=tuple(_property(clean(name), clean(told[name])) for name in sorted(told)[:1024]),
    )


def _color_science(settings: Mapping[str, Any]) -> str | None:
    """Return how the project treats colour, and what it comes to: camera raw is rendered so."""
    names = ["colorScienceMode", "colorSpaceOutput"]
    if parse_flag(settings.get("separateColorSpaceAndGamma")):
        names.append("colorSpaceOutputGamma")
    return ", ".join(clean(settings[name]) for name in names if settings.get(name)) or None


@lru_cache(maxsize=4096)
def _property(name: str, value: str) -> RawProperty:
    """Thousands of clips say the same of themselves."""
    return RawProperty(name=name, value=value)


def _cleaned(value: Any) -> str | None:
    return clean(value) if value not in (None, "") else None
