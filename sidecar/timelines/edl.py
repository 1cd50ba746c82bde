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

_TIMECODE = re.compile(r"\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}[A-Z]?")
_CUT = re.compile(
    r"(?P<reel>.+) (?P<channels>\S+) (?P<how>C|D|W[0-9]{1,3}|K ?[BO]?)(?: ?\(F\))?"
    r"(?: (?P<length>[0-9]{1,4}))?"
)
"""What stands between the number of an event and its four timecodes, in single spaces."""
_COMMENT = re.compile(
    r"[*\s]*(?P<what>FROM CLIP NAME|TO CLIP NAME|KEY CLIP NAME|CLIP NAME|FROM CLIP|FROM FILE"
    r"|TO CLIP|TO FILE|SOURCE FILE|SOURCE FILE PATH|FILE NAME)\s*:\s*(?P<said>.*)",
    re.IGNORECASE,
)
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
    is_shown: bool
    """Whether it has a length: in the media, or in the list."""
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
        elif found := _line(line, number, drop=drop):
            count += 1
            if count > MAX_EVENTS:
                raise TimelineRefused(f"has more than {MAX_EVENTS:,} events")
            if event and event[0].number != found.number:
                yield event
                event = []
            event.append(found)
        elif event:
            _note(event, line)
    if event:
        yield event
    if not count:
        raise TimelineRefused("holds no event of a CMX3600 list")


def _line(text: str, number: int, *, drop: bool) -> _Line | None:
    """Return a line of an event, None where it is none. Raises: TimelineRefused."""
    words = text.split()
    if not words or not _NUMBER.fullmatch(words[0]):
        return None
    times = [word for word in words if _TIMECODE.fullmatch(word)]
    if len(times) < 2:
        return None
    match = _CUT.fullmatch(" ".join(words[1:-4]))
    if match is None or times != words[-4:]:
        raise TimelineRefused(f"line {number}: {text[:80]!a} is no event of a CMX3600 list")
    start, end = (_plain(time, drop=drop) for time in times[:2])
    return _Line(
        number=words[0],
        line=number,
        reel=match["reel"],
        channels=match["channels"].upper(),
        how=match["how"],
        length=int(match["length"] or 0),
        start=start,
        end=end,
        is_shown=start != end or times[2] != times[3],
    )


def _plain(timecode: str, *, drop: bool) -> str:
    """Return a timecode as the engine writes it; the mark before the frames tells drop-frame."""
    hours, minutes, seconds, frames = re.split("[:;.,]", timecode)
    counts_drop = drop or timecode[-len(frames) - 1] in ";,"
    return f"{int(hours):02d}:{minutes}:{seconds}{';' if counts_drop else ':'}{frames}"


def _note(event: list[_Line], line: str) -> None:
    if match := _COMMENT.match(line):
        # Where one clip goes over into another, TO is said of that one, all else of the first;
        # what is said twice, of each in turn.
        what = match["what"].upper()
        first = event[-1] if event[-1].how == "C" or what.startswith(("TO", "KEY")) else event[0]
        what = what.removeprefix("TO ").removeprefix("KEY ")
        meant = event[-1] if what in first.notes else first
        meant.notes.setdefault(what, match["said"].strip())
    elif line[:3].upper().split() == ["M2"] or _FREEZE.match(line):
        for each in event:
            each.one_frame = True
    elif match := _LONG_REEL.fullmatch(line):
        event[-1].long_reel = match["reel"].strip()


def _use(lines: list[_Line]) -> Iterator[Used]:
    going_over = next((line.length for line in lines if line.how != "C"), 0)
    files = [_first(line, "SOURCE FILE PATH", "SOURCE FILE", "FILE NAME") for line in lines]
    # A single file of two clips of one reel may be of either: their own names are surer.
    of_one_reel = len({line.reel for line in lines if line.reel.upper() not in _MADE}) == 1
    shared = going_over and of_one_reel and None in files
    of_either = [file for file in files if file] if shared else []
    for line, file in zip(lines, files, strict=True):
        where = f"event {line.number} (line {line.line})"
        if made := _MADE.get(line.reel.upper()):
            yield Used(event=where, names=(line.reel,), no_media=f"a generator: {made}")
            continue
        if not line.is_shown and not going_over:
            continue
        path = _first(line, "FROM CLIP", "CLIP", "FROM FILE", "FILE")
        clip = _first(line, "FROM CLIP NAME", "CLIP NAME")
        own = [each for each in (path, None if of_either else file) if each]
        yield Used(
            event=where,
            names=distinct(*map(base_name, own), clip, *map(base_name, of_either)),
            # A name without a folder says nothing of where it lies.
            url=next((each for each in own if re.search(r"[/\\]", each)), None),
            reel=line.long_reel or (None if line.reel.upper() in _NO_REEL else line.reel),
            span=Timecodes(start=line.start, end=line.start if line.one_frame else line.end),
            kind="video" if _shows(line.channels) else "audio",
        )


def _first(line: _Line, *notes: str) -> str | None:
    return next((line.notes[what] for what in notes if line.notes.get(what)), None)


def _shows(channels: str) -> bool:
    return channels == "B" or not channels.startswith("A") or "V" in channels
