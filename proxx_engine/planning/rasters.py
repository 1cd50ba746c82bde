"""The proxy's raster out of its source's: the size rule of the profile, sides even. Pure."""

from __future__ import annotations

from fractions import Fraction

from proxx_engine.errors import ProbeError
from proxx_engine.spec.codecs import ASPECT_HOLDERS, ENCODINGS
from proxx_engine.spec.profile import ProfileSpec

_SQUARE_WITHIN = Fraction(1, 100)
"""Rounding to even sides may bend the picture by so much before pixels are called non-square."""


def proxy_raster(
    width: int, height: int, pixel_aspect: Fraction, profile: ProfileSpec, *, lines: int
) -> tuple[int, int, Fraction]:
    """Return width, height and pixel aspect; display aspect kept, sides even.

    What is given is the source as it is shown; the height becomes a multiple of `lines`.
    Raises: ProbeError where the codec takes no raster so small.
    """
    encoding = ENCODINGS[profile.codec]
    held = encoding.states_pixel_aspect or profile.container in ASPECT_HOLDERS
    square = encoding.fixed_rasters or not held
    if square:
        width, pixel_aspect = _round_to(width * pixel_aspect, 2), Fraction(1)
    scale = _scale(profile, width, height)
    least_width, least_height = encoding.least_raster
    if width * scale < least_width or height * scale < least_height:
        scale = Fraction(1)
    made_width = _round_to(width * scale, 2)
    made_height = _round_to(height * scale, lines)
    if made_width < least_width or made_height < least_height:
        detail = f"{width}x{height} is smaller than {profile.codec} takes"
        raise ProbeError("SOURCE_UNREADABLE", detail)
    aspect = pixel_aspect * Fraction(width, height) * Fraction(made_height, made_width)
    if pixel_aspect == 1 and (square or abs(aspect - 1) <= _SQUARE_WITHIN):
        aspect = Fraction(1)
    return made_width, made_height, aspect.limit_denominator(100_000)


def _scale(profile: ProfileSpec, width: int, height: int) -> Fraction:
    size = profile.size
    if size.mode == "half":
        return Fraction(1, 2)
    if size.mode == "quarter":
        return Fraction(1, 4)
    if size.mode == "height" and size.height is not None:
        return min(Fraction(1), Fraction(size.height, height))
    if size.mode == "box" and size.height is not None and size.width is not None:
        return min(Fraction(1), Fraction(size.height, height), Fraction(size.width, width))
    return Fraction(1)


def _round_to(length: Fraction, step: int) -> int:
    return max(step, int(length / step + Fraction(1, 2)) * step)
