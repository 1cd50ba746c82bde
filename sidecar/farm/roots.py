"""The roots of a bundle: folders below which its jobs read and write, all paths as jobs write them.

Said by a person, or computed: the deepest common folder within each volume, what is read apart from
what is written, unless one lies in the other. No root lies in another, so each path has one. Pure.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import PurePath, PurePosixPath, PureWindowsPath

Keys = tuple[str, ...]
"""The names of a path from its volume on, equal where they mean the same."""


def pure(path: str) -> PurePath:
    """Return an absolute path as the system that wrote it takes it; `//nas/share` is Windows'."""
    is_posix = path.startswith("/") and not path.startswith("//")
    return PurePosixPath(path) if is_posix else PureWindowsPath(path)


def told(path: PurePath) -> str:
    """Return a path as it is written: a share without the backslash that ends it."""
    text = str(path)
    return text.rstrip("\\") if text.startswith("\\") else text


def compute_roots(
    read: Iterable[str], written: Iterable[str], *, mounts: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the roots of folders that are read and written; in an order of their own.

    `mounts`: folders that are volumes of their own, as they are called otherwise elsewhere.
    """
    apart = {keys_of(pure(mount)): mount for mount in mounts}
    found = {**_common_folders(written, apart), **_common_folders(read, apart)}
    return tuple(found[keys] for keys in sorted(found) if _root_above(keys[:-1], found) is None)


def nested_roots(roots: Iterable[str]) -> list[tuple[str, str]]:
    """Return each root that lies in another or is the same, with that other."""
    known: dict[Keys, str] = {}
    nested = []
    for root in sorted(roots, key=lambda root: (len(keys_of(pure(root))), root)):
        keys = keys_of(pure(root))
        above = _root_above(keys, known)
        if above is not None:
            nested.append((root, known[above]))
        known.setdefault(keys, root)
    return nested


def sort_roots(roots: Iterable[str]) -> tuple[str, ...]:
    """Return roots in the order in which they are numbered, however they were given."""
    return tuple(sorted(roots, key=lambda root: keys_of(pure(root))))


class RootFinder:
    """Tells under which root a folder lies; a folder that was asked about is remembered."""

    def __init__(self, roots: Iterable[str]) -> None:
        self._roots = {keys_of(pure(root)): root for root in roots}
        self._found: dict[PurePath, str | None] = {}

    def above(self, folder: PurePath) -> str | None:
        """Return the root that a folder is or lies below, None where it lies below none."""
        if folder not in self._found:
            keys = _root_above(keys_of(folder), self._roots)
            self._found[folder] = None if keys is None else self._roots[keys]
        return self._found[folder]


def keys_of(path: PurePath) -> Keys:
    """Return the names of a path, in a form that is equal where they mean the same."""
    if isinstance(path, PureWindowsPath):
        return tuple(_composed(_composed(name).casefold()) for name in path.parts)
    return tuple(map(_composed, path.parts))


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _root_above(keys: Keys, roots: Mapping[Keys, str]) -> Keys | None:
    """Return the deepest root that a path is or lies below."""
    return next((keys[:end] for end in range(len(keys), 0, -1) if keys[:end] in roots), None)


def _common_folders(folders: Iterable[str], apart: Mapping[Keys, str]) -> dict[Keys, str]:
    """Return the deepest common folder of each volume, under its keys."""
    volumes: dict[Keys, list[PurePath]] = defaultdict(list)
    # By text: paths of Windows that differ in case are equal, and one of them would be left.
    for folder in map(pure, sorted({str(pure(folder)) for folder in folders})):
        volumes[_volume(folder, apart)].append(folder)
    return dict(map(_common_folder, volumes.values()))


def _volume(folder: PurePath, apart: Mapping[Keys, str]) -> Keys:
    """Return the drive or the share; of a POSIX path its first two names, as of /mnt/shoot."""
    keys = keys_of(folder)
    usual = keys[: 1 if isinstance(folder, PureWindowsPath) else 3]
    return max(usual, _root_above(keys, apart) or (), key=len)


def _can_be_told(name: str) -> bool:
    """Whether a name can stand in a root: not where it holds an end of a line, or the like."""
    return all(letter >= " " for letter in name)


def _common_folder(folders: list[PurePath]) -> tuple[Keys, str]:
    first, *more = map(keys_of, folders)
    length = len(list(takewhile(_can_be_told, first)))
    for other in more:
        pairs = zip(first[:length], other, strict=False)
        same = 0
        for one, another in pairs:
            if one != another:
                break
            same += 1
        length = same
    return first[:length], told(type(folders[0])(*folders[0].parts[:length]))
