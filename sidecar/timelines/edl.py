"""CMX3600 lists of cuts, as editing programs write them → what they use. Pure.

A list says no frame rate, so timecodes are kept as they are written. Each line of an event stands
for itself: under a dissolve both clips are used, the one that ends there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sidecar.timelines.model import (
    MAX_EVENTS,
    Timecodes,
    TimelineRefused,
    Used,
    base_name,
    distinct,
)

_TIMECODE = r"(\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3})"
_EVENT = re.compile(
    r"(?P<number>[0-9]{1,6}[A-Z]?)\s+(?P<reel>\S.*?)\s+(?P<channels>\S+)"
    r"\s+(?P<how>C|D|W\d{1,3}|K|KB|KO)(?:\s*\(F\))?(?:\s+(?P<length>\d{1,4}))?"
    rf"\s+{_TIMECODE}\s+{_TIMECODE}\s+{_TIMECODE}\s+{_TIMECODE}\s*",
)
_WITH_TIMES = re.compile(rf"[0-9]{{1,6}}[A-Z]?\s.*{_TIMECODE}\s+{_TIMECODE}\s*")
_COMMENT = re.compile(
    r"[*\s]*(?P<what>FROM CLIP NAME|TO CLIP NAME|KEY CLIP NAME|CLIP NAME|FROM CLIP|FROM FILE"
    r"|TO CLIP|TO FILE|SOURCE FILE|SOURCE FILE PATH|FILE NAME)\s*:\s*(?P<said>.*)",
    re.IGNORECASE,
)
_SPEED = re.compile(r"M2\s+.*?(?P<speed>-?[0-9]+(?:\.[0-9]*)?)\s+" + _TIMECODE, re.IGNORECASE)
_FREEZE = re.compile(r"[*\s]*FREEZE FRAME", re.IGNORECASE)
_LONG_REEL = re.compile(r"[*\s>]*(?:REEL|REEL NAME|SOURCE REEL)\s*:\s*(?P<reel>.+)", re.IGNORECASE)
_LONGEST_LINE = 1000
"""More than any program writes; what is behind it is not looked at."""
_NO_REEL = frozenset({"", "AX", "NONE", "UNKNOWN", "GEN"})
_MADE = {
    "BL": "black",
    "BLACK": "black",
    "BARS": "colour bars",
    "SMPTEBARS": "colour bars",
}


@dataclass
class _Line:
    """One line of an event, with what the notes below it say."""

    number: str
    line: int
    reel: str
    channels: str
    how: str
    length: int
    start: str
    end: str
    notes: dict[str, str] = field(default_factory=dict)
    long_reel: str | None = None
    one_frame: bool = False
    """Whether it plays at another speed, so that only its first frame is sure."""


def read_edl(text: str) -> tuple[Used, ...]:
    """Return what a list uses, in its order. Raises: TimelineRefused."""
    return tuple(used for lines in _events(text) for used in _use(lines))


def _events(text: str) -> Iterator[list[_Line]]:
    """Yield the lines of each event: two where one clip goes over into another."""
    event: list[_Line] = []
    drop = False
    count = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw[:_LONGEST_LINE].strip()
        if line.upper().startswith("FCM"):
            drop = "NON" not in line.upper() and "DROP" in line.upper()
        elif match := _EVENT.fullmatch(line):
            found = _line(match, number, drop=drop)
            count += 1
            if count > MAX_EVENTS:
                raise TimelineRefused(f"has more than {MAX_EVENTS:,} events")
            if event and event[0].number != found.number:
                yield event
                event = []
            event.append(found)
        elif _WITH_TIMES.fullmatch(line):
            raise TimelineRefused(f"line {number}: {line[:80]!a} is no event of a CMX3600 list")
        elif event:
            _note(event, line)
    if event:
        yield event
    if not count:
        raise TimelineRefused("holds no event of a CMX3600 list")


def _line(match: re.Match[str], number: int, *, drop: bool) -> _Line:
    start, end = (_plain(match[at], drop=drop) for at in (6, 7))
    return _Line(
        number=match["number"],
        line=number,
        reel=match["reel"].strip(),
        channels=match["channels"].upper(),
        how=match["how"],
        length=int(match["length"] or 0),
        start=start,
        end=end,
    )


def _plain(timecode: str, *, drop: bool) -> str:
    """Return a timecode as the engine writes it; the mark before the frames tells drop-frame."""
    hours, minutes, seconds, frames = re.split("[:;.,]", timecode)
    counts_drop = drop or timecode[-len(frames) - 1] in ";,"
    return f"{int(hours):02d}:{minutes}:{seconds}{';' if counts_drop else ':'}{frames}"


def _note(event: list[_Line], line: str) -> None:
    if match := _COMMENT.match(line):
        # Of two lines of one event, TO is said of the second, all else of the first.
        what = match["what"].upper()
        meant = event[-1] if what.startswith(("TO", "KEY")) or len(event) == 1 else event[0]
        meant.notes.setdefault(what.removeprefix("TO ").removeprefix("KEY "), match["said"].strip())
        if what == "SOURCE FILE" and len(event) > 1:
            event[-1].notes.setdefault(what, match["said"].strip())
    elif _SPEED.match(line) or _FREEZE.match(line):
        for each in event:
            each.one_frame = True
    elif match := _LONG_REEL.fullmatch(line):
        event[-1].long_reel = match["reel"].strip()


def _use(lines: list[_Line]) -> Iterator[Used]:
    going_over = next((line.length for line in lines if line.how != "C"), 0)
    for line in lines:
        where = f"event {line.number} (line {line.line})"
        if made := _MADE.get(line.reel.upper()):
            yield Used(event=where, names=(line.reel,), no_media=f"a generator: {made}")
            continue
        empty = line.start == line.end
        if empty and not going_over:
            continue
        notes = line.notes
        said = (notes.get(what) for what in ("FROM CLIP", "CLIP", "FROM FILE", "FILE"))
        path = next((path for path in said if path), None)
        file = notes.get("SOURCE FILE PATH") or notes.get("SOURCE FILE") or notes.get("FILE NAME")
        clip = notes.get("FROM CLIP NAME") or notes.get("CLIP NAME")
        yield Used(
            event=where,
            names=distinct(base_name(path or ""), base_name(file or ""), clip),
            url=path or notes.get("SOURCE FILE PATH"),
            reel=line.long_reel or (None if line.reel.upper() in _NO_REEL else line.reel),
            span=Timecodes(start=line.start, end=line.start if line.one_frame else line.end),
            kind="video" if _shows(line.channels) else "audio",
        )


def _shows(channels: str) -> bool:
    return channels == "B" or not channels.startswith("A") or "V" in channels
