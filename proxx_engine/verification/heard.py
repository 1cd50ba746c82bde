"""Sound that is coded with loss: its packets as the encoder wrote them, its levels as heard.

Two numbers for each second of each channel tell channels apart that were swapped, lost, muted or
moved: how loud it is, and how bright (the step from sample to sample). Channels that are alike in
both, second by second, cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from zlib import crc32

from proxx_engine._engines.contract import HeardSound, SoundLevels
from proxx_engine.planning.expectation import ExpectedAudio
from proxx_engine.results.checks import Check
from proxx_engine.spec.sound_codecs import SOUND_CODECS
from proxx_engine.verification.comparing import true

LEVEL_WITHIN_DECIBELS = 1.5
EDGES_WITHIN_DECIBELS = 1.5
"""AAC and Opus at 96 kb/s a channel stay within 1.0 and 0.4 on clips, noise, tones and clicks
(measured)."""
_QUIET_DECIBELS = -60.0
"""What is below is as good as silence: coders leave noise away that nobody hears."""
_DULL_DECIBELS = -66.0
_LEAST_SECOND = 10
"""A last second is left out that is shorter than this part of one: a burst decides it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first second that does not sound alike."""

    channel: int
    second: int
    said: str


def compare_packets_of_sound(
    at: str, number: int, source: HeardSound, proxy: HeardSound
) -> Iterator[Check]:
    """Compare one stream's packets in the file with those that the encoder wrote."""
    encoded = source.packets[number]
    stored = proxy.packets[number] if number < len(proxy.packets) else encoded[:0]
    wanted = f"all {len(encoded) - 1} packets as the encoder wrote them"
    if encoded == stored:
        yield true(f"{at}.packets", wanted, wanted, True)
        return
    pairs = enumerate(zip(encoded, stored, strict=False))
    first = next((n for n, (one, other) in pairs if one != other), min(len(encoded), len(stored)))
    place = "the codec's header" if first == len(encoded) - 1 else f"packet {first}"
    yield true(f"{at}.packets", wanted, f"{place} differs", False)


def compare_by_picture(
    at: str,
    number: int,
    source: HeardSound,
    proxy: HeardSound,
    *,
    pictures: int,
    silence: frozenset[int] | None,
) -> Check:
    """Compare the samples that go with each picture: all there are, or as far as pictures go.

    `silence` holds the checksums of silence that goes with a picture, where it must follow to the
    last one; None where nothing does.
    """
    meant = source.packets[number][:-1]
    heard = proxy.packets[number][:-1] if number < len(proxy.packets) else meant[:0]
    length = min(len(meant), pictures)
    end = length if silence is None else pictures
    wanted = f"every sample that goes with {length} pictures"
    if end > length:
        wanted += f", silence with {end - length}"
    for picture in range(max(end, len(heard))):
        there = picture < min(end, len(heard))
        if not there or not _alike(heard[picture], meant[picture : picture + 1], silence):
            return true(f"{at}.content", wanted, f"differs at picture {picture}", False)
    return true(f"{at}.content", wanted, wanted, True)


def _alike(heard: int, meant: Sequence[int], silence: frozenset[int] | None) -> bool:
    return heard == meant[0] if meant else silence is not None and heard in silence


def silence_with_a_picture(audio: ExpectedAudio, rate: Fraction) -> frozenset[int]:
    """Return the checksums of silent PCM as long as one picture of `rate`, rounded either way."""
    sample = audio.channels * (SOUND_CODECS[audio.codec].bytes_a_sample or 0)
    fewest = audio.sample_rate // rate
    return frozenset(crc32(bytes(samples * sample)) for samples in (fewest, fewest + 1))


def compare_levels(
    at: str, meant: SoundLevels, heard: SoundLevels | None, *, samples: int, rate: int
) -> Check:
    """Compare how one stream sounds; `samples` is its length at `rate` samples a second."""
    limits = f"{LEVEL_WITHIN_DECIBELS:g} dB in level and {EDGES_WITHIN_DECIBELS:g} dB in brightness"
    wanted = f"every second of every channel within {limits}"
    seconds, rest = divmod(samples, rate)
    seconds += rest * _LEAST_SECOND >= rate
    found = _first_unlike(meant, heard, seconds) if heard else Difference(1, 0, "no sound")
    if found is None:
        return true(f"{at}.content", wanted, wanted, True)
    where = f"channel {found.channel}, second {found.second}: {found.said}"
    return true(f"{at}.content", wanted, where, False)


def _first_unlike(meant: SoundLevels, heard: SoundLevels, seconds: int) -> Difference | None:
    limits = (
        ("level", meant.levels, heard.levels, LEVEL_WITHIN_DECIBELS, _QUIET_DECIBELS),
        ("brightness", meant.edges, heard.edges, EDGES_WITHIN_DECIBELS, _DULL_DECIBELS),
    )
    for what, one, other, within, floor in limits:
        if len(one) != len(other):
            return Difference(min(len(one), len(other)) + 1, 0, "no such channel")
        for channel, (wanted, actual) in enumerate(zip(one, other, strict=True), start=1):
            pairs = enumerate(zip_longest(wanted[:seconds], actual[:seconds]))
            for second, (source, proxy) in pairs:
                if source is None or proxy is None:
                    return Difference(channel, second, "missing")
                if abs(max(source, floor) - max(proxy, floor)) > within:
                    said = f"{what} {proxy:.1f} dB, source {source:.1f} dB"
                    return Difference(channel, second, said)
    return None
