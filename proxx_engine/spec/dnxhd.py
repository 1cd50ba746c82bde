"""DNxHD's rasters: what is not in this table is no DNxHD. A table, no decisions.

From Avid's white paper "Avid DNxHD Technology" (the resolutions and their bit rates) and FFmpeg's
`ff_dnxhd_cid_table` (libavcodec/dnxhddata.c), whose numbers name the bit rate in its commands:
what Avid calls 115 (720p at 50) is 120 here. The smallest 8-bit class of each raster: that of
proxies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

_24, _30, _60 = Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)


@dataclass(frozen=True, slots=True, order=True)
class Raster:
    """Width and height in pixels, and whether it is two fields."""

    width: int
    height: int
    interlaced: bool

    def __str__(self) -> str:
        return f"{self.width}x{self.height}{'i' if self.interlaced else 'p'}"


MEGABITS: Mapping[Raster, Mapping[Fraction, int]] = MappingProxyType(
    {
        Raster(1920, 1080, interlaced=False): MappingProxyType(
            {_24: 36, Fraction(24): 36, Fraction(25): 36, _30: 45, Fraction(50): 75, _60: 90}
        ),
        Raster(1920, 1080, interlaced=True): MappingProxyType({Fraction(25): 120, _30: 145}),
        Raster(1280, 720, interlaced=False): MappingProxyType(
            {_24: 60, Fraction(25): 60, _30: 75, Fraction(50): 120, _60: 145}
        ),
    }
)
"""Raster → frames a second → megabits a second, by FFmpeg's name."""


def bit_rate_of(raster: Raster, rate: Fraction) -> int | None:
    """Return bits a second as FFmpeg names them; None where DNxHD has no such picture."""
    megabits = MEGABITS.get(raster, MappingProxyType({})).get(rate)
    return None if megabits is None else megabits * 1_000_000


def describe_rasters() -> str:
    """Return the table in words: `1920x1080p at 24000/1001, …; …`."""
    return "; ".join(
        f"{raster} at {', '.join(str(rate) for rate in rates)}"
        for raster, rates in MEGABITS.items()
    )
