"""An ALE or CSV file → its rows under known columns, every problem with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.footage.file_kinds import extension_of
from proxx_engine.errors import CreationError, Issue
from proxx_engine.system.files import read_regular

MAX_BYTES = 16 * 1024 * 1024
MAX_ISSUES = 100
_DELIMITERS = (",", ";", "\t")
_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "file": (
            *("sourcefile", "sourcefilename", "filename", "file", "clipfilename", "mediafile"),
            *("sourcefilepath", "filepath", "sourcepath", "uncpath", "path"),
        ),
        "clip": ("name", "clipname", "clip"),
        "start": (
            *("start", "starttc", "starttimecode", "timecodestart", "tcstart", "timecode"),
            *("tc", "tcin", "timecodein", "sourcestart", "sourcestarttc"),
        ),
        "reel": (
            *("reel", "reelname", "reelnumber", "tape", "tapename", "tapeid"),
            *("roll", "camroll", "cameraroll"),
        ),
        # Not the shot or sensor rate: a clip shot fast counts its timecode at the project's.
        "rate": ("projectfps", "projectframerate", "fps", "framerate", "rate"),
        "drop": ("dropframe", "drop", "df"),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what stands under the columns that are known."""

    line: int
    cells: Mapping[str, str]
    """By file, clip, start, reel, rate, drop; only what is not empty."""
    rate_line: int
    """Where the rate stands: here, or in the heading."""


@dataclass(slots=True)
class _Reading:
    """A list as far as it was read."""

    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def refuse(self, code: str, line: int, sentence: str) -> None:
        self.issues.append(Issue(code, f"line {line}", sentence))


def read_rows(path: Path) -> tuple[list[Row], list[Issue]]:
    """Return the rows of a list and what is wrong with its form.

    Raises: CreationError when the file cannot be read at all.
    """
    text = _read_text(path)
    reading = _Reading()
    lines = re.split(r"\r\n|\r|\n", text)
    first = next((line.strip().lower() for line in lines if line.strip()), "")
    if first == "heading" or extension_of(path.name) == "ale":
        _read_ale(lines, reading)
    else:
        _read_csv(text, reading)
    if not reading.rows and not reading.issues:
        reading.refuse("SPEC_BAD_LIST", len(lines), "found no clip in the list")
    return reading.rows, reading.issues


def _read_text(path: Path) -> str:
    try:
        data = read_regular(path, limit=MAX_BYTES)
    except ValueError:
        raise _unreadable(path, "SPEC_UNREADABLE", f"is larger than {MAX_BYTES:,} bytes") from None
    except OSError as error:
        sentence = error.strerror or str(error)
        raise _unreadable(path, "SPEC_UNREADABLE", sentence) from error
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"line {line}: found the byte 0x{data[error.start]:02X}; save the list as UTF-8"
        raise _unreadable(path, "SPEC_ENCODING", sentence) from error
    if not text.strip():
        raise _unreadable(path, "SPEC_BAD_LIST", "found no text")
    return text


def _read_ale(lines: list[str], reading: _Reading) -> None:
    """Read an Avid Log Exchange: the sections Heading, Column and Data, each under its name."""
    sections: dict[str, list[tuple[int, str]]] = {}
    section = ""
    for number, line in enumerate(lines, start=1):
        if line.strip().lower() in ("heading", "column", "data") and "data" not in sections:
            section = line.strip().lower()
            sections[section] = []
        elif line.strip():
            sections.setdefault(section, []).append((number, line))
    if lacking := [name for name in ("Heading", "Column", "Data") if name.lower() not in sections]:
        sentence = f"found no section {' and no section '.join(lacking)}, which an ALE has"
        reading.refuse("SPEC_BAD_LIST", len(lines), sentence)
        return
    values = {
        key.strip().upper(): (number, value.strip())
        for number, text in sections["heading"]
        for key, _tab, value in (text.partition("\t"),)
    }
    marks = values.get("FIELD_DELIM", (0, ""))[1].upper()
    delimiter = "," if marks.startswith("COMMA") else "\t"
    if not sections["column"]:
        sentence = "found no names under Column"
        reading.refuse("SPEC_MISSING_FIELD", len(lines), sentence)
        return
    column_line, columns = sections["column"][0]
    rows = ((number, text.split(delimiter)) for number, text in sections["data"])
    rate = values.get("FPS", (0, ""))
    _take_rows(column_line, columns.split(delimiter), rows, reading, rate=rate)


