"""Which pictures are compared, and which are shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sidecar.qc.model import MAX_PICTURES

DEFAULT_STRIDE = 24
DEFAULT_MAX = 60
"""About a picture of each second of the first minute. Pictures are found by their number alone, so
that all before the last one must be decoded, though not scaled: a clip of a minute of 1080p took
a third of what its encode took (measured), so that ten minutes take a thirtieth. Most clips are
shorter, and are seen from end to end.
"""
_PAIRS = 6


def sampled_numbers(count: int, *, frame_stride: int, max_frames: int | None) -> tuple[int, ...]:
    """Return which of `count` pictures are compared: each `frame_stride`th, from the first."""
    return tuple(range(0, count, frame_stride)[: max_frames or MAX_PICTURES])


def shown_positions(sampled: int) -> tuple[int, ...]:
    """Return which of so many sampled pictures are shown, the first and the last among them."""
    pairs = min(_PAIRS, sampled)
    if pairs < 2:
        return tuple(range(pairs))
    return tuple(round(number * (sampled - 1) / (pairs - 1)) for number in range(pairs))


def mean_of(values: Sequence[float]) -> float:
    """Return the arithmetic mean, as it is written down."""
    return round(sum(values) / len(values), 4)
