"""Profile and clip → the texts that are burnt in, each of a size that fits; all of it frozen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.timecodes.counting import frames_counted
from proxx_engine.errors import ProbeError
from proxx_engine.planning.burn_ins import FONT_SHA256, BurnInAsked, parse_burn_in, row_of
from proxx_engine.spec.job_spec import BurnIn, Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.timecode import nominal_rate, timecode_problem
from proxx_engine.system.fonts import font_characters

NO_TIMECODE = "00:00:00:00"
LEAST_SIZE = 8
"""Pixels; smaller letters cannot be read."""
_ADVANCE = Fraction(1233, 2048)
"""How wide each character of the font is, in parts of its size."""
_FRAME_DIGITS = 7
_NTSC_OFF = Fraction(1, 1000)
_BACKWARDS = frozenset({"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI"})
_NO_LETTER = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Mn", "Me", "Mc", "Zl", "Zp"})
_SHARES: MappingProxyType[bool, MappingProxyType[int, int]] = MappingProxyType(
    {
        # In a row of its own, each place may take so much of the width that none meets another.
        True: MappingProxyType({1: 1, 2: 3, 3: 3}),
        False: MappingProxyType({1: 1, 2: 2}),
    }
)


def with_burn_ins(
    target: Target, source: Source, profile: ProfileSpec, *, name: str, here: Path | None = None
) -> Target:
    """Return the target with what its look burns in; `name` is the clip's, without extension.

    `here`: where its file lies, which may say how its timecode counts.
    Raises: ProbeError with the reason to leave the clip out, OSError.
    """
    entries = (profile.look.burn_in if profile.look else None) or ()
    asked = [parse_burn_in(entry) for entry in entries]
    if not asked:
        return target
    texts = [(each, _text(each, source, target, name, here)) for each in asked]
    drawn = [(each, text) for each, text in texts if text is not None]
    fitted = tuple(_fit(drawn, target))
    return target.model_copy(
        update={"burn_in": fitted, "font_sha256": FONT_SHA256 if fitted else None}
    )


def _text(
    asked: BurnInAsked, source: Source, target: Target, name: str, here: Path | None
) -> str | None:
    """Return what is drawn; of what counts, the first picture's. None: nothing."""
    if asked.what in ("timecode", "timecode-or-zero"):
        zero = asked.what == "timecode-or-zero"
        return _first_timecode(source, target, here, zero=zero)
    if asked.what == "frame":
        return "0" * _FRAME_DIGITS
    if asked.what == "name":
        return _drawable(name, "its name")
    if asked.what == "text":
        return _drawable(asked.text or "", "the text to burn in")
    if source.reel is None and asked.what == "reel":
        raise _left_out("has no reel to burn in; reel-or-none burns in nothing then")
    return None if source.reel is None else _drawable(source.reel, "its reel")


def _first_timecode(source: Source, target: Target, here: Path | None, *, zero: bool) -> str:
    rate = target.frame_rate
    if target.variable_frame_rate == "keep":
        detail = "its frame rate varies, and a timecode counts the frames of a constant one"
        raise _left_out(f"{detail}; make it constant with variable_frame_rate conform")
    if abs(rate - nominal_rate(rate)) > nominal_rate(rate) * _NTSC_OFF:
        raise _left_out(
            f"its {format_rational(rate)} frames a second are none that timecode counts; burn in "
            "frame instead"
        )
    if source.timecode is None:
        if zero:
            return NO_TIMECODE
        raise _left_out("has no timecode to burn in; timecode-or-zero begins at 00:00:00:00 then")
    start = source.timecode.start
    problem = timecode_problem(start, drop_frame=source.timecode.drop_frame, rate=rate)
    if problem:
        raise _left_out(f"its timecode {start} cannot be burnt in: it {problem}")
    counted = frames_counted(source, here) if here else None
    own = counted or nominal_rate(source.video.frame_rate if source.video else rate)
    if own != nominal_rate(rate) and int(start[9:]) > 0:
        instead = "conform it to that" if target.variable_frame_rate else "burn in frame instead"
        raise _left_out(
            f"its timecode {start} counts {own} frames a second, the proxy {nominal_rate(rate)}: "
            f"it cannot be burnt in; {instead}"
        )
    return start


def _drawable(text: str, what: str) -> str:
    """Return a text as it is drawn: composed, so that a Mac's names are the same as others'."""
    composed = unicodedata.normalize("NFC", text).strip()
    for letter in composed:
        why = ""
        if unicodedata.category(letter) in _NO_LETTER:
            why = "which is no character of its own"
        elif unicodedata.bidirectional(letter) in _BACKWARDS:
            why = "which is written from right to left"
        elif ord(letter) not in font_characters():
            why = "which the font DejaVu Sans Mono has not"
        if why:
            called = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
            raise _left_out(f"{what}, {composed!a}, holds {called}, {why}: it cannot be burnt in")
    if not composed:
        raise _left_out(f"{what} is empty and cannot be burnt in")
    return composed


def _fit(drawn: list[tuple[BurnInAsked, str]], target: Target) -> Iterator[BurnIn]:
    """Yield each text as large as it was asked for, or smaller where its row has less room."""
    for asked, text in drawn:
        row = [each.place for each, _text in drawn if row_of(each.place) == row_of(asked.place)]
        room = Fraction(target.width, _SHARES[row_of(asked.place) in row][len(row)])
        size = int(target.height * Fraction(asked.percent) / 100)
        # On both sides half a letter's size to the edge, and as much for the box at most.
        while size > LEAST_SIZE and ceil(size * _ADVANCE) * len(text) + 2 * size > room:
            size -= 1
        size = max(size, LEAST_SIZE)
        if ceil(size * _ADVANCE) * len(text) + 2 * size > room:
            fits = int((room - 2 * size) / ceil(size * _ADVANCE))
            raise _left_out(
                f"{text!a} at {asked.place} has {len(text)} characters, of which no more than "
                f"{fits} fit there; burn in less, or in a row of its own"
            )
        shows = "timecode" if asked.what.startswith("timecode") else "text"
        counted = asked.what == "frame"
        yield BurnIn(
            shows="frame" if counted else shows,  # type: ignore[arg-type]
            text=None if counted else text,
            place=asked.place,
            size=size,
        )


def _left_out(why: str) -> ProbeError:
    return ProbeError("SOURCE_UNREADABLE", why)
