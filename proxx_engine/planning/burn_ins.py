"""What is burnt into pictures: how a profile says it, and the one font that it is drawn with. Pure.

`WHAT@PLACE` or `WHAT@PLACE:SIZE%`: timecode@bottom, name@top-left:4%, text=NOT FOR RELEASE@center.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from proxx_engine.spec.job_spec import Place

FONT_SHA256 = "0f5db4f1749979d961019838b160bec74abdf7f9eca69553fe1aa856bbff49a4"
"""DejaVu Sans Mono 2.37, as it lies in `proxx_engine/fonts`."""
FONT_FILE = "look.ttf"
TEXT_FILE = "look.{}.txt"
"""In the private working folder, so that the command is the same everywhere; `{}`: which burn-in.
What stands in a file need not be escaped, whatever it is.
"""
DEFAULT_PERCENT = 5.0
LEAST_PERCENT, MOST_PERCENT = 1.0, 25.0

Shown = Literal["timecode", "timecode-or-zero", "frame", "name", "reel", "reel-or-none", "text"]
_WHAT = get_args(Shown)
_PLACES = get_args(Place)
_FORM = re.compile(r"(.*)@([a-z-]+)(?::([0-9]{1,2}(?:\.[0-9])?)%)?")
_TEXT = "text="


@dataclass(frozen=True, slots=True)
class BurnInAsked:
    """One entry of a look."""

    what: Shown
    text: str | None
    """Only of `text`."""
    place: Place
    percent: float
    """Of the proxy's height."""


def parse_burn_in(entry: str) -> BurnInAsked:
    """Read one entry of a look. Raises: ValueError with a sentence."""
    found = _FORM.fullmatch(entry)
    if found is None:
        raise ValueError(f"found {entry!a}, expected WHAT@PLACE or WHAT@PLACE:SIZE%")
    what, text = found[1], None
    if what.startswith(_TEXT):
        what, text = "text", what.removeprefix(_TEXT)
    if what not in _WHAT or (what == "text" and not (text or "").strip()):
        allowed = ", ".join(each for each in _WHAT if each != "text")
        raise ValueError(f"found {found[1]!a} before the @, expected {allowed} or text=WORDS")
    if found[2] not in _PLACES:
        raise ValueError(f"found {found[2]!a} behind the @, expected {', '.join(_PLACES)}")
    percent = float(found[3]) if found[3] else DEFAULT_PERCENT
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise ValueError(
            f"found the size {found[3]}%, expected {LEAST_PERCENT:.0f}% to {MOST_PERCENT:.0f}% of "
            "the proxy's height"
        )
    return BurnInAsked(cast(Shown, what), text, cast(Place, found[2]), percent)


def row_of(place: Place) -> str:
    """Return which of three rows a place lies in: top, center, bottom."""
    return place.partition("-")[0]
