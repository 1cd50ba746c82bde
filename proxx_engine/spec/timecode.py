"""Timecode arithmetic in whole frames (SMPTE ST 12-1); no floating point anywhere."""

from __future__ import annotations

import re
from fractions import Fraction

_FORM = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;])(\d{2,3})")
_DROP_UNIT = Fraction(30000, 1001)
_MINUTES_A_DAY = 24 * 60


def nominal_rate(rate: Fraction) -> int:
    """Return the frames that timecode counts in a second: 30 for 30000/1001."""
    return round(rate)


def counts_drop_frame(rate: Fraction) -> bool:
    """Whether timecode at `rate` can count drop-frame: multiples of 30000/1001 only."""
    return (rate / _DROP_UNIT).denominator == 1


def timecode_problem(text: str, *, drop_frame: bool, rate: Fraction) -> str | None:
    """Return what is wrong with a timecode at a rate, None when nothing is."""
    match = _FORM.fullmatch(text)
    if match is None:
        return "is not of the form HH:MM:SS:FF"
    hours, minutes, seconds, frames = (int(match[part]) for part in (1, 2, 3, 5))
    nominal = nominal_rate(rate)
    if (match[4] == ";") is not drop_frame:
        return 'must have ";" before the frames exactly when it counts drop-frame'
    if drop_frame and not counts_drop_frame(rate):
        return f"counts drop-frame, which {rate} frames a second cannot"
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= nominal:
        return f"is no moment of a day at {nominal} frames a second"
    if drop_frame and seconds == 0 and minutes % 10 and frames < _dropped(nominal):
        return "is a number that drop-frame counting leaves out"
    return None


def frames_of(text: str, *, rate: Fraction) -> int:
    """Return the frame number that a valid timecode names, counted from 00:00:00:00."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not of the form HH:MM:SS:FF")
    hours, minutes, seconds, frames = (int(match[part]) for part in (1, 2, 3, 5))
    nominal = nominal_rate(rate)
    count = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames
    if match[4] == ";":
        whole_minutes = hours * 60 + minutes
        count -= _dropped(nominal) * (whole_minutes - whole_minutes // 10)
    return count


def timecode_at(frame: int, *, drop_frame: bool, rate: Fraction) -> str:
    """Return the timecode of a frame number, around the clock."""
    nominal = nominal_rate(rate)
    if drop_frame:
        dropped = _dropped(nominal)
        a_minute = nominal * 60 - dropped
        ten_minutes = a_minute * 10 + dropped
        frame %= ten_minutes * (_MINUTES_A_DAY // 10)
        tens, rest = divmod(frame, ten_minutes)
        skipped = max(0, (rest - dropped) // a_minute)
        frame += dropped * (9 * tens + skipped)
    else:
        frame %= nominal * 60 * _MINUTES_A_DAY
    seconds, frames = divmod(frame, nominal)
    separator = ";" if drop_frame else ":"
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours:02d}:{minutes:02d}:{seconds % 60:02d}{separator}{frames:02d}"


def _dropped(nominal: int) -> int:
    return nominal // 15
