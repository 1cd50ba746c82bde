"""What of a picture is taken, and where in the proxy it lies: crop, letterbox, matte, de-squeeze.

Pure. Everything is centred, and on even samples, of woven pictures on whole pairs of lines, so that
no colour and no field is cut in two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from proxx_engine.planning.rasters import proxy_raster
from proxx_engine.spec.job_spec import Framing, Rectangle, Target
from proxx_engine.spec.profile import Look, ProfileSpec

Way = Literal["crop", "letterbox", "matte"]
_WAYS: MappingProxyType[str, Way] = MappingProxyType(
    {"crop": "crop", "letterbox": "letterbox", "matte": "matte"}
)
_FORM = re.compile(r"([a-z]+):([0-9]{1,5}(?:\.[0-9]{1,4})?)(?::([0-9]{1,5}))?")
_LEAST, _MOST = Fraction(1, 4), Fraction(4)
MOST_SQUEEZE = Fraction(2)


@dataclass(frozen=True, slots=True)
class Shaping:
    """How a picture comes to a shape: `crop` cuts it, `letterbox` puts black beside the whole of
    it, `matte` blackens what lies outside.
    """

    way: Way
    aspect: Fraction
    """Width over height, as shown."""


def parse_crop(text: str) -> Shaping:
    """Read `crop:2.39`, `letterbox:16:9`, `matte:1.85:1`. Raises: ValueError with a sentence."""
    found = _FORM.fullmatch(text)
    way = _WAYS.get(found[1]) if found else None
    if found is None or way is None or Fraction(found[3] or 1) == 0:
        raise ValueError(
            f"found {text!a}, expected crop, letterbox or matte, then a shape: "
            "crop:2.39, letterbox:16:9"
        )
    aspect = Fraction(found[2]) / Fraction(found[3] or 1)
    if not _LEAST <= aspect <= _MOST:
        raise ValueError(
            f"found {text!a}, a shape of {float(aspect):.2f}:1; from 0.25 to 4:1 is made"
        )
    return Shaping(way, aspect)


def takes_whole_raster(target: Target) -> bool:
    """Whether FFmpeg is told to take all of a raster, whatever its file says to show of it.

    What is framed counts from the corner of all of it.
    """
    return target.whole_raster or target.framing is not None


def frame_picture(
    width: int, height: int, pixel_aspect: Fraction, profile: ProfileSpec, *, lines: int
) -> tuple[int, int, Fraction, Framing | None]:
    """Return the proxy's width, height and pixel aspect, and how the picture lies in it.

    What is given is the source as it is shown; the height becomes a multiple of `lines`. None:
    the whole picture fills the proxy. Raises: ProbeError where the codec takes no raster so small.
    """
    look = profile.look
    if look is None or (look.crop is None and look.desqueeze is None):
        return (*proxy_raster(width, height, pixel_aspect, profile, lines=lines), None)
    shaping = parse_crop(look.crop) if look.crop is not None else None
    aspect = pixel_aspect * (look.desqueeze or 1)
    taken = placed = seen = None
    outer = (width, height)
    if shaping is not None and shaping.way == "crop":
        taken = _inside(width, height, shaping.aspect / aspect, lines)
        outer = (taken.width, taken.height) if taken else outer
    if shaping is not None and shaping.way == "letterbox":
        outer = _around(width, height, shaping.aspect / aspect)
    made = _raster(outer, aspect, profile, lines=lines, square=look.desqueeze is not None)
    if shaping is not None and shaping.way == "letterbox":
        placed = _inside(made[0], made[1], Fraction(width, height) * aspect / made[2], lines)
    if shaping is not None and shaping.way == "matte":
        seen = _inside(made[0], made[1], shaping.aspect / made[2], lines)
    return (*made, Framing(taken=taken, placed=placed, seen=seen, desqueeze=look.desqueeze))


def _raster(
    outer: tuple[int, int], aspect: Fraction, profile: ProfileSpec, *, lines: int, square: bool
) -> tuple[int, int, Fraction]:
    wide, high = outer
    if square:
        wide, aspect = max(2, int(wide * aspect / 2 + Fraction(1, 2)) * 2), Fraction(1)
    return proxy_raster(wide, high, aspect, profile, lines=lines)


def _inside(width: int, height: int, ratio: Fraction, lines: int) -> Rectangle | None:
    """Return the largest rectangle of `ratio` samples that fits, centred; None: all of it."""
    if ratio >= Fraction(width, height):
        high = min(_nearest(width / ratio, lines), height)
        top = (height - high) // 2 // lines * lines
        inner = Rectangle(left=0, top=top, width=width, height=high)
    else:
        wide = _nearest(height * ratio, 2)
        left = (width - wide) // 2 // 2 * 2
        inner = Rectangle(left=left, top=0, width=wide, height=height)
    return inner if inner.width < width or inner.height < height else None


def _around(width: int, height: int, ratio: Fraction) -> tuple[int, int]:
    """Return the least size of `ratio` samples that holds a picture."""
    if ratio >= Fraction(width, height):
        return max(width, _nearest(height * ratio, 1)), height
    return width, max(height, _nearest(width / ratio, 1))


def _nearest(length: Fraction, step: int) -> int:
    return max(step, int(length / step + Fraction(1, 2)) * step)


def describe_framing(look: Look | None) -> str:
    """Return how a look changes a picture's shape, '' where it does not."""
    if look is None:
        return ""
    squeeze = look.desqueeze
    said = [f"de-squeezed by {float(squeeze):.4g}"] if squeeze else []
    return ", ".join([*said, *([look.crop] if look.crop else [])])
