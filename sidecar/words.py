"""How things are said to a person, in a terminal or in the Console of Resolve. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def printable(line: str) -> str:
    """Keep control characters and broken text in file names from reaching the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def align(rows: Sequence[Sequence[str]], *, indent: str = "", padded: bool = False) -> list[str]:
    """Return rows as lines, each column as wide as its widest entry; `padded`: the last too."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return lines if padded else [line.rstrip() for line in lines]


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: 1 job, 2 jobs."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def format_bytes(size: float) -> str:
    """Return a size as people say it: 5.1 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def format_seconds(seconds: float) -> str:
    """Return a length of time as people say it: 0.4 s, 2 min 05 s, 3 h 20 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def same_label(one: str, other: str) -> bool:
    """Whether two labels read alike: one system writes an umlaut in one piece, another in two."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