def _read_csv(text: str, reading: _Reading) -> None:
    first, _end, rest = text.partition("\n")
    stated = re.fullmatch(r"sep=(.)\s*", first)  # so Excel writes which mark it used
    text = rest if stated else text
    delimiters = (stated[1],) if stated else _DELIMITERS
    delimiter = max(delimiters, key=lambda each: len(_places(_first_row(text, each))))
    rows = _csv_rows(text, delimiter, reading, skipped=1 if stated else 0)
    for line, columns in rows:
        if any(cell.strip() for cell in columns):
            _take_rows(line, columns, rows, reading, rate=(0, ""))


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(
            (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row),
            [],
        )
    except csv.Error:  # told when the whole is read
        return []


def _csv_rows(
    text: str, delimiter: str, reading: _Reading, *, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield reader.line_num + skipped, row
    except csv.Error as error:
        reading.refuse("SPEC_BAD_LIST", reader.line_num + skipped, f"cannot be read: {error}")


def _take_rows(
    column_line: int,
    columns: list[str],
    rows: Iterator[tuple[int, list[str]]],
    reading: _Reading,
    *,
    rate: tuple[int, str],
) -> None:
    """Take the rows over; `rate` is the line and the text of the heading's."""
    places = _places(columns)
    shown = ", ".join(name.strip() for name in columns if name.strip()) or "none"
    if "start" not in places:
        sentence = f"needs a column Start, Start TC or Timecode; found {shown}"
        reading.refuse("SPEC_MISSING_FIELD", column_line, sentence)
    if "file" not in places and "clip" not in places:
        sentence = f"needs a column Source File, File Name or Name; found {shown}"
        reading.refuse("SPEC_MISSING_FIELD", column_line, sentence)
    usable = not reading.issues
    for line, cells in rows:
        stripped = [cell.strip() for cell in cells]
        if any(stripped[len(columns) :]):
            sentence = f"found {len(cells)} cells under {len(columns)} columns"
            reading.refuse("SPEC_BAD_LIST", line, sentence)
        elif any(stripped) and usable:
            _check_starts(line, columns, stripped, places["start"], reading)
            known = {
                kind: next((stripped[at] for at in found if at < len(cells) and stripped[at]), "")
                for kind, found in places.items()
            }
            rate_line = line if known.get("rate") else rate[0]
            known["rate"] = known.get("rate") or rate[1]
            filled = {kind: cell for kind, cell in known.items() if cell}
            reading.rows.append(Row(line, MappingProxyType(filled), rate_line))


def _check_starts(
    line: int, columns: list[str], cells: list[str], places: list[int], reading: _Reading
) -> None:
    """Refuse a row that gives several starts: which of them is meant is not guessed."""
    told = {columns[at].strip(): cells[at] for at in places if at < len(cells) and cells[at]}
    if len(set(map(_plain_start, told.values()))) > 1:
        sentence = " and ".join(f"{start} under {name}" for name, start in told.items())
        reading.refuse("SPEC_DUPLICATE_KEY", line, f"found {sentence}; take one column out")


def _plain_start(text: str) -> tuple[bool, tuple[int, ...]]:
    return ";" in text, tuple(int(digits) for digits in re.findall("[0-9]+", text))


def _places(columns: list[str]) -> dict[str, list[int]]:
    """Return where each kind of column stands, the best name first."""
    plain = [re.sub(r"[^a-z0-9]", "", name.casefold()) for name in columns]
    found = {
        kind: [plain.index(name) for name in names if name in plain]
        for kind, names in _COLUMNS.items()
    }
    return {kind: places for kind, places in found.items() if places}


def _unreadable(path: Path, code: str, sentence: str) -> CreationError:
    return CreationError((Issue(code, "", sentence),), subject=str(path))
