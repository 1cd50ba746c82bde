"""Folders that footage lies in → their names below the output folder, no two alike. Pure."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from proxx_engine.planning.naming import collision_key


def name_roots(folders: Iterable[Path]) -> dict[Path, str]:
    """Return each folder's name, with as many of its parents as tell it from the others, in NFC.

    `c1/PRIVATE` and `c2/PRIVATE` where two cards are named; forward slashes.
    """
    parts = {folder: _parts(folder) for folder in folders}
    depths = dict.fromkeys(parts, 1)
    while True:
        names = {folder: "/".join(parts[folder][-depth:]) for folder, depth in depths.items()}
        count = Counter(_key(name) for name in names.values())
        alike = [folder for folder, name in names.items() if count[_key(name)] > 1]
        longer = [folder for folder in alike if depths[folder] < len(parts[folder])]
        if not longer:
            return names
        for folder in longer:
            depths[folder] += 1


def mirror_path(folder: Path, roots: Iterable[Path]) -> str:
    """Return a folder's path below the nearest of the roots, its whole path where none holds it.

    Forward slashes, NFC; a drive by its letter.
    """
    whole = _parts(folder)
    own = [len(parts) for parts in map(_parts, roots) if whole[: len(parts)] == parts]
    return "/".join(whole[max(own, default=0) :])


def _parts(folder: Path) -> tuple[str, ...]:
    """Return the names that a path is made of; a drive by its letter, as no folder has a colon."""
    whole = Path(os.path.abspath(folder))
    drive = whole.drive.strip("\\/").replace(":", "").replace("\\", "/")
    parts = (*(part for part in drive.split("/") if part), *whole.parts[1:])
    return tuple(unicodedata.normalize("NFC", part) for part in parts)


def _key(name: str) -> str:
    return collision_key("", "", name)
