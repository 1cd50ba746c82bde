"""Proven proxies → Avid Log Exchange lists (ALE), one for each frame rate. Pure.

Every fact is one that a check saw of the proxy; the reel, where the proxy cannot hold one, is the
job's. Nothing is computed but the end, which is the start and the frames.
"""

from __future__ import annotations

import ntpath
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from proxx_engine import Source, frames_of, nominal_rate, parse_rate, timecode_at, timecode_problem
from sidecar.report.exports.model import LeftOut, why_unproven
from sidecar.report.facts import rate_words
from sidecar.report.rows import Row

COLUMNS = (
    *("Name", "Tracks", "Start", "End", "Duration", "FPS", "Tape", "Source File", "Source Path"),
    *("Audio SR", "Image Size", "Proxy File", "Proxy Path", "SHA256"),
)
_FORMATS: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1920, 1080): "1080", (1280, 720): "720", (720, 576): "PAL", (720, 486): "NTSC"}
)
"""Raster → what Avid calls it; any other, and a mixture, is CUSTOM."""
_NO_REEL = "none"
_SECONDS_A_DAY = 24 * 60 * 60


class _Cannot(Exception):
    """Why a list cannot hold a clip."""


@dataclass(frozen=True, slots=True)
class AleList:
    """One list: all of its clips count by one rate."""

    fps: str
    """As its heading says it: 25, 23.976."""
    data: bytes
    count: int


@dataclass(frozen=True, slots=True)
class _Line:
    fps: str
    raster: tuple[int, int]
    cells: tuple[str, ...]


def write_lists(
    rows: Iterable[tuple[Row, Source | None]],
) -> tuple[tuple[AleList, ...], tuple[LeftOut, ...]]:
    """Return a list for each rate, the slowest first, by path, and the rows that none can hold.

    Each row stands with its source as the job says it, None where the job does not lie with the
    result.
    """
    by_rate: dict[str, list[_Line]] = defaultdict(list)
    left_out = []
    for row, source in sorted(rows, key=lambda pair: str(pair[0].proxy)):
        try:
            line = _line(row, source)
        except _Cannot as reason:
            left_out.append(LeftOut(row.name, str(reason)))
        else:
            by_rate[line.fps].append(line)
    lists = (
        AleList(fps, _list(fps, lines), len(lines))
        for fps, lines in sorted(by_rate.items(), key=lambda pair: float(pair[0]))
    )
    return tuple(lists), tuple(left_out)


def _list(fps: str, lines: Sequence[_Line]) -> bytes:
    rasters = {line.raster for line in lines}
    heading = {
        "FIELD_DELIM": "TABS",
        "VIDEO_FORMAT": _FORMATS.get(rasters.pop(), "CUSTOM") if len(rasters) == 1 else "CUSTOM",
        # A project's, which a list must name; each clip's own stands in its line.
        "AUDIO_FORMAT": "48khz",
        "FPS": fps,
    }
    text = ["Heading", *("\t".join(item) for item in heading.items()), ""]
    text += ["Column", "\t".join(COLUMNS), "", "Data"]
    text += ["\t".join(line.cells) for line in lines]
    return "".join(f"{line}\r\n" for line in text).encode()


def _line(row: Row, source: Source | None) -> _Line:
    """Return a clip's line. Raises: _Cannot."""
    reason = why_unproven(row)
    if reason is not None or row.entry is None:
        raise _Cannot(reason or row.state)
    clip = row.entry.clip
    checks = clip.verification.checks if clip.verification else ()
    seen = {check.name: check.actual for check in checks}
    rate = _rate({check.name: check.expected for check in checks})
    raster = _raster(seen)
    proxy = str(row.proxy or clip.output.path)
    cells = {
        "Name": _split(proxy)[1].rpartition(".")[0] or _split(proxy)[1],
        "Tracks": _tracks(seen),
        **_times(seen, rate),
        "FPS": rate_words(rate),
        "Tape": _reel(seen, source),
        "Source File": _split(clip.source)[1],
        "Source Path": _split(clip.source)[0],
        "Audio SR": seen.get("audio.0.sample_rate", ""),
        "Image Size": f"{raster[0]} x {raster[1]}",
        "Proxy File": _split(proxy)[1],
        "Proxy Path": _split(proxy)[0],
        "SHA256": clip.output_sha256 or "",
    }
    for name, cell in cells.items():
        _check_text(name, cell)
    return _Line(cells["FPS"], raster, tuple(cells[column] for column in COLUMNS))


def _rate(expected: Mapping[str, str]) -> Fraction:
    """Return the rate that the proxy was proven to have; Matroska's own is rounded."""
    try:
        return parse_rate(expected["frame_rate"].partition(" ")[0])
    except (KeyError, ValueError):
        raise _Cannot("has no constant frame rate, by which a list counts") from None


def _raster(seen: Mapping[str, str]) -> tuple[int, int]:
    found = re.fullmatch("([0-9]{1,6})x([0-9]{1,6})", seen.get("raster", ""))
    if found is None:
        raise _Cannot("its result does not tell its raster")
    return int(found[1]), int(found[2])


def _times(seen: Mapping[str, str], rate: Fraction) -> dict[str, str]:
    start, frames = seen.get("timecode", "none"), seen.get("frames.muxed", "")
    if start == "none":
        raise _Cannot("has no timecode")
    drop = ";" in start
    problem = timecode_problem(start, drop_frame=drop, rate=rate)
    if problem is not None:
        raise _Cannot(f"its timecode {start} {problem}")
    if not re.fullmatch("[0-9]{1,12}", frames):
        raise _Cannot("its result does not tell how many frames it has")
    count, first = int(frames), frames_of(start, rate=rate)
    end = timecode_at(first + count, drop_frame=drop, rate=rate)
    if count >= nominal_rate(rate) * _SECONDS_A_DAY or frames_of(end, rate=rate) <= first:
        raise _Cannot("runs over midnight, where a list's end would stand before its start")
    return {"Start": start, "End": end, "Duration": timecode_at(count, drop_frame=drop, rate=rate)}


def _tracks(seen: Mapping[str, str]) -> str:
    """Return picture and sound as Avid counts it: a track for each channel."""
    # A render's channels are counted over all streams.
    told = [seen[name] for name in seen if re.fullmatch(r"audio(\.\d+)?\.channels", name)]
    if not told and "audio.0.codec" in seen:
        raise _Cannot("its result does not tell how many channels its sound has")
    if not all(re.fullmatch("[0-9]{1,3}", each) for each in told):
        raise _Cannot("its result does not tell how many channels its sound has")
    return "V" + "".join(f"A{number}" for number in range(1, sum(map(int, told)) + 1))


def _reel(seen: Mapping[str, str], source: Source | None) -> str:
    reel = seen.get("reel", _NO_REEL)
    if reel != _NO_REEL:
        return reel
    return (source.reel if source else None) or ""


def _split(path: str) -> tuple[str, str]:
    """Return folder and name of a path, whichever system wrote it."""
    if re.match(r"[A-Za-z]:[\\/]|\\\\", path):
        return ntpath.split(path)
    return posixpath.split(path)


def _check_text(column: str, cell: str) -> None:
    """Refuse what would break a line, or is no text. Raises: _Cannot."""
    if cell.splitlines() not in ([], [cell]) or "\t" in cell:
        raise _Cannot(f"its {column} has a tab or a line break, by which a list is divided")
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise _Cannot(f"its {column} is no text") from None
