"""Text that fits a terminal: tables and sentences, measured as wide as they are shown. Pure.

A width of None is that of a file or a pipe: nothing is cut or broken there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sidecar.cli.outcome import printable

_GAP = 2
_NARROWEST = 8
_MORE = "…"


def shown_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """Return a text that takes at most `width` columns; what is missing at its end is shown."""
    if shown_width(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + _MORE


def wrap(text: str, width: int | None, *, indent: str = "", breaking: bool = True) -> list[str]:
    """Return a sentence as lines, each with its indent.

    A word too long for a line is broken; without `breaking` it stays whole, so that it can be
    copied: the terminal breaks it then.
    """
    text = printable(text)
    if width is None:
        return [indent + text]
    columns = max(width - len(indent), _NARROWEST)
    if shown_width(text) <= columns:
        return [indent + text]
    lines = [""]
    for word in text.split():
        if lines[-1] and shown_width(lines[-1]) + 1 + shown_width(word) <= columns:
            lines[-1] += f" {word}"
            continue
        *whole, rest = _pieces(word, columns) if breaking else [word]
        lines += [*whole, rest]
    return [indent + line for line in lines if line]


def _pieces(word: str, columns: int) -> list[str]:
    pieces = [""]
    for character in word:
        if shown_width(pieces[-1] + character) > columns:
            pieces.append("")
        pieces[-1] += character
    return pieces


def fit(
    rows: Sequence[Sequence[str]],
    width: int | None,
    *,
    indent: str = "",
    drop: Sequence[int] = (),
    shrink: Sequence[int] = (),
) -> list[str]:
    """Return rows as aligned lines.

    Where they are too wide, the columns of `drop` are left out, one after the other, then those of
    `shrink` are cut, the widest most. Columns in which nothing stands are left out anyway.
    """
    table = [[printable(cell) for cell in row] for row in rows]
    if not table:
        return []
    widths = {
        number: max(map(shown_width, column))
        for number, column in enumerate(zip(*table, strict=True))
    }
    kept = [number for number, columns in widths.items() if columns]
    room = None if width is None else width - len(indent)
    for number in drop:
        if room is not None and number in kept and _total(widths, kept) > room:
            kept.remove(number)
    while room is not None and (over := _total(widths, kept) - room) > 0:
        widest = max((n for n in shrink if n in kept), key=lambda n: widths[n], default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            break
        others = sorted((widths[n] for n in shrink if n in kept and n != widest), reverse=True)
        step = max(widths[widest] - others[0], 1) if others else over
        widths[widest] = max(widths[widest] - min(step, over), _NARROWEST)
    lines = []
    for row in table:
        cells = (_padded(cut(row[number], widths[number]), widths[number]) for number in kept)
        line = indent + (" " * _GAP).join(cells).rstrip()
        lines.append(line if width is None else cut(line, width))
    return lines


def _total(widths: dict[int, int], kept: Sequence[int]) -> int:
    return sum(widths[number] for number in kept) + _GAP * max(len(kept) - 1, 0)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - shown_width(text))
