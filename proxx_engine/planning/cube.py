"""The .cube table of a LUT: read, every problem at once, and written in one form. Pure.

Grammar: Adobe's Cube LUT Specification 1.0 and Resolve's extensions, as OpenColorIO documents
them (src/OpenColorIO/fileformats/FileFormatIridasCube.cpp, FileFormatResolveCube.cpp).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from proxx_engine.errors import Issue

MAX_CUBE_BYTES = 96 * 1024 * 1024
_MAX_ISSUES = 20
_LARGEST_NUMBER = 65504.0
"""Far above any picture, and still a 32-bit float."""
_SIZES = MappingProxyType({"LUT_1D_SIZE": ("1d", 65536), "LUT_3D_SIZE": ("3d", 129)})
_PAIRS = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")
_VIDEO_RANGE = ("LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE")
_KEYWORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")

Table = Literal["1d", "3d"]


@dataclass(frozen=True, slots=True)
class Cube:
    """One table: three values a row, red changing fastest where it has three dimensions."""

    table: Table
    size: int
    domain_max: tuple[float, float, float]
    rows: tuple[str, ...]
    video_range: bool | None
    """Whether the file itself says that it was made for video range; None where it is silent."""

    def text(self) -> bytes:
        """Return the one form in which FFmpeg reads any table right.

        Its own reader takes a keyword behind the size for the end of the comment before it, and
        then every row for the next one (measured: LUT_3D_INPUT_RANGE).
        """
        most = " ".join(repr(value) for value in self.domain_max)
        head = (f"LUT_{self.table.upper()}_SIZE {self.size}", "DOMAIN_MIN 0 0 0")
        return "\n".join((*head, f"DOMAIN_MAX {most}", *self.rows, "")).encode("ascii")


def parse_cube(data: bytes, *, name: str) -> Cube | tuple[Issue, ...]:
    """Return the table, or what is wrong with it, each with its line; `name` is the file's."""
    if b"\0" in data[:4096]:
        return (Issue("SPEC_ENCODING", name, "is no text, expected a .cube table"),)
    reading = _Reading(name)
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        reading.take(number, line.strip())
        if len(reading.issues) > _MAX_ISSUES:
            break
    return reading.finish()


@dataclass
class _Reading:
    name: str
    issues: list[Issue] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    line: int = 0

    def take(self, number: int, line: str) -> None:
        self.line = number
        if not line or line.startswith("#"):
            return
        values = line.split()
        if _KEYWORD.fullmatch(values[0]) and not _NOT_FINITE.fullmatch(values[0]):
            self._keyword(values[0], values[1:])
            return
        self.rows.append(" ".join(values))
        if len(values) != 3:
            self._say("SPEC_WRONG_TYPE", f"found {len(values)} values, expected 3: {line[:60]!a}")
            return
        self._numbers(values)

    def _keyword(self, word: str, values: list[str]) -> None:
        if word not in ("TITLE", "DOMAIN_MIN", "DOMAIN_MAX", *_SIZES, *_PAIRS, *_VIDEO_RANGE):
            self._say("SPEC_UNKNOWN_FIELD", f"found {word[:60]!a}, which no .cube table has")
        elif word in self.said:
            self._say("SPEC_DUPLICATE_KEY", f"found {word} twice, allowed once")
        elif self.rows:
            self._say("SPEC_UNKNOWN_FIELD", f"found {word} behind the first row, allowed before it")
        self.said.setdefault(word, " ".join(values))
        if word in _SIZES:
            self._size(word, " ".join(values))
        elif word.startswith("DOMAIN_") or word in _PAIRS:
            self._domain(word, values)

    def _size(self, word: str, rest: str) -> None:
        most = _SIZES[word][1]
        if not re.fullmatch(r"[0-9]{1,9}", rest) or not 2 <= int(rest) <= most:
            found = f"found {word} {rest[:60]}, expected a whole number from 2 to {most}"
            self._say("SPEC_OUT_OF_RANGE", found)
            self.said[word] = "0"

    def _domain(self, word: str, values: list[str]) -> None:
        wanted = 2 if word in _PAIRS else 3
        if len(values) != wanted:
            self._say("SPEC_WRONG_TYPE", f"found {len(values)} values of {word}, expected {wanted}")
        elif self._numbers(values):
            lowest = {"DOMAIN_MIN": 3, "DOMAIN_MAX": 0}.get(word, 1)
            numbers = [float(value) for value in values]
            if any(numbers[:lowest]) or any(value < 1 for value in numbers[lowest:]):
                found = f"found {word} {' '.join(values)}"
                self._say("SPEC_NOT_SUPPORTED", f"{found}; tables are applied from 0 to 1 or more")

    def _numbers(self, values: list[str]) -> bool:
        for value in values:
            if _NOT_FINITE.fullmatch(value):
                self._say("SPEC_NOT_FINITE", f"found {value}, expected a finite number")
            elif not _NUMBER.fullmatch(value):
                self._say("SPEC_WRONG_TYPE", f"found {value[:60]!a}, expected a number")
            elif abs(float(value)) > _LARGEST_NUMBER:
                found = f"found {value[:60]}, expected at most {_LARGEST_NUMBER:.0f}"
                self._say("SPEC_OUT_OF_RANGE", found)
            else:
                continue
            return False
        return True

    def _say(self, code: str, sentence: str) -> None:
        self.issues.append(Issue(code, f"{self.name}:{self.line}", sentence))

    def finish(self) -> Cube | tuple[Issue, ...]:
        sizes = [word for word in _SIZES if word in self.said]
        told = [word for word in _VIDEO_RANGE if word in self.said]
        self.issues += self._of_the_whole(sizes, told)
        if self.issues:
            return tuple(self.issues)
        table: Table = "1d" if sizes[0] == "LUT_1D_SIZE" else "3d"
        return Cube(
            table=table,
            size=int(self.said[sizes[0]]),
            domain_max=self._domain_max(table),
            rows=tuple(self.rows),
            video_range=True if told else None,
        )

    def _domain_max(self, table: Table) -> tuple[float, float, float]:
        pair = self.said.get(f"LUT_{table.upper()}_INPUT_RANGE", "0 1").split()[1]
        red, green, blue = self.said.get("DOMAIN_MAX", f"{pair} {pair} {pair}").split()
        return float(red), float(green), float(blue)

    def _of_the_whole(self, sizes: list[str], told: list[str]) -> Iterator[Issue]:
        if not sizes:
            sentence = "has neither LUT_1D_SIZE nor LUT_3D_SIZE; expected a .cube table"
            yield Issue("SPEC_MISSING_FIELD", self.name, sentence)
        elif len(sizes) > 1:
            sentence = "holds two tables, a curve and a cube; bake both into one LUT_3D_SIZE table"
            yield Issue("SPEC_NOT_SUPPORTED", self.name, sentence)
        elif int(self.said[sizes[0]]) and len(self.issues) <= _MAX_ISSUES:
            size = int(self.said[sizes[0]])
            wanted = size if sizes[0] == "LUT_1D_SIZE" else size**3
            if len(self.rows) != wanted:
                sentence = f"has {len(self.rows)} rows, {sizes[0]} {size} means {wanted}"
                yield Issue("SPEC_OUT_OF_RANGE", self.name, sentence)
        if len(told) == 1:
            sentence = f"says {told[0]} alone; a table is applied in one range, in and out"
            yield Issue("SPEC_NOT_SUPPORTED", self.name, sentence)
