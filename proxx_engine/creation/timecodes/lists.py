"""A person's list of start timecodes (ALE or CSV): read whole or refused whole, found by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.footage.file_kinds import extension_of, load_file_kinds, stem_of
from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.timecodes.tables import MAX_ISSUES, Row, read_rows
from proxx_engine.errors import CreationError, Issue
from proxx_engine.spec.media import Timecode
from proxx_engine.spec.timecode import timecode_problem

_TIMECODE = re.compile(r"([0-9]{1,2})[:;]([0-9]{2})[:;]([0-9]{2})([:;])([0-9]{2,3})")
_RATE = re.compile(
    r"([0-9]+(?:[.,][0-9]+)?)(?:/([0-9]+))?\s*(?:fps|p)?\s*(df|drop|ndf|nd|non[- ]?drop)?",
    re.IGNORECASE,
)
_YES = frozenset({"1", "yes", "true", "drop", "df", "y"})
_HIGHEST_RATE = 1000
_SHOWN_FILES = 64


@dataclass(frozen=True, slots=True)
class TimecodeEntry:
    """One clip of a list."""

    line: int
    name: str
    """The source file's name, or the clip's where the list names no file."""
    clip: str | None
    """The clip's name, where there is one beside the file's."""
    timecode: Timecode
    """Of its first frame, from `csv`."""
    reel: str | None
    nominal: int | None = None
    """Whole frames a second that the list counts; None where it does not say."""
    rate_is_its_own: bool = False
    """Whether the rate stands in the clip's line, and not once for all clips."""


@dataclass(frozen=True)
class TimecodeList:
    """A list of start timecodes."""

    path: Path
    entries: tuple[TimecodeEntry, ...]
    _by_name: Mapping[str, TimecodeEntry | None]
    """Whole names; None where rows of the list give one name different timecodes."""
    _by_stem: Mapping[str, TimecodeEntry | None]

    def find(self, found: Found) -> TimecodeEntry | None:
        """Return a clip's row: by the names of its files, else by its name without an extension."""
        for name in _file_names(found):
            if entry := self._by_name.get(_plain(name)):
                return entry
        for name in (found.name, found.path.stem):
            if entry := self._by_name.get(_plain(name)) or self._by_stem.get(_plain(name)):
                return entry
        return None

    def unused(self, found: Iterable[Found]) -> tuple[str, ...]:
        """Return the rows that fit none of the clips, as `A001.mov (line 7)`."""
        used = {entry.line for clip in found if (entry := self.find(clip))}
        return tuple(f"{e.name} (line {e.line})" for e in self.entries if e.line not in used)

    def lacking(self, found: Iterable[Found]) -> tuple[Path, ...]:
        """Return the clips that no row fits."""
        return tuple(clip.path for clip in found if self.find(clip) is None)


def read_timecode_list(path: Path) -> TimecodeList:
    """Read an ALE or CSV file. Raises: CreationError with every problem found, by line."""
    rows, issues = read_rows(path)
    read = [_entry(row) for row in rows]
    entries = [each for each in read if isinstance(each, TimecodeEntry)]
    issues += [issue for each in read if isinstance(each, list) for issue in each]
    issues += _contradictions(entries)
    if issues:
        # A rate that stands once for the whole list is wrong once.
        distinct = sorted(dict.fromkeys(issues), key=lambda i: int(i.path.rpartition(" ")[2]))
        raise CreationError(tuple(distinct[:MAX_ISSUES]), subject=str(path))
    return TimecodeList(
        path,
        tuple(entries),
        _index((name, entry) for entry in entries for name in _names(entry)),
        _index((_stem(name), entry) for entry in entries for name in _names(entry)),
    )


