"""What a name or a time says of a copy that may still go on. Pure but for reading its own table."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FINDER_IS_COPYING = frozenset({-753_549_904, 443_779_200})
"""Seconds since 1970 of 1946-02-14T08:34:56Z (Finder.h, kMagicBusyCreationDate) and of
1984-01-24T08:00:00Z, which later systems use: the Finder dates what it is copying so."""

_NUMBERED_BACKWARDS = re.compile(r"([^.]+\.[^0-9]*)([0-9]+)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Names:
    """The table of names.toml."""

    unfinished_endings: tuple[str, ...]
    unfinished: re.Pattern[str]
    unfinished_folders: frozenset[str]
    meaningless: re.Pattern[str]


@cache
def load_names() -> Names:
    """Return the table, read once."""
    text = files("sidecar").joinpath("intake/names.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    unfinished, meaningless = table["unfinished"], table["meaningless"]
    own = (re.escape(name) for name in meaningless["names"].split())
    return Names(
        tuple(unfinished["endings"].split()),
        re.compile("|".join(unfinished["patterns"]), re.DOTALL),
        frozenset(unfinished["folders"].split()),
        re.compile("|".join([*own, *meaningless["patterns"]]), re.DOTALL),
    )


def is_meaningless(name: str) -> bool:
    """Whether a file of this name says nothing of footage."""
    return load_names().meaningless.fullmatch(name.lower()) is not None


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is one that somebody is still writing."""
    lower = name.lower()
    names = load_names()
    if names.meaningless.fullmatch(lower):
        return False
    return lower.endswith(names.unfinished_endings) or bool(names.unfinished.fullmatch(lower))


def is_unfinished_folder(name: str) -> bool:
    """Whether a folder of this name holds what is still being written."""
    return name.lower() in load_names().unfinished_folders


def numbered(name: str) -> tuple[str, str] | None:
    """Return what stands before and behind a name's last number; None where it has none.

    `shot.0001.dpx` is one of (`shot.`, `.dpx`).
    """
    found = _NUMBERED_BACKWARDS.fullmatch(name[::-1])
    return (found[3][::-1], found[1][::-1]) if found else None
