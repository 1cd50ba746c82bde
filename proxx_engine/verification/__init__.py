"""Proxy against expectation: every comparison, each with its failure code. Pure.

What is expected comes from source and JobSpec; what the encoding run saw of the *source* (its
pictures, its sound, its clock) counts as source. What FFmpeg says of its own output never does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from proxx_engine._engines.contract import ProxyWitness, SourceWitness
from proxx_engine.planning.expectation import Expected
from proxx_engine.results.checks import Check, VerificationReport
from proxx_engine.spec.color_names import MATRICES, PRIMARIES, RANGES, TRANSFERS, UNKNOWN
from proxx_engine.spec.media import PromisedFrames
from proxx_engine.spec.model import format_rational
from proxx_engine.verification.comparing import planned, same, true
from proxx_engine.verification.pictures import compare_packets, compare_pictures
from proxx_engine.verification.sound import compare_sound

NO_OUTPUT = "Output file does not exist or has zero size"

_CODES = MappingProxyType(
    {
        "file": "VERIFY_MISSING",
        "container": "VERIFY_CONTAINER",
        "codec": "VERIFY_CODEC",
        "codec_profile": "VERIFY_CODEC",
        "pixel_format": "VERIFY_CODEC",
        "streams": "VERIFY_STREAMS",
        "frames": "VERIFY_FRAMES",
        "frame_map": "VERIFY_FRAMES",
        "frame_rate": "VERIFY_TIMES",
        "times": "VERIFY_TIMES",
        "start": "VERIFY_TIMES",
        "end": "VERIFY_TIMES",
        "packets": "VERIFY_PACKETS",
        "timecode": "VERIFY_TIMECODE",
        "reel": "VERIFY_REEL",
        "audio": "VERIFY_AUDIO",
        "raster": "VERIFY_RASTER",
        "pixel_aspect_ratio": "VERIFY_ASPECT",
        "display_aspect_ratio": "VERIFY_ASPECT",
        "rotation": "VERIFY_ROTATION",
        "field_order": "VERIFY_FIELD_ORDER",
        "color": "VERIFY_COLOR",
        "plays": "VERIFY_PLAYS",
    }
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was seen of one clip."""

    promised: PromisedFrames
    source: SourceWitness
    proxy: ProxyWitness
    facts: dict[str, Any]
    """The probe's facts of the proxy."""
    size_bytes: int


def failure_code_of(check: Check) -> str:
    """Return the failure code that a failing check stands for."""
    return _CODES[check.name.split(".")[0]]


def verify_exists(size_bytes: int) -> VerificationReport:
    """Return the weaker report: the file is there and not empty."""
    return VerificationReport(checks=(_file(size_bytes),))


def verify_conforms(expected: Expected, seen: Seen) -> VerificationReport:
    """Compare a proxy with everything that its source promises."""
    made = _checks(expected, seen)
    return VerificationReport(
        checks=tuple(planned(check, expected.planned.get(check.name)) for check in made)
    )


def _checks(expected: Expected, seen: Seen) -> Iterator[Check]:
    facts = seen.facts
    streams = facts["streams"]
    video: dict[str, Any] = next((s for s in streams if s["type"] == "video" and "codec" in s), {})
    audio = [stream for stream in streams if stream["type"] == "audio"]
    yield _file(seen.size_bytes)
    yield _plays(seen)  # first: after an error nothing else can be trusted to be the reason
    yield _container(expected.container, facts)
    yield same("codec", expected.codec, video.get("codec"))
    if expected.codec_profile is not None:
        yield same("codec_profile", expected.codec_profile, video.get("profile"))
    yield same("pixel_format", expected.pixel_format, video.get("pixel_format"))
    yield _streams(expected, streams)
    yield from compare_pictures(expected, seen.promised, seen.source, seen.proxy, video)
    yield same("timecode", expected.timecode or "none", _tag(facts, "timecode") or "none")
    yield same("reel", expected.reel or "none", _tag(facts, "reel_name") or "none")
    slack = 1 / (2 * expected.frame_rate) if expected.frame_rate else Fraction(0)
    yield from compare_sound(expected, seen.source, seen.proxy, audio, slack=slack)
    yield from _geometry(expected, facts, video)
    yield from _color(expected, video, facts["first_picture"] or {})
    # Last: what is wrong has a name of its own before.
    yield compare_packets(expected, seen.source, seen.proxy)


