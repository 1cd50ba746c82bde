"""The probe's facts of a file → the Source of a JobSpec, or the reason to leave it out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from proxx_engine.errors import ProbeError
from proxx_engine.planning.arguments.inputs import MAX_PIXELS
from proxx_engine.spec.color_names import MATRICES, PRIMARIES, RANGES, TRANSFERS, UNKNOWN
from proxx_engine.spec.media import (
    AudioStream,
    Color,
    ColorRange,
    FieldOrder,
    LeftOutStream,
    PromisedFrames,
    Rotation,
    Source,
    Timecode,
    VideoStream,
)
from proxx_engine.system.probe import Facts

_TIMECODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")
_CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2}(?:\.\d+)?)")
_INDEXED = "mov"
_CONSTANT = frozenset({"mxf", "avi", "dv"})
_HEADER_DURATION = frozenset({"mxf", "avi"})
_NEARLY = Fraction(1, 1000)
_CAMERA_DENOMINATORS = (1, 1001)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file system says of a clip's files."""

    path: str
    size_bytes: int
    modified_at: str
    sample_sha256: str


def source_from_facts(file: FileFacts, facts: Facts) -> Source:
    """Return the source. Raises: ProbeError with the reason to leave it out."""
    streams = facts["streams"]
    pictures = [
        s for s in streams if s["type"] == "video" and "attached_pic" not in s["disposition"]
    ]
    if not pictures:
        raise ProbeError("SOURCE_NO_PICTURE", _why_no_picture(streams))
    chosen = pictures[0]
    video = _video(chosen, facts)
    audio = tuple(_audio(s, facts) for s in streams if _is_sound(s))
    return Source(
        path=file.path,
        files=(file.path,),
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        sample_sha256=file.sample_sha256,
        container=facts["format"],
        duration_seconds=_duration(facts, chosen),
        video=video,
        audio=audio,
        left_out=tuple(
            _left_out(s, chosen) for s in streams if s is not chosen and not _is_sound(s)
        ),
        timecode=_timecode(facts),
        reel=find_tag(facts, "reel_name"),
    )


def raw_source(file: FileFacts, extension: str) -> Source:
    """Return the source of a camera-raw file, which only Resolve opens."""
    return Source(
        path=file.path,
        files=(file.path,),
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        sample_sha256=file.sample_sha256,
        container=extension,
        duration_seconds=None,
        video=None,
        audio=(),
        left_out=(),
        timecode=None,
        reel=None,
    )


def find_tag(facts: Facts, name: str) -> str | None:
    """Return a tag from wherever containers keep it: picture, file, or any other stream."""
    streams = sorted(facts["streams"], key=lambda stream: stream["type"] != "video")
    places = [
        *(s["metadata"] for s in streams[:1]),
        facts["metadata"],
        *(s["metadata"] for s in streams),
    ]
    for metadata in places:
        for key, value in metadata.items():
            if key.casefold() == name and value:
                return str(value)
    return None


def _why_no_picture(streams: list[dict[str, Any]]) -> str:
    kinds = {stream["type"] for stream in streams}
    if "video" in kinds:
        return "only a cover picture"
    return "sound only" if "audio" in kinds else "neither picture nor sound"


def _video(stream: dict[str, Any], facts: Facts) -> VideoStream:
    if "codec" not in stream:
        raise ProbeError("SOURCE_UNREADABLE", "the picture's codec is unknown")
    if stream["width"] * stream["height"] > MAX_PIXELS:
        size = f"{stream['width']}x{stream['height']}"
        raise ProbeError("SOURCE_UNREADABLE", f"a picture of {size} is larger than is opened")
    picture = facts["first_picture"]
    if picture is None:
        raise ProbeError("SOURCE_UNREADABLE", "no picture could be decoded")
    rate, variable = _rate(stream, facts)
    return VideoStream(
        stream_index=stream["index"],
        codec=stream["codec"],
        profile=stream["profile"],
        tag=_tag(stream["tag"]),
        width=stream["width"],
        height=stream["height"],
        frame_rate=rate,
        variable_frame_rate=variable,
        promised_frames=_promise(stream, facts, rate, variable=variable),
        field_order=_field_order(picture),
        pixel_aspect_ratio=Fraction(stream["sample_aspect_ratio"] or "1/1"),
        rotation=_rotation(picture["rotation"]),
        pixel_format=picture["pixel_format"],
        color=Color(
            primaries=PRIMARIES.get(stream["primaries"], UNKNOWN),
            transfer=TRANSFERS.get(stream["transfer"], UNKNOWN),
            matrix=_matrix(picture),
            range=cast(ColorRange, RANGES.get(picture["range"], UNKNOWN)),
        ),
    )


def _matrix(picture: dict[str, Any]) -> str:
    if picture["pixel_format"].startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal8")):
        return "gbr"
    return MATRICES.get(picture["matrix"], UNKNOWN)


def _tag(tag: str | None) -> str | None:
    shown = "".join(c for c in tag or "" if c.isprintable() and c.isascii())
    return shown or None


