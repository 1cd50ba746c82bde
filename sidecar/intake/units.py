"""What lies in a hot folder: its units, and what a look at one of them sees.

A unit is what is taken as a whole: a folder or a file in the hot folder, or pictures there that
are numbered alike. Links to folders, hidden folders, and where proxies and jobs go are no units
and are not looked into.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias

from proxx_engine import load_file_kinds, why_passed_by
from sidecar.intake.names import (
    FINDER_IS_COPYING,
    is_meaningless,
    is_unfinished,
    is_unfinished_folder,
    numbered,
)

Facts: TypeAlias = tuple[int, int]
"""A file's size in bytes and its time of change in nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that arrives."""

    name: str
    """As it is told: the folder's or file's name; `shot.#.dpx` of numbered pictures."""
    files: tuple[str, ...]
    """Of what lies loose, the names; empty for a folder."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder with all that lies in it."""
        return not self.files


@dataclass(frozen=True, slots=True)
class FoundUnits:
    """What lies in a hot folder."""

    units: Mapping[str, Unit]
    """By name."""
    links: frozenset[str]
    """Folders that are looked into by nobody, as they only lead elsewhere."""


@dataclass(frozen=True)
class Listing:
    """What one look saw of a unit. Paths are from the hot folder, with forward slashes."""

    files: Mapping[str, Facts]
    folders: Mapping[str, int] = field(default_factory=dict)
    """Every folder, with its time of change in nanoseconds."""
    unfinished: tuple[str, ...] = ()
    """Those that say by name or date that somebody is still writing them."""
    unseen: Mapping[str, str] = field(default_factory=dict)
    """What cannot be looked at, with the reason."""

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(size for size, _time in self.files.values())

    def shows_the_same(self, other: Listing) -> bool:
        """Whether both saw the same; folders' own times change when a Finder window is opened."""
        mine = (self.files, self.unfinished, self.unseen)
        return mine == (other.files, other.unfinished, other.unseen)

    @cached_property
    def digest(self) -> str:
        """Names, sizes and times as one hash: equal for what did not change."""
        rows = sorted(f"{path}\0{size}\0{time}" for path, (size, time) in self.files.items())
        data = "\n".join(rows).encode("utf-8", "surrogateescape")
        return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class HotFolder:
    """The folder that footage is copied into."""

    root: Path
    passed_by: frozenset[Path]
    """Folders at or below it that hold what we make."""

    def find_units(self) -> FoundUnits:
        """Return what lies in the folder now. Raises: OSError."""
        pictures = load_file_kinds().pictures
        loose: dict[str, list[str]] = {}
        units: list[Unit] = []
        links: list[str] = []
        with os.scandir(self.root) as entries:
            for entry in entries:
                if _is_folder(entry):
                    if not self._is_passed_by(entry):
                        units.append(Unit(entry.name, ()))
                    elif entry.is_symlink() and not entry.name.startswith("."):
                        links.append(entry.name)
                elif not entry.name.startswith(".") and not is_meaningless(entry.name):
                    loose.setdefault(_unit_of(entry.name, pictures), []).append(entry.name)
        units += (Unit(name, tuple(sorted(names))) for name, names in loose.items())
        units.sort(key=attrgetter("name"))
        return FoundUnits({unit.name: unit for unit in units}, frozenset(links))

    def list_unit(self, unit: Unit) -> Listing:
        """Look at every file of a unit; one that is gone meanwhile is simply not there."""
        seen = _Seen()
        if unit.is_folder:
            self._list_folder(unit.name, seen)
        else:
            for name in unit.files:
                seen.add(name, f"{self.root}{os.sep}{name}")
        return Listing(seen.files, seen.folders, tuple(sorted(seen.unfinished)), seen.unseen)

    def folders_stand(self, listing: Listing) -> bool:
        """Whether no file came into or left any folder of a unit, as far as folders tell."""
        for relative, time in listing.folders.items():
            try:
                if os.stat(f"{self.root}{os.sep}{relative}").st_mtime_ns != time:
                    return False
            except OSError:
                return False
        return True

    def path(self, relative: str) -> Path:
        """Return the whole path of a file."""
        return self.root.joinpath(*relative.split("/"))

    def relative(self, path: str) -> str:
        """Return a file's path from the hot folder; what a card has above it begins with `..`."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def _list_folder(self, top: str, seen: _Seen) -> None:
        waiting = [top]
        while waiting:
            relative = waiting.pop()
            path = f"{self.root}{os.sep}{relative}"
            try:
                seen.folders[relative] = os.stat(path).st_mtime_ns
                with os.scandir(path) as entries:
                    waiting += self._list_entries(relative, entries, seen)
            except FileNotFoundError:
                seen.folders.pop(relative, None)
            except OSError as error:
                seen.unseen[relative] = error.strerror or str(error)

    def _list_entries(
        self, relative: str, entries: Iterator[os.DirEntry[str]], seen: _Seen
    ) -> Iterator[str]:
        """Note the files of one folder; yield the folders in it that are to be looked into."""
        for entry in entries:
            below = f"{relative}/{entry.name}"
            if not _is_folder(entry):
                if not is_meaningless(entry.name):
                    seen.add(below, entry.path)
            elif is_unfinished_folder(entry.name):
                seen.unfinished.add(below)
            elif not self._is_passed_by(entry):
                yield below

    def _is_passed_by(self, entry: os.DirEntry[str]) -> bool:
        path = Path(entry.path)
        return (
            entry.name.startswith(".")
            or entry.is_symlink()
            or path in self.passed_by
            or why_passed_by(path) is not None
        )


@dataclass
class _Seen:
    files: dict[str, Facts] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)
    unseen: dict[str, str] = field(default_factory=dict)

    def add(self, relative: str, path: str) -> None:
        """Look at one file."""
        unfinished = is_unfinished(os.path.basename(path))
        if os.path.basename(path).startswith(".") and not unfinished:
            return
        try:
            status = os.stat(path)
        except FileNotFoundError:
            return
        except OSError as error:
            if not os.path.islink(path):  # a ring of links leads nowhere, now and later
                self.unseen[relative] = error.strerror or str(error)
            return
        self.files[relative] = (status.st_size, status.st_mtime_ns)
        born = getattr(status, "st_birthtime", status.st_mtime)
        if unfinished or FINDER_IS_COPYING & {int(born), int(status.st_mtime)}:
            self.unfinished.add(relative)


def _unit_of(name: str, pictures: frozenset[str]) -> str:
    """Return the name of the unit that a loose file belongs to."""
    if name.rpartition(".")[2].lower() not in pictures:
        return name
    around = numbered(name)
    return f"{around[0]}#{around[1]}" if around else name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a ring of links: seen as a file that cannot be looked at
        return False
