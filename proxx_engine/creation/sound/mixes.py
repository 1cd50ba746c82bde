"""How many channels become two or one: stated coefficients, only where it is asked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

Downmix = Literal["stereo", "mono"]
Weight = tuple[Fraction, Fraction]
"""How much of a channel goes to the left, and how much to the right."""

_CENTRE = Fraction(707, 1000)
_ONE, _NONE = Fraction(1), Fraction(0)
_LEFT, _RIGHT, _MIDDLE = (_ONE, _NONE), (_NONE, _ONE), (_CENTRE, _CENTRE)
_BACK_LEFT, _BACK_RIGHT, _LOW = (_CENTRE, _NONE), (_NONE, _CENTRE), (_NONE, _NONE)
_BACK = (Fraction(1, 2), Fraction(1, 2))
_FIVE_ONE = (_LEFT, _RIGHT, _MIDDLE, _LOW, _BACK_LEFT, _BACK_RIGHT)

_WEIGHTS: Mapping[str, tuple[Weight, ...]] = MappingProxyType(
    {
        "stereo": (_LEFT, _RIGHT),
        "3.0": (_LEFT, _RIGHT, _MIDDLE),
        "quad": (_LEFT, _RIGHT, _BACK_LEFT, _BACK_RIGHT),
        "4.0": (_LEFT, _RIGHT, _MIDDLE, _BACK),
        "5.0": (_LEFT, _RIGHT, _MIDDLE, _BACK_LEFT, _BACK_RIGHT),
        "5.0(side)": (_LEFT, _RIGHT, _MIDDLE, _BACK_LEFT, _BACK_RIGHT),
        "5.1": _FIVE_ONE,
        "5.1(side)": _FIVE_ONE,
    }
)
"""FFmpeg's name of a layout → its channels in order, as ITU-R BS.775 mixes them."""


def mix_of(
    layout: str | None, channels: int, downmix: Downmix
) -> tuple[tuple[Fraction, ...], ...] | None:
    """Return the coefficients; None for a track that has no more channels than are asked for.

    They are made so much smaller that nothing clips. Channels without a name, and those of a
    layout that is not in the table, go into each side alike.
    """
    sides = 2 if downmix == "stereo" else 1
    if channels <= sides:
        return None
    weights = _WEIGHTS.get(layout or "", ())
    if len(weights) != channels:
        return ((_short(Fraction(1, channels)),) * channels,) * sides
    rows: list[list[Fraction]] = [[left for left, _ in weights], [right for _, right in weights]]
    if sides == 1:
        rows = [[(left + right) / 2 for left, right in weights]]
    largest = max(sum(row, start=_NONE) for row in rows)
    return tuple(tuple(_short(part / largest) for part in row) for row in rows)


def _short(part: Fraction) -> Fraction:
    """Return a coefficient of few digits, rounded down."""
    return Fraction(part * 10000 // 1, 10000)
