"""The words of a clip's properties → what they certainly mean. Pure.

What Resolve writes as text in one version is a number in another, and empty where it is not known.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from proxx_engine import parse_rate

_SIZE = re.compile(r"([0-9]+)x([0-9]+)")
_TIMECODE = re.compile(r"([0-9]{2}:[0-9]{2}:[0-9]{2})[:;]([0-9]{2,3})")
_DROP_UNIT = Fraction(30000, 1001)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and bytes of a name that were no UTF-8."""
_MOST_TEXT = 4096


def parse_count(value: Any, least: int, most: int) -> int | None:
    """Return a whole number out of text or a number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = clean(value).strip()
    number = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else -1
    return number if least <= number <= most else None


def parse_flag(value: Any) -> bool | None:
    """Return what '1' and '0' mean, as text or as numbers; None for anything else."""
    number = parse_count(value, 0, 1)
    return None if number is None else number == 1


def parse_frame_rate(value: Any) -> Fraction | None:
    """Return the exact rate behind 23.976, "23.976", "23,976", 24.0, …; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = clean(value).strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,20})?", text):
        return None
    try:
        # Three places are what Resolve writes; a float may have more.
        return parse_rate(f"{float(text):.3f}".rstrip("0").rstrip("."))
    except ValueError:
        return None


def parse_timecode(value: Any, drops: bool | None, rate: Fraction | None) -> str | None:
    """Return a start timecode as the flag says that it counts; None where that is not certain."""
    found = _TIMECODE.fullmatch(value.strip()) if isinstance(value, str) else None
    can_drop = rate is None or (rate / _DROP_UNIT).denominator == 1
    if found is None or (drops is None and can_drop) or (drops and not can_drop):
        return None
    return f"{found[1]}{';' if drops else ':'}{found[2]}"


def parse_size(value: Any) -> tuple[int | None, int | None]:
    """Return width and height out of "1920x1080"; twice None for anything else."""
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    sides = [parse_count(found[side], 1, 32768) for side in (1, 2)] if found else [None]
    return (sides[0], sides[1]) if None not in sides else (None, None)


def clean(value: Any) -> str:
    r"""Return a value as text that a JobSpec can hold: a line's end is told as \n.

    Whole numbers have no point, whichever language they came through.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else _as_json(value)
    return _UNWRITABLE.sub(lambda found: ascii(found[0])[1:-1], text)[:_MOST_TEXT]


def _as_json(value: Any) -> str:
    """Return what is no text as text that is the same each time; a handle's number is not."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, default=lambda _object: "an object of Resolve"
    )
