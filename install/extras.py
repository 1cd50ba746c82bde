"""Parts of Proxx that are installed only where they are asked for: the extras of pyproject.toml.

Which are installed is noted in the manifest, and a later run keeps them: it may add, and never
takes away.
"""

from __future__ import annotations

import tomllib
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path

from .environment import ROOT

SERVICE = "service"
_NOT_FOR_USERS = "test"


def known_extras(*, root: Path = ROOT) -> tuple[str, ...]:
    """Return the extras that these sources have for users, in their order."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return tuple(name for name in project["optional-dependencies"] if name != _NOT_FOR_USERS)


def read_extras(text: str) -> tuple[str, ...]:
    """Return the extras of a list with commas. Raises: ArgumentTypeError with those there are."""
    names = tuple(name.strip() for name in text.split(","))
    known = known_extras()
    unknown = [name for name in names if name not in known]
    if unknown:
        wrong = ", ".join(map(repr, unknown))
        raise ArgumentTypeError(f"there is no extra {wrong}; there are: {', '.join(known)}")
    return names


def joined_extras(*several: Iterable[str]) -> tuple[str, ...]:
    """Return the extras of several lists, each once, sorted."""
    return tuple(sorted({name for one in several for name in one}))


def lines_of_extras(extras: Iterable[str]) -> tuple[str, ...]:
    """Return the line that tells of extras; none where there are none."""
    names = ", ".join(extras)
    return (f"with its extras: {names}\n",) if names else ()
