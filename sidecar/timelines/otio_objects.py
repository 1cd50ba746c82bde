"""What OpenTimelineIO has read (OTIO, AAF) → what it uses. Pure.

The clips are numbered in the order of the walk, so that another process finds the same ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio

from proxx_engine import parse_rate
from sidecar.timelines.aaf_origins import Origin
from sidecar.timelines.model import (
    MAX_EVENTS,
    REFERENCE_KEY,
    Frames,
    TimelineRefused,
    TrackKind,
    Used,
    base_name,
    distinct,
)

_MAX_DEPTH = 100
_NO_NAME = re.compile(r"UNC Path$|Mob$|urn:")
"""What the reader of AAF calls media that have no name."""
_NO_ORIGIN = Origin(None, ())
_NO_ORIGINS: Mapping[str, Origin] = MappingProxyType({})
_REEL_DEPTH = 3
_MOST_DIGITS = 20
"""Of the number of a picture."""
_REELS = (
    "reel",
    "Reel",
    "reel_name",
    "Reel Name",
    "tape",
    "Tape",
    "TapeID",
    "tape_name",
    "reelname",
)


def use_of(read: Any, origins: Mapping[str, Origin] = _NO_ORIGINS) -> Iterator[Used]:
    """Yield every use in what was read, in its order; `origins` are those of an AAF's clips.

    Raises: TimelineRefused.
    """
    kinds = (otio.schema.Timeline, otio.schema.SerializableCollection, otio.core.Item, list)
    if not isinstance(read, kinds):
        raise TimelineRefused("holds no timeline")
    for number, (clip, where, kind) in enumerate(clips_of(read)):
        if number >= MAX_EVENTS:
            raise TimelineRefused(f"has more than {MAX_EVENTS:,} clips")
        origin = origins.get(str(_told(clip, "AAF").get("MobID")), _NO_ORIGIN)
        yield _use(clip, f"{where} clip {number + 1}", kind, number, origin)


def clips_of(read: Any) -> Iterator[tuple[Any, str, TrackKind]]:
    """Yield each clip with its track's name and kind."""
    yield from _below(read, "", "video", 0)


def _below(
    item: Any, where: str, kind: TrackKind, depth: int
) -> Iterator[tuple[Any, str, TrackKind]]:
    if depth > _MAX_DEPTH:
        raise TimelineRefused(f"nests deeper than {_MAX_DEPTH} stacks")
    if isinstance(item, otio.schema.Clip):
        yield item, where or "bin", kind
        return
    if isinstance(item, otio.schema.Timeline):
        yield from _below(item.tracks, where, kind, depth + 1)
    elif isinstance(item, otio.schema.Track):
        kind = "audio" if item.kind == otio.schema.TrackKind.Audio else "video"
        name = item.name or ("audio track" if kind == "audio" else "video track")
        for child in item:
            yield from _below(child, f"{where} > {name}" if where else name, kind, depth + 1)
    elif isinstance(item, otio.schema.Stack):
        nested = item.name if item.name and item.parent() is not None else ""
        inner = f"{where} > {nested}" if where and nested else where or nested
        for child in item:
            yield from _below(child, inner, kind, depth + 1)
    elif isinstance(item, otio.schema.SerializableCollection | list | tuple):
        for child in item:
            yield from _below(child, where, kind, depth + 1)


def _use(clip: Any, event: str, kind: TrackKind, number: int, origin: Origin) -> Used:
    reference = _original(clip)
    url, sequence = _url(reference)
    of_reference = reference.name if reference is not None else ""
    said = distinct(
        unquote(base_name(url)) if url else None,
        *(unquote(base_name(file)) for file in origin.files),
        None if _NO_NAME.match(of_reference) else of_reference,
        clip.name,
    )
    return Used(
        event=event,
        names=said,
        url=url,
        reel=origin.tape or _reel(clip.metadata) or _reel(getattr(reference, "metadata", {})),
        span=_span(clip),
        kind=kind,
        sequence=sequence,
        no_media=_why_none(clip, reference),
        clip=number,
    )


def _original(clip: Any) -> Any:
    """Return the media that a clip is of: where it shows a proxy of ours, what lies beside that."""
    if clip.active_media_reference_key != REFERENCE_KEY:
        return clip.media_reference
    beside = {key: each for key, each in clip.media_references().items() if key != REFERENCE_KEY}
    return beside.get(otio.schema.Clip.DEFAULT_MEDIA_KEY) or next(iter(beside.values()), None)


def _why_none(clip: Any, reference: Any) -> str | None:
    if isinstance(reference, otio.schema.GeneratorReference):
        return f"a generator: {reference.generator_kind or reference.name or clip.name}"[:100]
    # OpenTimelineIO's reader of FCP7 XML leaves the switch where the file has it.
    off = not _is_enabled(clip) or _told(clip, "fcp_xml").get("enabled") == "FALSE"
    return "is disabled in the timeline" if off else None


def _is_enabled(item: Any) -> bool:
    """Whether neither it nor the track or stack that it lies in is switched off."""
    return item is None or (item.enabled and _is_enabled(item.parent()))


def _told(clip: Any, program: str) -> Any:
    """Return what a program keeps beside a clip."""
    told = clip.metadata.get(program)
    return told if hasattr(told, "get") else {}


def _url(reference: Any) -> tuple[str | None, bool]:
    if isinstance(reference, otio.schema.ImageSequenceReference):
        number = str(reference.start_frame).zfill(min(reference.frame_zero_padding, _MOST_DIGITS))
        base = reference.target_url_base
        slash = "" if not base or base.endswith(("/", "\\")) else "/"
        return f"{base}{slash}{reference.name_prefix}{number}{reference.name_suffix}", True
    return getattr(reference, "target_url", None) or None, False


def _span(clip: Any) -> Frames | None:
    """Return the used range; under a change of speed only its first frame is sure."""
    try:
        told = clip.source_range or clip.available_range()
    except otio.exceptions.OTIOError:  # neither is known: the name alone must do
        return None
    start, length = told.start_time, told.duration
    sure = not any(isinstance(each, otio.schema.TimeEffect) for each in clip.effects)
    count = length.rescaled_to(start.rate).value if sure and length.rate > 0 else 0
    if not all(map(math.isfinite, (start.value, start.rate, count))):
        return None
    rate = _rate(start.rate)
    if rate <= 0:
        return None
    return Frames(start=_exact(start.value), count=_exact(count), rate=rate)


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(1000)


def _rate(rate: float) -> Fraction:
    """Return the rate that is meant; 0 of one that is too small to be any."""
    try:
        return parse_rate(f"{rate:.6g}")
    except ValueError:
        return Fraction(rate).limit_denominator(1001)


def _reel(metadata: Any, depth: int = 0) -> str | None:
    """Return the reel out of what a program keeps beside its clips, wherever it keeps it."""
    told = dict(metadata.items())
    for name in (name for name in _REELS if name in told):
        said = told[name]
        if isinstance(said, str) and said.strip():
            return said.strip()
        if hasattr(said, "get") and isinstance(said.get("name"), str):
            return str(said["name"]).strip() or None
    if depth < _REEL_DEPTH:
        for inner in told.values():
            if hasattr(inner, "get") and (found := _reel(inner, depth + 1)):
                return found
    return None
