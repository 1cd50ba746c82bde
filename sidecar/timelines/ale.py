"""Avid's lists of a bin (ALE) → the clips that they name, each whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sidecar.timelines.model import (
    MAX_EVENTS,
    Timecodes,
    TimelineRefused,
    Used,
    base_name,
    distinct,
)

_TIMECODE = re.compile(r"(\d{1,2})[:;.,](\d{2})[:;.,](\d{2})([:;.,])(\d{2,3})")
_FILES = ("sourcefile", "sourcefilename", "filename", "file", "clipfilename", "mediafile")
_PATHS = ("uncpath", "sourcepath", "filepath", "path")
_REELS = ("tape", "tapeid", "tapename", "reel", "reelname", "reel#", "labroll", "camroll")


def read_ale(text: str) -> tuple[Used, ...]:
    """Return what a list names, in its order. Raises: TimelineRefused."""
    part, columns, used, mark = "", list[str](), list[Used](), "\t"
    for number, line in enumerate(text.splitlines(), start=1):
        word = line.strip().casefold()
        if word in ("heading", "column", "data"):
            part = word
        elif not word:
            continue
        elif part == "heading":
            mark = "," if re.fullmatch(r"field_delim\s+commas", word) else mark
        elif part == "column":
            columns = [re.sub(r"[^a-z0-9#]", "", name.casefold()) for name in line.split(mark)]
        elif part == "data":
            if len(used) >= MAX_EVENTS:
                raise TimelineRefused(f"has more than {MAX_EVENTS:,} clips")
            cells = dict(zip(columns, (cell.strip() for cell in line.split(mark)), strict=False))
            used.append(_use(number, cells))
    if "name" not in columns:
        raise TimelineRefused('has no "Column" line with a Name, as an ALE has')
    return tuple(used)


def _use(number: int, cells: Mapping[str, str]) -> Used:
    path = _first(cells, _PATHS)
    file = _first(cells, _FILES) or (path if path and "." in base_name(path) else None)
    # A path may be of the folder, or of the file itself.
    whole = (
        path if path and file and base_name(path).casefold() == base_name(file).casefold() else None
    )
    place = whole or (f"{path.rstrip('/')}/{base_name(file)}" if path and file else "")
    tracks = cells.get("tracks", "").upper()
    return Used(
        event=f"line {number}",
        names=distinct(base_name(file or ""), cells.get("clipname"), cells.get("name")),
        url=place if re.match(r"/|[A-Za-z]:|\\\\|file:", place) else None,
        reel=_first(cells, _REELS),
        span=_span(cells),
        kind="audio" if tracks.startswith("A") and "V" not in tracks else "video",
    )


def _span(cells: Mapping[str, str]) -> Timecodes | None:
    start, end = (_plain(cells.get(name, "")) for name in ("start", "end"))
    return Timecodes(start=start, end=end or start) if start else None


def _plain(text: str) -> str | None:
    match = _TIMECODE.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, mark, frames = match.groups()
    return f"{int(hours):02d}:{minutes}:{seconds}{';' if mark in ';,' else ':'}{frames}"


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((cells[name] for name in names if cells.get(name)), None)
