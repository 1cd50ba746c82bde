"""What every command of `python3 install` has: a name, its words for `--help`, a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..machine import Machine


@dataclass(frozen=True, kw_only=True)
class Command:
    """One word after `python3 install`."""

    name: str
    usage: str
    """The word with its arguments, as `--help` shows it."""
    summary: str
    """One line."""
    description: str
    """What `python3 install NAME --help` says."""
    run: Callable[[Sequence[str], Machine], int]
    """Takes the arguments after the name and the machine that is set up; returns the exit status,
    may raise SetupError.
    """
