"""A proxy that Resolve rendered, against what Resolve said of its clip.

Only Resolve reads the source: of its colour, its reel and the samples of its sound nobody here saw
anything. There the check says `planned`, what was found, and that nothing promises it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proxx_engine._engines.contract import ProxyWitness
from proxx_engine.planning.rendering import Rendering
from proxx_engine.results.checks import Check, VerificationReport
from proxx_engine.spec.model import format_rational
from proxx_engine.verification.comparing import planned, same, true
from proxx_engine.verification.file_facts import (
    container,
    file_there,
    geometry,
    picture_of,
    plays,
    stated_color,
    tag,
)
from proxx_engine.verification.pictures import compare_rate, first_uneven

NOT_PROMISED = "as Resolve renders it; nothing promises a value"


def verify_rendered(
    wanted: Rendering, proxy: ProxyWitness, facts: dict[str, Any], *, size_bytes: int
) -> VerificationReport:
    """Compare a proxy with what Resolve said of its clip; `facts` are the probe's of the proxy."""
    return VerificationReport(checks=tuple(_checks(wanted, proxy, facts, size_bytes)))


def _checks(
    wanted: Rendering, proxy: ProxyWitness, facts: dict[str, Any], size_bytes: int
) -> Iterator[Check]:
    video = picture_of(facts)
    sounds = [stream for stream in facts["streams"] if stream["type"] == "audio"]
    yield file_there(size_bytes)
    yield plays(proxy)
    yield container(wanted.container, facts)
    yield same("codec", wanted.codec, video.get("codec"))
    if wanted.codec_profile is not None:
        yield same("codec_profile", wanted.codec_profile, video.get("profile"))
    yield same("pixel_format", wanted.pixel_format, video.get("pixel_format"))
    yield _streams(wanted, facts, sounds)
    yield same("frames.muxed", wanted.frames, len(proxy.packets.times))
    yield same("frames.played", wanted.frames, proxy.video.frames)
    yield from _times(wanted, proxy, video)
    yield same("timecode", wanted.timecode, tag(facts, "timecode") or "none")
    yield _not_promised("reel", tag(facts, "reel_name") or "none")
    yield from _sound(wanted, proxy, sounds)
    yield from _geometry(wanted, facts)
    for name, actual in stated_color(facts, unstated_range="unknown"):
        yield _not_promised(f"color.{name}", actual)


def _not_promised(name: str, actual: str) -> Check:
    return Check(name=name, expected=NOT_PROMISED, actual=actual, verdict="planned")


def _streams(wanted: Rendering, facts: dict[str, Any], sounds: list[dict[str, Any]]) -> Check:
    """One stream for each of a clip's tracks, or one for all: Resolve does not promise which."""
    pictures = sum(stream["type"] == "video" for stream in facts["streams"])
    expected = "1 video, at least 1 audio" if wanted.channels else "1 video, 0 audio"
    holds = pictures == 1 and bool(sounds) == bool(wanted.channels)
    return true("streams", expected, f"{pictures} video, {len(sounds)} audio", holds)


def _times(wanted: Rendering, proxy: ProxyWitness, video: dict[str, Any]) -> Iterator[Check]:
    base, times, rate = proxy.packets.time_base, proxy.packets.times, wanted.frame_rate
    if not times:
        yield Check(name="times", expected="at least one picture", actual="none", verdict="unknown")
        return
    if len(times) > 1:
        stated = video.get("average_rate") or video.get("guessed_rate")
        yield compare_rate(rate, stated, wanted.container)
    late = first_uneven(times, base, rate)
    even = f"every picture at its frame of {format_rational(rate)}"
    yield true("times", even, even if late is None else f"not picture {late}", late is None)
    begins = times[0] * base
    near = abs(begins) <= 1 / (2 * rate) + base
    yield true("start", "first picture at 0.000000 s", f"{float(begins):.6f} s", near)


def _sound(wanted: Rendering, proxy: ProxyWitness, sounds: list[dict[str, Any]]) -> Iterator[Check]:
    if not wanted.channels:
        return
    channels = sum(stream.get("channels") or 0 for stream in sounds)
    yield same("audio.channels", wanted.channels, channels)
    for number, stream in enumerate(sounds):
        yield same(f"audio.{number}.codec", wanted.audio_codec, stream.get("codec"))
        yield same(f"audio.{number}.sample_rate", wanted.sample_rate, stream.get("sample_rate"))
    yield from _lengths(wanted, proxy)
    for number, heard in enumerate(proxy.audio_hashes):
        yield _not_promised(f"audio.{number}.content", heard)


def _lengths(wanted: Rendering, proxy: ProxyWitness) -> Iterator[Check]:
    """Sound lasts as long as the pictures, to a picture."""
    a_picture = Fraction(wanted.sample_rate) / wanted.frame_rate
    for number, sound in enumerate(proxy.audio):
        length = wanted.frames * a_picture
        holds = abs(sound.samples - length) <= a_picture
        limits = f"{round(length)} samples, to {round(a_picture)}"
        yield true(f"audio.{number}.length", limits, f"{sound.samples} samples", holds)


def _geometry(wanted: Rendering, facts: dict[str, Any]) -> Iterator[Check]:
    width, height = wanted.source_size
    shown = Fraction(wanted.width, wanted.height)
    made = geometry(
        facts,
        raster=(wanted.width, wanted.height),
        pixel_aspect=Fraction(1),
        display_aspect=shown,
        rotation=0,
        field_order="progressive",
    )
    why = {}
    if (width, height) != (wanted.width, wanted.height):
        why["raster"] = f"source shows {width}x{height}"
    if Fraction(width, height) != shown:
        why["display_aspect_ratio"] = wanted.framing or "differs by the rounding to even sides"
    for check in made:
        yield planned(check, why.get(check.name))
