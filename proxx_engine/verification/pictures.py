"""The proxy's pictures against its source's: how many, which, when, and byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proxx_engine._engines.contract import ProxyWitness, SourceWitness
from proxx_engine.planning.expectation import Expected
from proxx_engine.planning.frame_rates import Conformed, conform_times, runs_of
from proxx_engine.results.checks import Check
from proxx_engine.results.execution_results import FrameRun
from proxx_engine.spec.media import PromisedFrames
from proxx_engine.spec.model import format_rational
from proxx_engine.verification.comparing import EDIT_LIST_TICK, planned, same, true

_IN_NANOSECONDS = ("matroska", "webm")
_A_FEW_NANOSECONDS = Fraction(1, 100_000_000)


def compare_pictures(
    expected: Expected,
    promised: PromisedFrames,
    source: SourceWitness,
    proxy: ProxyWitness,
    stream: dict[str, Any],
) -> Iterator[Check]:
    """Compare how many pictures there are and when; of a conformed clip, also which.

    `stream` is the probe's facts of the proxy's picture.
    """
    conformed = _conformed(expected, source)
    yield from _frames(expected, promised, source, proxy, conformed)
    yield from _times(expected, source, proxy, stream, conformed)


def _frames(
    expected: Expected,
    promised: PromisedFrames,
    source: SourceWitness,
    proxy: ProxyWitness,
    conformed: Conformed | None,
) -> Iterator[Check]:
    decoded = source.video.frames
    if promised.count is not None:
        wanted = f"{promised.count} promised by {promised.basis}"
        yield true("frames.decoded", wanted, str(decoded), decoded >= promised.count)
    frames = len(conformed.pictures) if conformed else expected.frames(decoded)
    why = None if frames == decoded else f"source has {decoded}"
    yield planned(same("frames.muxed", frames, len(proxy.packets.times)), why)
    yield planned(same("frames.played", frames, proxy.video.frames), why)
    if conformed:
        yield _frame_map(conformed, source)


def frame_map(expected: Expected, source: SourceWitness) -> tuple[FrameRun, ...] | None:
    """Return which pictures a conformed proxy shows, as seen; None where it is one for one."""
    if not expected.conformed or list(source.shown) == list(range(source.video.frames)):
        return None
    return runs_of(source.shown)


def _conformed(expected: Expected, source: SourceWitness) -> Conformed | None:
    """Compute anew, out of the source's own times, what a conformed proxy must show."""
    if not expected.conformed or expected.frame_rate is None or source.source_end is None:
        return None
    base, times = source.source_times
    return conform_times(times, time_base=base, end=source.source_end, rate=expected.frame_rate)


def _frame_map(conformed: Conformed, source: SourceWitness) -> Check:
    """Compare, picture by picture, what was to be shown with what the encoder was given."""
    wanted, seen, decoded = conformed.pictures, source.shown, source.video.frames
    repeated, dropped = conformed.repeated, conformed.dropped(decoded)
    differs = f"{repeated} repeat the one before, {dropped} of {decoded} pictures are dropped"
    why = differs if repeated or dropped else None
    holds = f"{len(wanted)} frames, each the picture on display"
    if len(source.source_times[1]) != decoded:
        witnessed = f"the times of {len(source.source_times[1])} of {decoded} pictures"
        return true("frame_map", holds, witnessed, False)
    if wanted == seen:
        return planned(true("frame_map", holds, holds, True), why)
    pairs = enumerate(zip(wanted, seen, strict=False))
    first = next((n for n, (one, other) in pairs if one != other), min(len(wanted), len(seen)))
    found = f"frame {first} shows {_picture(seen, first)}, expected {_picture(wanted, first)}"
    return true("frame_map", holds, found, False)


def _picture(shown: Any, frame: int) -> str:
    return f"picture {shown[frame]} of the source" if frame < len(shown) else "nothing"