def _container(expected: str, facts: dict[str, Any]) -> Check:
    """One demuxer reads MOV and MP4; the file's own brand tells them apart."""
    brand = facts["metadata"].get("major_brand", "no brand").strip()
    holds = expected in facts["format"].split(",")
    if expected in ("mov", "mp4"):
        holds = holds and (brand == "qt") is (expected == "mov")
    return true("container", expected, f"{facts['format']} ({brand})", holds)


def _file(size_bytes: int) -> Check:
    return true("file", "exists, more than 0 bytes", f"{size_bytes} bytes", size_bytes > 0)


def _streams(expected: Expected, streams: list[dict[str, Any]]) -> Check:
    kinds = Counter(stream["type"] for stream in streams)
    wanted = f"1 video, {len(expected.audio)} audio"
    return same("streams", wanted, f"{kinds['video']} video, {kinds['audio']} audio")


def _tag(facts: dict[str, Any], name: str) -> str | None:
    """Return a tag that may stand on the file or on any stream, in any case."""
    for metadata in (facts["metadata"], *(stream["metadata"] for stream in facts["streams"])):
        for key, value in metadata.items():
            if key.casefold() == name:
                return str(value)
    return None


def _geometry(expected: Expected, facts: dict[str, Any], video: dict[str, Any]) -> Iterator[Check]:
    width, height = video.get("width") or 1, video.get("height") or 1
    aspect = Fraction(video.get("sample_aspect_ratio") or "1/1")
    picture = facts["first_picture"] or {}
    yield same("raster", f"{expected.width}x{expected.height}", f"{width}x{height}")
    yield same(
        "pixel_aspect_ratio", format_rational(expected.pixel_aspect_ratio), format_rational(aspect)
    )
    shown = aspect * Fraction(width, height)
    wanted = format_rational(expected.display_aspect_ratio)
    yield same("display_aspect_ratio", wanted, format_rational(shown))
    rotation = picture.get("rotation")
    yield same("rotation", expected.rotation, None if rotation is None else -rotation % 360)
    yield same("field_order", expected.field_order, _order_of_fields(picture, video))


_STATED_ORDERS = MappingProxyType(
    {1: "progressive", 2: "top_first", 3: "bottom_first", 4: "top_first", 5: "bottom_first"}
)
"""libavcodec's AVFieldOrder; 0 states nothing. 4 and 5 say how woven fields lie in the picture."""


def _order_of_fields(picture: dict[str, Any], video: dict[str, Any]) -> str | None:
    """Return what the first picture says, and the file's word where that is another."""
    if not picture:
        return None
    fields = "top_first" if picture["top_first"] else "bottom_first"
    order = fields if picture["interlaced"] else "progressive"
    stated = _STATED_ORDERS.get(video["field_order"], order)
    return order if stated == order else f"{order}, but the file says {stated}"


def _color(expected: Expected, video: dict[str, Any], picture: dict[str, Any]) -> Iterator[Check]:
    names = ("primaries", "transfer", "matrix", "range")
    for name, table in zip(names, (PRIMARIES, TRANSFERS, MATRICES, RANGES), strict=True):
        actual = table.get(video.get(name, -1), UNKNOWN)
        shown = table.get(picture.get(name, -1), actual)
        if shown != actual:
            actual = f"{actual}, but its pictures say {shown}"
        if name == "range" and actual == UNKNOWN:
            actual = expected.unstated_range
        yield same(f"color.{name}", getattr(expected.color, name), actual)


def _plays(seen: Seen) -> Check:
    proxy = seen.proxy
    wanted = "decodes to its end without an error"
    if proxy.exit_code == 0 and not proxy.messages and not proxy.video.errors:
        return true("plays", wanted, wanted, True)
    said = proxy.messages[0] if proxy.messages else f"exit code {proxy.exit_code}"
    return true("plays", wanted, said, False)
