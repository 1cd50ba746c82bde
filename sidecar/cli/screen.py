"""A page on the terminal: coloured and redrawn in place there, plain lines everywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sidecar.cli.outcome import printable

_HOME = "\033[H"
_REST_OF_LINE = "\033[K"
_REST_OF_SCREEN = "\033[J"
_COLOURS: Mapping[str, str] = MappingProxyType(
    {"alarm": "\033[1;31m", "title": "\033[1m", "quiet": "\033[2m"}
)
_AS_BEFORE = "\033[0m"


class Toned(Protocol):
    """A line with its tone."""

    @property
    def text(self) -> str:
        """What is read."""

    @property
    def tone(self) -> str:
        """How it is meant."""


class Screen:
    """Standard output, as the terminal that it is or is not."""

    def __init__(self, *, plain: bool = False) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._coloured = self._is_terminal and not plain
        self.is_read = True
        """False once whoever read went away (`| head`)."""

    def width(self) -> int | None:
        """Return how many columns there are; None where it is no terminal."""
        size = self._size()
        return size.columns if size else None

    def _size(self) -> os.terminal_size | None:
        """Ask the terminal itself, now: a window is drawn larger, and a variable stays."""
        try:
            size = os.get_terminal_size(sys.stdout.fileno()) if self._is_terminal else None
        except (OSError, ValueError):
            return None
        return size if size and size.columns and size.lines else None

    def show(self, lines: Iterable[Toned]) -> None:
        """Print lines below what stands there."""
        self._write("".join(f"{self._painted(line)}\n" for line in lines))

    def turn(self, lines: Sequence[Toned]) -> None:
        """Show another page in the place of the last one, or below it where that cannot be."""
        if not self._coloured:
            self.show(lines)
            self._write("\n")
            return
        size = self._size()
        rows = [self._painted(line) for line in lines]
        if size is not None and len(rows) >= size.lines:
            hidden = len(rows) - size.lines + 2
            rows[size.lines - 2 :] = [f"… {hidden} more lines: a taller window shows them"]
        body = "".join(f"{row}{_REST_OF_LINE}\n" for row in rows)
        self._write(f"{_HOME}{body}{_REST_OF_SCREEN}")

    def _painted(self, line: Toned) -> str:
        text = printable(line.text)
        colour = _COLOURS.get(line.tone) if self._coloured and text else None
        return f"{colour}{text}{_AS_BEFORE}" if colour else text

    def _write(self, text: str) -> None:
        if not self.is_read:
            return
        try:
            print(text, end="", flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.is_read = False
