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
from proxx_engine.spec.media import PromisedFrames
from proxx_engine.verification.comparing import planned, same
from proxx_engine.verification.file_facts import (
    container,
    file_there,
    geometry,
    picture_of,
    plays,
    stated_color,
    tag,
)
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
    return VerificationReport(checks=(file_there(size_bytes),))


def verify_conforms(expected: Expected, seen: Seen) -> VerificationReport:
    """Compare a proxy with everything that its source promises."""
    made = _checks(expected, seen)
    return VerificationReport(
        checks=tuple(planned(check, expected.planned.get(check.name)) for check in made)
    )


def _checks(expected: Expected, seen: Seen) -> Iterator[Check]:
    facts = seen.facts
    streams = facts["streams"]
    video = picture_of(facts)
    audio = [stream for stream in streams if stream["type"] == "audio"]
    yield file_there(seen.size_bytes)
    yield plays(seen.proxy)  # first: after an error nothing else can be trusted to be the reason
    yield container(expected.container, facts)
    yield same("codec", expected.codec, video.get("codec"))
    if expected.codec_profile is not None:
        yield same("codec_profile", expected.codec_profile, video.get("profile"))
    yield same("pixel_format", expected.pixel_format, video.get("pixel_format"))
    yield _streams(expected, streams)
    yield from compare_pictures(expected, seen.promised, seen.source, seen.proxy, video)
    yield same("timecode", expected.timecode or "none", tag(facts, "timecode") or "none")
    yield same("reel", expected.reel or "none", tag(facts, "reel_name") or "none")
    slack = 1 / (2 * expected.frame_rate) if expected.frame_rate else Fraction(0)
    yield from compare_sound(expected, seen.source, seen.proxy, audio, slack=slack)
    yield from geometry(
        facts,
        raster=(expected.width, expected.height),
        pixel_aspect=expected.pixel_aspect_ratio,
        display_aspect=expected.display_aspect_ratio,
        rotation=expected.rotation,
        field_order=expected.field_order,
    )
    for name, actual in stated_color(facts, unstated_range=expected.unstated_range):
        yield same(f"color.{name}", getattr(expected.color, name), actual)
    # Last: what is wrong has a name of its own before.
    yield compare_packets(expected, seen.source, seen.proxy)


def _streams(expected: Expected, streams: list[dict[str, Any]]) -> Check:
    kinds = Counter(stream["type"] for stream in streams)
    wanted = f"1 video, {len(expected.audio)} audio"
    return same("streams", wanted, f"{kinds['video']} video, {kinds['audio']} audio")