def _entry(row: Row) -> TimecodeEntry | list[Issue]:
    where = f"line {row.line}"
    issues: list[Issue] = []
    file = re.split(r"[/\\]", row.cells.get("file", ""))[-1]
    clip = row.cells.get("clip")
    name = file or clip
    if not name:
        issues.append(Issue("SPEC_MISSING_FIELD", where, "names neither a file nor a clip"))
    reel = row.cells.get("reel")
    if reel is not None and not reel.isprintable():
        issues.append(Issue("SPEC_BAD_TEXT", where, f"found the reel {ascii(reel)[:80]}"))
    rate = row.cells.get("rate")
    stated = _read_rate(rate) if rate else None
    if rate and stated is None:
        sentence = f"found {rate!a} frames a second; expected a rate such as 25 or 29.97"
        issues.append(Issue("SPEC_OUT_OF_RANGE", f"line {row.rate_line}", sentence))
    start = row.cells.get("start")
    if start is None:
        sentence = f"gives no start for {name or 'its clip'}; fill it in or take the line out"
        issues.append(Issue("SPEC_MISSING_FIELD", where, sentence))
        return issues
    nominal, flagged = stated or (None, False)
    drop = flagged or row.cells.get("drop", "").lower() in _YES
    timecode = _read_timecode(start, drop_frame=drop, nominal=nominal)
    if isinstance(timecode, str):
        issues.append(Issue("SPEC_BAD_TIMECODE", where, f"found {start!a}, which {timecode}"))
    if issues or isinstance(timecode, str) or not name:
        return issues
    return TimecodeEntry(
        row.line,
        name,
        clip if file else None,
        timecode,
        reel,
        nominal,
        rate_is_its_own=row.rate_line == row.line,
    )


def _read_timecode(text: str, *, drop_frame: bool, nominal: int | None) -> Timecode | str:
    """Return the timecode, or what is wrong with it."""
    match = _TIMECODE.fullmatch(text)
    if match is None:
        return 'is not of the form HH:MM:SS:FF (";" before the frames where it counts drop-frame)'
    hours, minutes, seconds, mark, frames = match.groups()
    drop = drop_frame or mark == ";"
    start = f"{int(hours):02d}:{minutes}:{seconds}{';' if drop else ':'}{frames}"
    if nominal is None:
        # The least of the usual rates that counts so far; a clip's own rate is asked later.
        nominal = next((n for n in (30, 60, 120) if int(frames) < n), _HIGHEST_RATE)
    rate = Fraction(nominal * 1000, 1001) if drop else Fraction(nominal)
    problem = timecode_problem(start, drop_frame=drop, rate=rate)
    if problem:
        return problem.replace(str(rate), str(nominal))
    return Timecode.model_validate({"start": start, "drop_frame": drop, "from": "csv"})


def _read_rate(text: str) -> tuple[int, bool] | None:
    """Return the whole frames a second that are counted, and whether drop-frame is stated."""
    match = _RATE.fullmatch(text.strip())
    if match is None or (match[2] and not int(match[2])):
        return None
    nominal = round(Fraction(match[1].replace(",", ".")) / int(match[2] or 1))
    if not 1 <= nominal < _HIGHEST_RATE:
        return None
    return nominal, (match[3] or "").lower() in ("df", "drop")


def _contradictions(entries: list[TimecodeEntry]) -> Iterator[Issue]:
    first: dict[str, TimecodeEntry] = {}
    for entry in entries:
        other = first.setdefault(_plain(entry.name), entry)
        if _value(other) != _value(entry):
            sentence = (
                f"gives {entry.name} as {_shown(entry)}, but line {other.line} as {_shown(other)}"
            )
            yield Issue("SPEC_DUPLICATE_KEY", f"line {entry.line}", sentence)


def _index(
    pairs: Iterable[tuple[str, TimecodeEntry]],
) -> Mapping[str, TimecodeEntry | None]:
    index: dict[str, TimecodeEntry | None] = {}
    for name, entry in pairs:
        other = index.setdefault(_plain(name), entry)
        if other is not None and _value(other) != _value(entry):
            index[_plain(name)] = None
    return MappingProxyType(index)


def _names(entry: TimecodeEntry) -> tuple[str, ...]:
    return (entry.name, entry.clip) if entry.clip else (entry.name,)


def _file_names(found: Found) -> Iterator[str]:
    yield from (path.name for path in found.files[:_SHOWN_FILES])
    if found.sequence is not None:
        # So NLEs write a sequence: shot.[0001-0100].dpx
        last = found.sequence.first + len(found.files) - 1
        digits = found.sequence.digits
        span = f"[{found.sequence.first:0{digits}d}-{last:0{digits}d}]"
        yield f"{found.sequence.prefix}{span}{found.sequence.suffix}"


def _stem(name: str) -> str:
    kinds = load_file_kinds()
    return stem_of(name) if extension_of(name) in kinds.footage | kinds.pictures else name


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _value(entry: TimecodeEntry) -> tuple[str, str | None]:
    return entry.timecode.start, entry.reel


def _shown(entry: TimecodeEntry) -> str:
    return f"{entry.timecode.start} on {entry.reel}" if entry.reel else entry.timecode.start
