"""The proxy's sound against its source's: what it is, every sample, and when it is heard."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proxx_engine._engines.contract import ProxyWitness, SoundTimes, SourceWitness
from proxx_engine.planning.expectation import Expected, ExpectedAudio
from proxx_engine.results.checks import Check
from proxx_engine.verification.comparing import EDIT_LIST_TICK, same, true
from proxx_engine.verification.heard import (
    compare_by_picture,
    compare_levels,
    compare_packets_of_sound,
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
        decoded, lead = source.audio[number].samples, 0
        if source.led_in is not None:
            lead = source.led_in[number] - decoded
        played = proxy.audio[number].samples if number < len(proxy.audio) else None
        fewest, most = wanted.samples(decoded + max(lead, 0))
        limits = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        yield true(
            f"{at}.length",
            f"{limits} samples",
            f"{played} samples",
            played is not None and fewest <= played <= most,
        )
        if wanted.proof == "samples":
            yield same(f"{at}.content", promised.get(number, "no hash"), hashes.get(number))
        else:
            yield from _heard(number, wanted, source, proxy, lead=max(lead, 0))
        if number in times:
            heard, meant = times[number], source.sound_times[number]
            begun = heard.start_seconds + Fraction(lead, wanted.source_rate)
            moved = begun - played_begins - (meant.start_seconds - begins)
            yield true(
                f"{at}.start",
                f"{float(meant.start_seconds - begins):.6f} s after the first picture",
                f"{float(begun - played_begins):.6f} s",
                abs(moved) <= slack + 2 * EDIT_LIST_TICK,
            )
            yield _step(f"{at}.step", meant, heard)


def _heard(
    number: int, wanted: ExpectedAudio, source: SourceWitness, proxy: ProxyWitness, *, lead: int
) -> Iterator[Check]:
    at, meant, heard = f"audio.{number}", source.heard, proxy.heard
    if meant is None or heard is None:
        yield same(f"{at}.content", "the sound of the source and the proxy", None)
        return
    if wanted.proof == "pictures":
        yield compare_by_picture(at, number, meant, heard, pictures=len(proxy.packets.times))
        return
    levels = heard.levels[number] if number < len(heard.levels) else None
    samples, _most = wanted.samples(source.audio[number].samples + lead)
    yield compare_levels(at, meant.levels[number], levels, samples=samples, rate=wanted.sample_rate)
    yield from compare_packets_of_sound(at, number, meant, heard)


def _step(name: str, meant: SoundTimes, heard: SoundTimes) -> Check:
    """A proxy's samples follow each other; where the source's jumped, all behind is elsewhere."""
    jump = max(meant.largest_jump_seconds, heard.largest_jump_seconds)
    wanted = "in step with the picture, to 40 ms"
    return true(name, wanted, f"out of step by up to {float(jump):.6f} s", jump <= _IN_STEP)