def _rate(stream: dict[str, Any], facts: Facts) -> tuple[Fraction, bool]:
    """Return the rate, and whether pictures stand at uneven times."""
    named = [stream[name] for name in ("guessed_rate", "base_rate", "average_rate")]
    rates = [Fraction(text) for text in named if text and Fraction(text) > 0]
    if not rates:
        raise ProbeError("SOURCE_UNREADABLE", "the file names no frame rate")
    first = rates[0]
    names = set(facts["format"].split(","))
    if names & _CONSTANT:
        return first, False
    indexed = _INDEXED in names and stream["frames"]
    stated = stream["entries"]["even_rates"] if indexed else facts["first_even_rates"]
    if stated is not None:
        even = [Fraction(text) for text in stated]
        # Of rates that all fit a coarse clock, the nearest that cameras have.
        return (
            (min(even, key=lambda rate: _unlikeness(rate, first)), False) if even else (first, True)
        )
    average = Fraction(stream["average_rate"] or first)
    return first, abs(average - first) > first * _NEARLY


def _unlikeness(rate: Fraction, named: Fraction) -> tuple[bool, Fraction]:
    return rate.denominator not in _CAMERA_DENOMINATORS, abs(rate - named)


def _promise(
    stream: dict[str, Any], facts: Facts, rate: Fraction, *, variable: bool
) -> PromisedFrames:
    names = set(facts["format"].split(","))
    if _INDEXED in names and stream["frames"]:
        return PromisedFrames(count=stream["entries"]["shown"], basis="index")
    seconds = _header_seconds(stream, names)
    if seconds is not None and not variable:
        return PromisedFrames(count=int(seconds * rate), basis="duration")
    return PromisedFrames(count=None, basis="unknown")


def _header_seconds(stream: dict[str, Any], names: set[str]) -> Fraction | None:
    """Return the picture's length where a header states it; not where it was estimated."""
    base = Fraction(stream["time_base"])
    if names & _HEADER_DURATION or (_INDEXED in names and stream["duration"]):
        return Fraction(stream["duration"]) * base if stream["duration"] else None
    if "matroska" in names:
        stated = next((v for k, v in stream["metadata"].items() if k.casefold() == "duration"), "")
        clock = _CLOCK.match(stated)
        if clock:
            end = int(clock[1]) * 3600 + int(clock[2]) * 60 + Fraction(clock[3])
            return max(Fraction(0), end - (stream["start_time"] or 0) * base)
    return None


def _duration(facts: Facts, stream: dict[str, Any]) -> Fraction | None:
    if facts["duration"]:
        return Fraction(facts["duration"], 1_000_000)
    if stream["duration"]:
        return Fraction(stream["duration"]) * Fraction(stream["time_base"])
    return None


def _field_order(picture: dict[str, Any]) -> FieldOrder:
    if not picture["interlaced"]:
        return "progressive"
    return "top_first" if picture["top_first"] else "bottom_first"


def _rotation(counter_clockwise: int) -> Rotation:
    turned = -counter_clockwise % 360
    if turned not in (0, 90, 180, 270):
        raise ProbeError("SOURCE_UNREADABLE", f"is turned by {turned} degrees, no quarter turn")
    return cast(Rotation, turned)


def _is_sound(stream: dict[str, Any]) -> bool:
    return stream["type"] == "audio" and bool(stream.get("channels")) and bool(stream.get("codec"))


def _audio(stream: dict[str, Any], facts: Facts) -> AudioStream:
    return AudioStream(
        stream_index=stream["index"],
        codec=stream["codec"],
        channels=stream["channels"],
        layout=stream["layout"],
        sample_rate=stream["sample_rate"],
        samples=_samples(stream, facts),
        language=stream["metadata"].get("language"),
    )


def _samples(stream: dict[str, Any], facts: Facts) -> int | None:
    """Return what the index of a PCM track promises; packed sound starts and ends off the count."""
    indexed = _INDEXED in facts["format"].split(",")
    if not indexed or not stream["codec"].startswith("pcm_") or not stream["duration"]:
        return None
    return int(stream["duration"] * Fraction(stream["time_base"]) * stream["sample_rate"])


def _left_out(stream: dict[str, Any], chosen: dict[str, Any]) -> LeftOutStream:
    kind = stream["type"]
    if "attached_pic" in stream["disposition"]:
        reason = "cover picture"
    elif kind == "video":
        reason = f"another picture track; stream {chosen['index']} is taken"
    elif kind == "audio":
        reason = "sound of an unknown codec"
    elif "timecode" in {key.casefold() for key in stream["metadata"]}:
        reason = "timecode track; carried over as timecode"
    elif kind == "subtitle":
        reason = "subtitles"
    else:
        reason = "neither picture nor sound"
    return LeftOutStream(stream_index=stream["index"], kind=kind or "unknown", reason=reason)


def _timecode(facts: Facts) -> Timecode | None:
    text = find_tag(facts, "timecode")
    found = _TIMECODE.fullmatch(text) if text else None
    if found is None:
        return None
    drop = found[4] != ":"
    start = f"{found[1]}:{found[2]}:{found[3]}{';' if drop else ':'}{found[5]}"
    return Timecode.model_validate({"start": start, "drop_frame": drop, "from": "file"})
