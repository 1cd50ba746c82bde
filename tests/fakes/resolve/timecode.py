"""Frame rates as Resolve writes them, and timecode as text and as a number of frames."""

from __future__ import annotations

import re
from fractions import Fraction

_TIMECODE = re.compile(r"(\d\d)[:;](\d\d)[:;](\d\d)[:;](\d\d\d?)")
_NTSC = {
    "23.976": 24,
    "29.97": 30,
    "47.952": 48,
    "59.94": 60,
    "95.904": 96,
    "119.88": 120,
}
RATES = {
    **{name: Fraction(whole * 1000, 1001) for name, whole in _NTSC.items()},
    **{str(whole): Fraction(whole) for whole in (16, 18, 24, 25, 30, 48, 50, 60, 72, 96, 100, 120)},
}
"""The rates a timeline may have, by Resolve's text for them."""


def rate_text(rate: Fraction) -> str:
    """Resolve's text for a rate: '23.976', '24'."""
    known = next((name for name, value in RATES.items() if value == rate), None)
    return known or f"{float(rate):.3f}".rstrip("0").rstrip(".")


def rate_number(rate: Fraction) -> float:
    """Resolve's number for a rate: 23.976, 24.0."""
    return float(rate_text(rate))


def rate_of(number: float) -> Fraction:
    """The rate behind Resolve's number: 23.976 is 24000/1001."""
    near = (rate for rate in RATES.values() if abs(float(rate) - number) < 0.002)
    return next(near, Fraction(number).limit_denominator(1001))


def frames_of(text: object, rate: Fraction, *, drop: bool) -> int | None:
    """The number of the frame that a timecode names; None when it names none."""
    found = _TIMECODE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    hours, minutes, seconds, frames = (int(part) for part in found.groups())
    per_second = round(rate)
    if minutes > 59 or seconds > 59 or frames >= per_second:
        return None
    count = (hours * 3600 + minutes * 60 + seconds) * per_second + frames
    if not drop:
        return count
    whole_minutes = hours * 60 + minutes
    return count - _dropped_a_minute(rate) * (whole_minutes - whole_minutes // 10)


def text_of(frame: int, rate: Fraction, *, drop: bool) -> str:
    """The timecode of a frame, with ';' before the frames when frames are dropped."""
    per_second = round(rate)
    if drop:
        dropped = _dropped_a_minute(rate)
        per_minute = per_second * 60 - dropped
        tens, rest = divmod(frame, per_minute * 10 + dropped)
        later_minutes = max(0, rest - dropped) // per_minute
        frame += dropped * (tens * 9 + later_minutes)
    seconds, frames = divmod(frame, per_second)
    clock = f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}{';' if drop else ':'}{frames:02}"


def _dropped_a_minute(rate: Fraction) -> int:
    return 2 * round(rate / 30)
