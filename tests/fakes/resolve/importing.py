"""Decides what ImportMedia makes of a path: a clip of what the file holds, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .clip_facts import ClipFacts
from .media_facts import read_facts
from .timecode import rate_number, rate_of

RAW = {
    ".braw": ("Blackmagic RAW", "BRAW"),
    ".r3d": ("RED", "R3D"),
    ".ari": ("ARRIRAW", "ARI"),
    ".crm": ("Canon RAW", "CRM"),
    ".nev": ("Nikon N-RAW", "NEV"),
}
"""Suffixes whose files Resolve reads and FFmpeg does not: what stands in them does not matter."""
_PICTURES = (".dng", ".exr", ".dpx", ".png", ".tif", ".tiff", ".jpg")
_MEDIA = (".mov", ".mp4", ".mxf", ".mkv", ".avi", ".wav", ".mpg", *_PICTURES, *RAW)
_BRACKET = re.compile(r"\[(\d+)-(\d+)\]")


@dataclass(frozen=True, slots=True)
class Import:
    """One thing that ImportMedia was given, as the pool will call it."""

    path: str
    facts: ClipFacts


def read_import(
    asked: object, known: dict[str, ClipFacts], project_rate: Fraction
) -> Import | None:
    """What a path, or the description of a sequence, is; None when it is no media."""
    if isinstance(asked, dict):
        return _sequence(asked, project_rate)
    if not isinstance(asked, str) or not Path(asked).is_file():
        return None
    facts = known.get(asked) or facts_of_file(Path(asked), project_rate)
    return Import(asked, facts) if facts else None


def facts_of_file(path: Path, project_rate: Fraction) -> ClipFacts | None:
    """The facts of a file; a raw file's are made up, for nothing here can read one."""
    suffix = path.suffix.lower()
    if suffix not in _MEDIA:
        return None
    if suffix in RAW:
        codec, kind = RAW[suffix]
        return ClipFacts(codec=codec, format=kind, bits=16)
    found = read_facts(path)
    if found is None:
        return None
    if suffix in _PICTURES:
        return ClipFacts(type="still", frames=1, rate=project_rate, channels=0, codec=found.codec)
    if found.rate is None:
        frames = round(found.seconds * project_rate)
        return ClipFacts(
            type="audio",
            frames=frames,
            rate=project_rate,
            width=0,
            height=0,
            channels=found.channels,
        )
    timecode = found.timecode or "00:00:00:00"
    return ClipFacts(
        type="video_audio" if found.channels else "video",
        frames=found.frames,
        rate=rate_of(rate_number(found.rate)),
        start_timecode=timecode,
        drop_frame=";" in timecode,
        width=found.width,
        height=found.height,
        codec=found.codec,
        channels=found.channels,
        sample_rate=found.sample_rate or 48_000,
    )


def bracketed(pattern: str, first: int, last: int) -> str:
    """A sequence's path as Resolve writes it: `dir/plate.[0001-0008].exr`."""

    def numbers(found: re.Match[str]) -> str:
        width = int(found[1] or 1)
        return f"[{first:0{width}d}-{last:0{width}d}]"

    return re.sub(r"%0?(\d*)d", numbers, pattern)


def range_in(path: str) -> tuple[int, int] | None:
    """The first and last number in a sequence's path."""
    found = _BRACKET.search(Path(path).name)
    return (int(found[1]), int(found[2])) if found else None


def _sequence(asked: dict[str, object], rate: Fraction) -> Import | None:
    pattern, first, last = (asked.get(key) for key in ("FilePath", "StartIndex", "EndIndex"))
    if not isinstance(pattern, str) or not isinstance(first, int) or not isinstance(last, int):
        return None
    if not all(Path(pattern % number).is_file() for number in range(first, last + 1)):
        return None
    found = read_facts(Path(pattern % first))
    facts = ClipFacts(
        type="video",
        frames=last - first + 1,
        rate=rate,
        start_timecode="00:00:00:00",
        width=found.width if found else 0,
        height=found.height if found else 0,
        codec=Path(pattern).suffix.lstrip(".").upper(),
        format=Path(pattern).suffix.lstrip(".").upper(),
        channels=0,
        first_number=first,
    )
    return Import(bracketed(pattern, first, last), facts)