def _times(
    expected: Expected,
    source: SourceWitness,
    proxy: ProxyWitness,
    stream: dict[str, Any],
    conformed: Conformed | None,
) -> Iterator[Check]:
    base, times = proxy.packets.time_base, proxy.packets.times
    source_base, source_times = source.source_times
    if not times or not source_times:
        yield Check(name="times", expected="at least one picture", actual="none", verdict="unknown")
        return
    begins = source_times[0] * source_base
    if expected.frame_rate is not None:
        rate = expected.frame_rate
        actual = stream.get("average_rate") or stream.get("guessed_rate")
        if len(times) > 1:
            yield compare_rate(rate, actual, expected.container)
        late = first_uneven(times, base, rate)
        wanted = f"every picture at its frame of {format_rational(rate)}"
        slack = 1 / (2 * rate) + base
        if conformed:
            begins, slack = conformed.first_frame / rate, base + EDIT_LIST_TICK
    else:
        late = _first_unlike(times, base, source_times, source_base)
        wanted = "every picture at the source's time"
        slack = base + source_base
    yield true("times", wanted, wanted if late is None else f"not picture {late}", late is None)
    offset = abs(times[0] * base - begins)
    yield true(
        "start",
        f"first picture at {float(begins):.6f} s",
        f"{float(times[0] * base):.6f} s",
        offset <= slack,
    )
    if expected.frame_rate is None:
        yield _end(source, proxy, within=expected.end_within)


def _end(source: SourceWitness, proxy: ProxyWitness, *, within: Fraction) -> Check:
    """Compare how long all pictures are shown, from the first to the end of the last."""
    base, packets = source.source_times[0], proxy.packets
    if source.source_end is None:
        return same("end", "the end of the source's last picture", None)
    wanted = (source.source_end - source.source_times[1][0]) * base
    shown = (packets.end - packets.times[0]) * packets.time_base
    return true(
        "end",
        f"last picture over {float(wanted):.6f} s after the first begins",
        f"{float(shown):.6f} s",
        abs(shown - wanted) <= within + base + packets.time_base,
    )


def compare_rate(rate: Fraction, actual: str | None, container: str) -> Check:
    """Matroska states a picture's length in nanoseconds, and FFmpeg finds only a rate of small
    numbers near it: 19001/317 for 60000/1001 (measured).
    """
    if container in _IN_NANOSECONDS and actual is not None:
        near = abs(1 / Fraction(actual) - 1 / rate) <= _A_FEW_NANOSECONDS
        return true("frame_rate", format_rational(rate), actual, near)
    return same("frame_rate", format_rational(rate), actual)


def first_uneven(times: Any, base: Fraction, rate: Fraction) -> int | None:
    """Return the first picture that is not at frame k of `rate`, to one tick of the clock."""
    unit = base * rate
    first = times[0]
    for frame, time in enumerate(times):
        if abs((time - first) * unit.numerator - frame * unit.denominator) > unit.numerator:
            return frame
    return None


def _first_unlike(
    times: Any, base: Fraction, source_times: Any, source_base: Fraction
) -> int | None:
    """Return the first picture that is not at its source's time, to one tick of either clock."""
    if len(times) != len(source_times):
        return min(len(times), len(source_times))
    slack = base + source_base
    for picture, (time, source) in enumerate(zip(times, source_times, strict=True)):
        apart = (time - times[0]) * base - (source - source_times[0]) * source_base
        if abs(apart) > slack:
            return picture
    return None


def compare_packets(expected: Expected, source: SourceWitness, proxy: ProxyWitness) -> Check:
    """Compare the packets in the file with those that the encoder wrote."""
    encoded, stored = source.packets.checksums, proxy.packets.checksums
    wanted = f"all {len(encoded) - 1} packets as the encoder wrote them"
    if expected.packets_verbatim:
        # The header is the container's own there, and nothing that pictures need.
        encoded, stored = encoded[:-1], stored[:-1]
    if encoded == stored:
        return true("packets", wanted, wanted, True)
    pairs = enumerate(zip(encoded, stored, strict=False))
    first = next((n for n, (one, other) in pairs if one != other), min(len(encoded), len(stored)))
    place = "the codec's header" if first == len(source.packets.times) else f"packet {first}"
    return true("packets", wanted, f"{place} differs", False)
