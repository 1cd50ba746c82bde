"""Folders as they lie on disk, listed once; what is not looked into is told."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.footage.cards.layouts import Layout, layouts_of, load_layouts
from proxx_engine.creation.footage.found import LeftOut


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder."""

    name: str
    problem: str | None = None
    """Why it cannot be footage whatever its name says: `is empty`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder, its files by name."""

    path: Path
    below: str
    """Where its proxies go below the output folder, with forward slashes, in Unicode form NFC."""
    files: tuple[File, ...]
    left_out: tuple[LeftOut, ...] = ()
    """What of it was not looked into."""

    def file(self, name: str) -> File | None:
        """Return the file of this name, whatever its case."""
        wanted = name.casefold()
        return next((file for file in self.files if file.name.casefold() == wanted), None)


@dataclass(frozen=True, slots=True)
class Tree:
    """All folders that were looked into, each before those in it, in the order of their names."""

    folders: tuple[Folder, ...]
    _by_path: Mapping[str, tuple[Folder, ...]]
    _layouts: Mapping[Path, tuple[Layout, ...]]

    @classmethod
    def of(cls, folders: Iterable[Folder]) -> Tree:
        """Return the tree of these folders."""
        listed = tuple(folders)
        by_path: dict[str, tuple[Folder, ...]] = {}
        for folder in listed:
            key = _key(folder.path)
            by_path[key] = (*by_path.get(key, ()), folder)
        layouts = {folder.path: layouts_of(folder.path) for folder in listed}
        return cls(listed, MappingProxyType(by_path), MappingProxyType(layouts))

    def near(self, folder: Path, relative: str) -> tuple[Folder, ...]:
        """Return the folders that `../CLIP` means from `folder`, whatever their case."""
        for part in relative.split("/"):
            folder = folder.parent if part == ".." else folder / part
        return self._by_path.get(_key(folder), ())

    def layouts(self, folder: Path) -> tuple[Layout, ...]:
        """Return the kinds of card folder that this one may be, best first."""
        return tuple(row for row in self._layouts[folder] if self._is_beside(folder, row))

    def _is_beside(self, folder: Path, row: Layout) -> bool:
        places = [marker.rpartition("/") for marker in row.beside]
        return not places or any(
            near.file(name) for place, _slash, name in places for near in self.near(folder, place)
        )


def list_tree(
    top: Path, below: str, *, out: Path, card_folders_only: bool = False
) -> Iterator[Folder]:
    """Yield a folder and all in it; never `out`, links to folders, or what is hidden.

    With `card_folders_only`, of the folders in it only those that may belong to a card.
    """
    own = _identity(out)
    waiting = [(top, below)]
    while waiting:
        path, below = waiting.pop()
        subfolders: list[str] = []
        yield _list(path, below, own, subfolders)
        waiting.extend(
            (path / name, f"{below}/{_composed(name)}" if below else _composed(name))
            for name in reversed(subfolders)
            if not card_folders_only or layouts_of(path / name)
        )


def list_folder(path: Path, *, out: Path) -> Folder:
    """Return one folder without those in it."""
    return _list(path, "", _identity(out), [])


def stat_file(path: Path) -> File:
    """Return a file whose folder cannot be listed."""
    try:
        return File(path.name, _problem(os.stat(path).st_size if path.is_file() else None))
    except OSError as error:
        return File(path.name, f"cannot be inspected: {error.strerror}")


def why_passed_by(folder: Path) -> str | None:
    """Return why nobody looks for footage in a folder of this name; None where one does."""
    reason = load_layouts().passed_by.get(folder.name.lower())
    return None if reason and layouts_of(folder) else reason


def _list(path: Path, below: str, own: tuple[int, int] | None, subfolders: list[str]) -> Folder:
    """List one folder; the names of those in it that are to be looked into go to `subfolders`."""
    files: list[File] = []
    left_out: list[LeftOut] = []
    try:
        with os.scandir(str(path)) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if not _is_folder(entry):
                    files.append(_file(entry))
                elif reason := _why_not(entry, path / entry.name, own):
                    left_out.append(LeftOut(path / entry.name, reason))
                else:
                    subfolders.append(entry.name)
    except OSError as error:
        return Folder(path, below, (), (LeftOut(path, f"cannot be listed: {error.strerror}"),))
    return Folder(path, below, tuple(files), tuple(left_out))


def _why_not(entry: os.DirEntry[str], path: Path, own: tuple[int, int] | None) -> str | None:
    """Return why a folder is not looked into, None when it is."""
    if entry.name.startswith("."):
        return "hidden folder"
    if reason := why_passed_by(path):
        return reason
    if entry.is_symlink():
        return "a link to a folder; name that folder itself"
    if own and entry.inode() == own[1] and _identity(path) == own:
        return "the output folder"
    return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a ring of links: told as a file that cannot be inspected
        return False


def _file(entry: os.DirEntry[str]) -> File:
    try:
        return File(entry.name, _problem(entry.stat().st_size if entry.is_file() else None))
    except OSError as error:
        return File(entry.name, f"cannot be inspected: {error.strerror}")


def _problem(size: int | None) -> str | None:
    if size is None:
        return "is not a regular file"
    return None if size else "is empty"


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:  # not there yet
        return None
    return status.st_dev, status.st_ino


def _composed(name: str) -> str:
    # Names from a Mac come taken apart (NFD); those we create are put together.
    return unicodedata.normalize("NFC", name)


def _key(path: Path) -> str:
    return str(path).casefold()
