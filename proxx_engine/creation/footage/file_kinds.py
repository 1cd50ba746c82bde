"""What a file is, by its name: footage, a numbered picture, or the reason why it is none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from proxx_engine.planning.routing import RAW_EXTENSIONS, UNSUPPORTED_EXTENSIONS
from proxx_engine.spec.file_names import ENDINGS_OF_OURS


@dataclass(frozen=True, slots=True)
class FileKinds:
    """The table of file_kinds.toml; every key is an extension in lower case without its dot."""

    footage: frozenset[str]
    pictures: frozenset[str]
    """Of these, numbered files are one clip."""
    pictures_if_named: frozenset[str]
    """Of these as well, where somebody named one of them."""
    left_out: Mapping[str, str]
    """Extension → the reason to leave it out."""
    of_clip: frozenset[str]
    """Of these, files belong to the clip of the same name."""
    describing: frozenset[str]
    """Of these, they may state the clip's timecode."""


@cache
def load_file_kinds() -> FileKinds:
    """Return the table, read once."""
    table = tomllib.loads(
        files("proxx_engine")
        .joinpath("creation/footage/file_kinds.toml")
        .read_text(encoding="utf-8")
    )
    return FileKinds(
        footage=frozenset(table["footage"].split()) | frozenset(RAW_EXTENSIONS),
        pictures=frozenset(table["pictures"].split()),
        pictures_if_named=frozenset(table["pictures_if_named"].split()),
        left_out=MappingProxyType(dict(_reasons(table["left_out"]))),
        of_clip=_marked(table["left_out"], "of_clip"),
        describing=_marked(table["left_out"], "describes"),
    )


def extension_of(name: str) -> str:
    """Return a name's extension in lower case, without the dot; empty where it has none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def stem_of(name: str) -> str:
    """Return a name without its extension, as pathlib cuts it."""
    stem, dot, _extension = name.rpartition(".")
    return stem if dot and stem else name


def why_no_footage(name: str) -> str | None:
    """Return why a file of this name is no footage; None when it is, or may be."""
    kinds = load_file_kinds()
    extension = extension_of(name)
    if name.endswith(ENDINGS_OF_OURS):
        return "made by Proxx"
    if extension in UNSUPPORTED_EXTENSIONS:
        return f"{UNSUPPORTED_EXTENSIONS[extension]}, which neither FFmpeg nor Resolve reads"
    if extension in kinds.footage or extension in kinds.pictures:
        return None
    if extension in kinds.left_out:
        return kinds.left_out[extension].format(extension=extension)
    return f"no footage: .{extension}" if extension else "no footage"


def is_unknown(name: str) -> bool:
    """Whether nothing is known of such a file: a person who names it may know better."""
    extension = extension_of(name)
    kinds = load_file_kinds()
    known = kinds.footage | kinds.pictures | kinds.left_out.keys() | UNSUPPORTED_EXTENSIONS.keys()
    return extension not in known and not name.endswith(ENDINGS_OF_OURS)


def _reasons(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(extension, row["reason"]) for row in rows for extension in row["extensions"].split()]


def _marked(rows: list[dict[str, Any]], mark: str) -> frozenset[str]:
    return frozenset(
        extension for row in rows if row.get(mark) for extension in row["extensions"].split()
    )
