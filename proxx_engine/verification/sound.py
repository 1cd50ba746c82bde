"""The proxy's sound against its source's: what it is, every sample, and when it is heard."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proxx_engine._engines.contract import ProxyWitness, SoundTimes, SourceWitness
from proxx_engine.planning.expectation import Expected
from proxx_engine.results.checks import Check
from proxx_engine.verification.comparing import same, true

_EDIT_LIST_TICK = Fraction(1, 1000)
"""A MOV states where a track begins in milliseconds."""
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
        decoded = source.audio[number].samples
        played = proxy.audio[number].samples if number < len(proxy.audio) else None
        fewest, most = wanted.samples(decoded)
        limits = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        yield true(
            f"{at}.length",
            f"{limits} samples",
            f"{played} samples",
            played is not None and fewest <= played <= most,
        )
        yield same(f"{at}.content", promised.get(number, "no hash"), hashes.get(number))
        if number in times:
            heard, meant = times[number], source.sound_times[number]
            moved = heard.start_seconds - played_begins - (meant.start_seconds - begins)
            yield true(
                f"{at}.start",
                f"{float(meant.start_seconds - begins):.6f} s after the first picture",
                f"{float(heard.start_seconds - played_begins):.6f} s",
                abs(moved) <= slack + 2 * _EDIT_LIST_TICK,
            )
            yield _step(f"{at}.step", meant, heard)


def _step(name: str, meant: SoundTimes, heard: SoundTimes) -> Check:
    """A proxy's samples follow each other; where the source's jumped, all behind is elsewhere."""
    jump = max(meant.largest_jump_seconds, heard.largest_jump_seconds)
    wanted = "in step with the picture, to 40 ms"
    return true(name, wanted, f"out of step by up to {float(jump):.6f} s", jump <= _IN_STEP)
