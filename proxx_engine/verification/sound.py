"""The proxy's sound against its source's: what it is, every sample, and when it is heard."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proxx_engine._engines.contract import ProxyWitness, SoundTimes, SourceWitness
from proxx_engine.planning.expectation import Expected, ExpectedAudio
from proxx_engine.results.checks import Check
from proxx_engine.verification.comparing import EDIT_LIST_TICK, planned, same, true
from proxx_engine.verification.heard import (
    compare_by_picture,
    compare_levels,
    compare_packets_of_sound,
    silence_with_a_picture,
)

_IN_STEP = Fraction(1, 25)
"""Sound that is early by more is seen (EBU R 37); phones' clocks jump by less."""


def compare_sound(
    expected: Expected,
    source: SourceWitness,
    proxy: ProxyWitness,
    streams: list[dict[str, Any]],
    *,
    slack: Fraction,
) -> Iterator[Check]:
    """Compare every audio stream; `slack` is how far the first picture was moved at most."""
    source_base, source_pictures = source.source_times
    begins = source_pictures[0] * source_base
    played_begins = proxy.packets.times[0] * proxy.packets.time_base if proxy.packets.times else 0
    hashes, times = dict(enumerate(proxy.audio_hashes)), dict(enumerate(proxy.sound_times))
    promised = dict(enumerate(source.audio_hashes))
    for number, wanted in enumerate(expected.audio):
        at = f"audio.{number}"
        stream = streams[number] if number < len(streams) else {}
        yield same(f"{at}.codec", wanted.codec, stream.get("codec"))
        yield same(f"{at}.channels", wanted.channels, stream.get("channels"))
        yield same(f"{at}.sample_rate", wanted.sample_rate, stream.get("sample_rate"))
        if wanted.name is not None:
            yield _name(f"{at}.name", wanted.name, expected, stream)
        decoded, lead = source.audio[number].samples, 0
        if wanted.laid is not None:
            decoded = wanted.laid
        elif source.led_in is not None:
            lead = source.led_in[number] - decoded
        played = proxy.audio[number].samples if number < len(proxy.audio) else None
        own = decoded + max(lead, 0)
        pictures = len(proxy.packets.times)
        fewest, most = _as_long_as(expected, wanted, own, pictures=pictures)
        ends = _end_with_picture(expected, wanted, own, pictures=pictures)
        why = None
        if ends is not None:
            fewest, most = ends
            why = f"source has {own}; silence follows, to the last picture"
        limits = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        length = true(
            f"{at}.length",
            f"{limits} samples",
            f"{played} samples",
            played is not None and fewest <= played <= most,
        )
        yield planned(length, why)
        if wanted.proof == "samples":
            yield same(f"{at}.content", promised.get(number, "no hash"), hashes.get(number))
        elif wanted.proof == "pictures":
            yield planned(_by_picture(number, expected, source, proxy), why)
        else:
            yield from _heard(number, wanted, source, proxy, own=own)
        if number in times:
            heard, meant = times[number], source.sound_times[number]
            begun = heard.start_seconds + Fraction(lead, wanted.source_rate)
            # What was recorded apart has silence up to its beginning: it starts with the picture.
            starts = meant.start_seconds - begins if wanted.laid is None else Fraction(0)
            moved = begun - played_begins - starts
            yield true(
                f"{at}.start",
                f"{float(starts):.6f} s after the first picture",
                f"{float(begun - played_begins):.6f} s",
                abs(moved) <= slack + 2 * EDIT_LIST_TICK,
            )
            yield _step(f"{at}.step", meant, heard)


def _name(at: str, wanted: str, expected: Expected, stream: dict[str, Any]) -> Check:
    tags = {key.casefold(): value for key, value in stream.get("metadata", {}).items()}
    # MOV and MP4 give the title of a track back as its name.
    held = "none" if at in expected.planned else wanted
    return same(at, held, tags.get("name") or tags.get("title") or "none")


def _as_long_as(
    expected: Expected, wanted: ExpectedAudio, own: int, *, pictures: int
) -> tuple[int, int]:
    """Return the fewest and the most samples; what was recorded apart is as long as the picture."""
    fewest, most = wanted.samples(own)
    if wanted.laid is None or expected.frame_rate is None:
        return fewest, most
    whole = pictures * wanted.sample_rate / expected.frame_rate
    if wanted.proof == "pictures":
        return math.floor(whole), math.ceil(whole)
    slack = wanted.tolerance_samples + 1
    return max(fewest, math.floor(whole) - slack), min(most, math.ceil(whole) + slack)


def _end_with_picture(
    expected: Expected, wanted: ExpectedAudio, own: int, *, pictures: int
) -> tuple[int, int] | None:
    """Return the fewest and the most samples of sound that silence follows; None of other sound.

    What is less than a picture short is no difference: MXF holds whole pictures' worth.
    """
    if expected.frame_rate is None or not wanted.ends_with_picture:
        return None
    samples = pictures * wanted.sample_rate / expected.frame_rate
    if samples - own < wanted.sample_rate / expected.frame_rate:
        return None
    return math.floor(samples), math.ceil(samples)


def _by_picture(
    number: int, expected: Expected, source: SourceWitness, proxy: ProxyWitness
) -> Check:
    meant, heard, wanted = source.heard, proxy.heard, expected.audio[number]
    at, pictures = f"audio.{number}", len(proxy.packets.times)
    if meant is None or heard is None or expected.frame_rate is None:
        return same(f"{at}.content", "the sound of the source and the proxy", None)
    silence = None
    if wanted.ends_with_picture:
        silence = silence_with_a_picture(wanted, expected.frame_rate)
    return compare_by_picture(at, number, meant, heard, pictures=pictures, silence=silence)


def _heard(
    number: int, wanted: ExpectedAudio, source: SourceWitness, proxy: ProxyWitness, *, own: int
) -> Iterator[Check]:
    at, meant, heard = f"audio.{number}", source.heard, proxy.heard
    if meant is None or heard is None:
        yield same(f"{at}.content", "the sound of the source and the proxy", None)
        return
    levels = heard.levels[number] if number < len(heard.levels) else None
    samples, _most = wanted.samples(own)
    yield compare_levels(at, meant.levels[number], levels, samples=samples, rate=wanted.sample_rate)
    yield from compare_packets_of_sound(at, number, meant, heard)


def _step(name: str, meant: SoundTimes, heard: SoundTimes) -> Check:
    """A proxy's samples follow each other; where the source's jumped, all behind is elsewhere."""
    jump = max(meant.largest_jump_seconds, heard.largest_jump_seconds)
    wanted = "in step with the picture, to 40 ms"
    return true(name, wanted, f"out of step by up to {float(jump):.6f} s", jump <= _IN_STEP)
