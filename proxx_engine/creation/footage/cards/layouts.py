"""Which folder of which card a folder is, from the table in layouts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from proxx_engine.creation.footage.file_kinds import extension_of

Role = Literal["clips", "p2", "takes", "proxies", "thumbnails", "metadata"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One row of the table: a kind of folder on a card."""

    card: str
    role: Role
    tails: tuple[tuple[re.Pattern[str], ...], ...]
    """Patterns of the folder's last names, each a whole name in lower case."""
    up: int
    """How many folders up what must be seen with it begins."""
    of: str | None
    """Where the clips lie that its files belong to, from here: `../CLIP`."""
    beside: tuple[str, ...]
    """Files from here of which one must be there."""
    names: re.Pattern[str] | None
    """How the clips of this maker are named, where others use such a folder, too."""


@dataclass(frozen=True, slots=True)
class _Maker:
    card: str
    extensions: frozenset[str]
    name: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Layouts:
    """The whole table."""

    folders: tuple[Layout, ...]
    makers: tuple[_Maker, ...]
    passed_by: Mapping[str, str]
    """Folder name in lower case → why nobody looks into it."""


@cache
def load_layouts() -> Layouts:
    """Return the table, read once."""
    text = (
        files("proxx_engine")
        .joinpath("creation/footage/cards/layouts.toml")
        .read_text(encoding="utf-8")
    )
    table = tomllib.loads(text)
    return Layouts(
        folders=tuple(_layout(row) for row in table["folder"]),
        makers=tuple(_maker(row) for row in table["clip"]),
        passed_by=MappingProxyType(table["passed_by"]),
    )


def layouts_of(folder: Path) -> tuple[Layout, ...]:
    """Return the rows whose names fit a folder, best first; `beside` and `names` are not asked."""
    names = tuple(part.lower() for part in folder.parts)
    return tuple(
        row for row in load_layouts().folders if any(_fits(tail, names) for tail in row.tails)
    )


def maker_of(name: str, layouts: tuple[Layout, ...]) -> str | None:
    """Return the card to show for a clip of this file name in such a folder, None if unknown."""
    for layout in layouts:
        if layout.names is None or layout.names.fullmatch(name.lower()):
            return layout.card
    extension = extension_of(name)
    for maker in load_layouts().makers:
        if extension in maker.extensions and (
            maker.name is None or maker.name.fullmatch(name.upper())
        ):
            return maker.card
    return None


def _fits(tail: tuple[re.Pattern[str], ...], names: tuple[str, ...]) -> bool:
    return len(names) >= len(tail) and all(
        pattern.fullmatch(name)
        for pattern, name in zip(tail, names[len(names) - len(tail) :], strict=True)
    )


def _layout(row: dict[str, Any]) -> Layout:
    names = "|".join(translate(name) for name in row.get("names", ()))
    return Layout(
        card=row["card"],
        role=row["role"],
        tails=tuple(
            tuple(re.compile(translate(part)) for part in tail.split("/")) for tail in row["tail"]
        ),
        up=row.get("up", 0),
        of=row.get("of"),
        beside=tuple(row.get("beside", ())),
        names=re.compile(names) if names else None,
    )


def _maker(row: dict[str, Any]) -> _Maker:
    name = row.get("name")
    return _Maker(
        row["card"], frozenset(row["extensions"].split()), re.compile(name) if name else None
    )
