"""The probe's facts of a picture stream → VideoStream: rate, promise, fields, colour. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, cast

from proxx_engine.errors import ProbeError
from proxx_engine.planning.arguments.inputs import MAX_PIXELS
from proxx_engine.spec.color_names import MATRICES, PRIMARIES, RANGES, TRANSFERS, UNKNOWN
from proxx_engine.spec.media import (
    Color,
    ColorRange,
    FieldOrder,
    PromisedFrames,
    Rotation,
    VideoStream,
)
from proxx_engine.system.probe import Facts

INDEXED = "mov"
_CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2}(?:\.\d+)?)")
_CONSTANT = frozenset({"mxf", "avi", "dv"})
_HEADER_DURATION = frozenset({"mxf", "avi"})
_NEARLY = Fraction(1, 1000)
_CAMERA_DENOMINATORS = (1, 1001)


def picture_stream(stream: dict[str, Any], facts: Facts) -> VideoStream:
    """Return the picture that is taken. Raises: ProbeError with the reason to leave it out."""
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
    if "avi" in names and 0 < stream["entries"]["shown"] < stream["frames"]:
        return first, True  # pictures were dropped when it was recorded
    if names & _CONSTANT:
        return first, False
    indexed = INDEXED in names and stream["frames"]
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


_CUT_OFF = Fraction(1, 1000)
"""Matroska tells a length in whole milliseconds: the last picture may seem to lack one."""


def _promise(
    stream: dict[str, Any], facts: Facts, rate: Fraction, *, variable: bool
) -> PromisedFrames:
    names = set(facts["format"].split(","))
    if INDEXED in names and stream["frames"]:
        return PromisedFrames(count=stream["entries"]["shown"], basis="index")
    if "avi" in names and stream["entries"]["shown"]:
        # Its header also counts pictures that were dropped when it was recorded. The index stands
        # at the end: where there is one, nothing was cut off.
        return PromisedFrames(count=stream["entries"]["shown"], basis="index")
    seconds = _header_seconds(stream, names)
    if seconds is not None and not variable:
        return PromisedFrames(count=int((seconds + _CUT_OFF) * rate), basis="duration")
    return PromisedFrames(count=None, basis="unknown")


def _header_seconds(stream: dict[str, Any], names: set[str]) -> Fraction | None:
    """Return the picture's length where a header states it; not where it was estimated."""
    base = Fraction(stream["time_base"])
    if names & _HEADER_DURATION or (INDEXED in names and stream["duration"]):
        return Fraction(stream["duration"]) * base if stream["duration"] else None
    if "matroska" in names:
        stated = next((v for k, v in stream["metadata"].items() if k.casefold() == "duration"), "")
        clock = _CLOCK.match(stated)
        if clock:
            end = int(clock[1]) * 3600 + int(clock[2]) * 60 + Fraction(clock[3])
            return max(Fraction(0), end - (stream["start_time"] or 0) * base)
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
