"""Numbered pictures → one clip, with the numbers that are missing. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

_NUMBERED = re.compile(r"(.*?)([0-9]+)([^0-9]*\.[^.]*)", re.DOTALL)
_SHOWN_GAPS = 8
MAX_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Numbered:
    """Two or more file names that differ only in their number, in its order."""

    prefix: str
    digits: int
    """The number's width with its leading zeros; 1 where it has none."""
    suffix: str
    first: int
    names: tuple[str, ...]
    gaps: tuple[range, ...]
    """The numbers between the first and the last for which there is no file."""

    @property
    def stem(self) -> str:
        """Return what the pictures have in common, without the marks before the number."""
        return self.prefix.rstrip(" ._-[(#")

    def describe_gaps(self) -> str:
        """Return the missing numbers in words: `number 7 is missing`."""
        count = sum(len(gap) for gap in self.gaps)
        shown = ", ".join(self._write(gap) for gap in self.gaps[:_SHOWN_GAPS])
        more = ", …" if len(self.gaps) > _SHOWN_GAPS else ""
        if count == 1:
            return f"number {shown} is missing"
        return f"{count:,} numbers are missing: {shown}{more}"

    def _write(self, gap: range) -> str:
        first, last = (f"{number:0{self.digits}d}" for number in (gap[0], gap[-1]))
        return first if len(gap) == 1 else f"{first}–{last}"


def group_numbered(names: Iterable[str]) -> tuple[tuple[Numbered, ...], tuple[str, ...]]:
    """Return the sequences among file names, by their first name, and the names that stand alone.

    The number is the last run of digits before the extension. A width is kept by leading zeros and
    outgrown without them: 0999, 1000 and 998, 999, 1000 each count on, 01 and 001 do not.
    """
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    alone: list[str] = []
    for name in names:
        match = _NUMBERED.fullmatch(name)
        if match is None or len(match[2]) > MAX_DIGITS:
            alone.append(name)
        else:
            alike[match[1], match[3]].append(match[2])
    sequences: list[Numbered] = []
    for (prefix, suffix), numbers in alike.items():
        for digits, members in _by_width(numbers):
            if len(members) == 1:
                alone.append(f"{prefix}{members[0]}{suffix}")
            else:
                sequences.append(_numbered(prefix, digits, suffix, members))
    return tuple(sorted(sequences, key=lambda each: each.names[0])), tuple(sorted(alone))


def _by_width(numbers: list[str]) -> Iterator[tuple[int, list[str]]]:
    padded = sorted({len(text) for text in numbers if len(text) > 1 and text[0] == "0"})
    groups: dict[int, list[str]] = defaultdict(list)
    for text in numbers:
        if text[0] == "0" and len(text) > 1:
            groups[len(text)].append(text)
        else:
            # 1000 follows 0999; in a folder with 01 and 0001 it belongs to the width it has.
            fitting = [width for width in padded if width <= len(text)]
            groups[fitting[-1] if fitting else 1].append(text)
    for width, members in sorted(groups.items()):
        widths = {len(text) for text in members}
        yield (widths.pop() if width == 1 and len(widths) == 1 else width), members


def _numbered(prefix: str, digits: int, suffix: str, members: list[str]) -> Numbered:
    ordered = sorted(members, key=int)
    numbers = [int(text) for text in ordered]
    gaps = tuple(range(one + 1, two) for one, two in pairwise(numbers) if two > one + 1)
    return Numbered(
        prefix=prefix,
        digits=digits,
        suffix=suffix,
        first=numbers[0],
        names=tuple(f"{prefix}{text}{suffix}" for text in ordered),
        gaps=gaps,
    )
