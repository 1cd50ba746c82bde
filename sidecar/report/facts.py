"""What source and proxy are, side by side: the job's word and what was seen of the proxy. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from proxx_engine import Check, ClipSpec, ResolveClip, Source, parse_rate
from sidecar.report.model import Fact
from sidecar.words import format_seconds

_SEEN: Mapping[str, str] = MappingProxyType(
    {
        "Container": "container",
        "Codec": "codec",
        "Raster": "raster",
        "Pixel aspect ratio": "pixel_aspect_ratio",
        "Frame rate": "frame_rate",
        "Frames": "frames.played",
        "Field order": "field_order",
        "Rotation": "rotation",
        "Pixel format": "pixel_format",
        "Primaries": "color.primaries",
        "Transfer": "color.transfer",
        "Matrix": "color.matrix",
        "Range": "color.range",
        "Timecode": "timecode",
        "Reel": "reel",
    }
)
"""Fact → the check whose `actual` tells it of the proxy."""
_RATES = ("Frame rate",)
_FAMILY = "mov,mp4,m4a,3gp,3g2,mj2"
"""FFmpeg's one name for all that is QuickTime's kin."""


def compare_facts(clip: ClipSpec | None, checks: tuple[Check, ...]) -> tuple[Fact, ...]:
    """Return the facts of which at least one side is known."""
    seen = {check.name: check.actual for check in checks}
    source = clip.source if clip is not None else None
    asked = _probed(source) if source is not None else {}
    if clip is not None and clip.resolve is not None and clip.source.video is None:
        asked |= _said_by_resolve(clip.resolve)
    rows = [
        Fact(name, asked.get(name, ""), _told(name, seen.get(check, "")))
        for name, check in _SEEN.items()
    ]
    lengths = (_source_length(clip), _proxy_length(checks))
    told = [format_seconds(length) if length is not None else "" for length in lengths]
    rows.insert(6, Fact("Length", *told))
    if "Sound" in asked:
        rows.append(Fact("Sound", asked["Sound"], ""))
    rows += _sounds(source, seen)
    return tuple(row for row in rows if row.source or row.proxy)


def _probed(source: Source) -> dict[str, str]:
    told = {"Container": _container(source.container), "Reel": source.reel or "none"}
    told["Timecode"] = source.timecode.start if source.timecode else "none"
    if (video := source.video) is None:
        return told
    promised, color, aspect = video.promised_frames, video.color, video.pixel_aspect_ratio
    profile = f" {video.profile}" if video.profile else ""
    varying = ", varying" if video.variable_frame_rate else ""
    return told | {
        "Codec": f"{video.codec}{profile}",
        "Raster": f"{video.width}x{video.height}",
        "Pixel aspect ratio": f"{aspect.numerator}/{aspect.denominator}",
        "Frame rate": rate_words(video.frame_rate) + varying,
        "Frames": f"{promised.count}, by {promised.basis}" if promised.count else "",
        "Field order": video.field_order,
        "Rotation": f"{video.rotation}",
        "Pixel format": video.pixel_format,
        "Primaries": color.primaries,
        "Transfer": color.transfer,
        "Matrix": color.matrix,
        "Range": color.range,
    }


def _said_by_resolve(said: ResolveClip) -> dict[str, str]:
    """Of camera raw nobody else knows anything."""
    size = f"{said.width}x{said.height}" if said.width and said.height else ""
    told = {
        "Raster": size,
        "Frame rate": rate_words(said.frame_rate) if said.frame_rate else "",
        "Frames": f"{said.frames}" if said.frames else "",
        "Timecode": said.start_timecode or "",
    }
    if said.audio_channels:
        rate = f", {said.sample_rate} Hz" if said.sample_rate else ""
        told["Sound"] = f"{said.audio_channels} ch{rate}"
    return {name: f"{value}, says Resolve" for name, value in told.items() if value}


def _told(name: str, actual: str) -> str:
    if name == "Container":
        return _container(actual)
    if name not in _RATES or not actual:
        return actual
    try:
        return rate_words(parse_rate(actual))
    except ValueError:
        return actual


def _container(text: str) -> str:
    return text.replace(_FAMILY, "mov/mp4")


def rate_words(rate: Fraction) -> str:
    """Return a frame rate as people, and Avid, say it: 23.976, 25, 59.94."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")


def _sounds(source: Source | None, seen: Mapping[str, str]) -> Iterator[Fact]:
    """One fact for each stream; which of the source's goes where the checks tell."""
    asked = [
        f"{stream.codec}, {stream.channels} ch, {stream.sample_rate} Hz"
        for stream in (source.audio if source is not None else ())
    ]
    made: list[str] = []
    while f"audio.{len(made)}.codec" in seen:
        of = f"audio.{len(made)}."
        told = (seen[f"{of}codec"], seen.get(f"{of}channels"), seen.get(f"{of}sample_rate"))
        units = ("", " ch", " Hz")
        made.append(", ".join(f"{t}{u}" for t, u in zip(told, units, strict=True) if t))
    for number in range(max(len(asked), len(made))):
        yield Fact(
            f"Sound {number + 1}",
            asked[number] if number < len(asked) else "",
            made[number] if number < len(made) else "",
        )


def media_length(clip: ClipSpec | None, checks: tuple[Check, ...]) -> float | None:
    """Return how long a clip is in seconds; None where neither checks nor job tell."""
    made = _proxy_length(checks)
    return made if made is not None else _source_length(clip)


def _proxy_length(checks: tuple[Check, ...]) -> float | None:
    seen = {check.name: check.actual for check in checks}
    try:
        return float(int(seen["frames.played"]) / parse_rate(seen["frame_rate"]))
    except (KeyError, ValueError, OverflowError):
        return None


def _source_length(clip: ClipSpec | None) -> float | None:
    said = clip.source.duration_seconds if clip is not None else None
    return float(said) if said is not None else None
