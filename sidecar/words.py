"""How things are said to a person, in a terminal or in the Console of Resolve. Pure."""

from __future__ import annotations

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
