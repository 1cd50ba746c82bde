"""Paths of this machine → paths as a JobSpec writes them, and names that a person gives. Pure.

The way of path_maps.py turned round: whoever makes a job where its roots have another name than on
the machines that run it looks at files by their names here, and writes down the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from proxx_engine.errors import CreationError, Issue
from proxx_engine.planning.path_maps import (
    PathNames,
    Root,
    find_root,
    local_path,
    localize,
    rename_look,
    rename_spec,
    roots_of,
    split_path,
)
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.spec.model import MAX_TEXT, is_absolute


def path_here(path: str, maps: Iterable[PathMap]) -> str:
    """Return the path of this machine for one that a person names, as written or as here.

    What lies below a root of this machine is a name of this machine, whatever else it may be.
    """
    maps, split = tuple(maps), split_path(path)
    if any(root.is_above(split) for root in roots_of(map(_turned, _effective(maps)))):
        return path
    return local_path(path, maps)


def written_paths(paths: Iterable[str], maps: Iterable[PathMap]) -> tuple[str, ...]:
    """Return how a JobSpec writes paths of this machine; those that no map holds for as they are.

    `local_path` makes the same place of each again.
    Raises: ValueError with a sentence where one name cannot be written; CreationError where two
    maps give one root two names, or contradict each other.
    """
    return tuple(map(_Writing.of(maps).write, paths))


def below_root(path: str) -> str:
    """Return the names of an absolute path as folders below another: a drive by its letter."""
    names = (name.replace(":", "") for name in split_path(path).names)
    return unicodedata.normalize("NFC", "/".join(names))


def written_spec(spec: JobSpec, maps: tuple[PathMap, ...]) -> JobSpec:
    """Return a job of this machine's paths as it is written; itself where there are no maps.

    A LUT may be called as written already: a profile may have come from elsewhere.
    Raises: as `written_paths`.
    """
    if not maps:
        return spec
    profile = rename_look(spec.profile, lambda path: path_here(path, maps))
    return rename_spec(spec.model_copy(update={"profile": profile}), _Writing.of(maps).write)


def _turned(path_map: PathMap) -> PathMap:
    return PathMap(written=path_map.local, local=path_map.written)


def _told(path_map: PathMap) -> str:
    return f"{path_map.written}={path_map.local}"


def _effective(maps: Iterable[PathMap]) -> tuple[PathMap, ...]:
    """Return the maps without those whose root an earlier one has."""
    found: dict[tuple[str, tuple[str, ...]], PathMap] = {}
    for each in maps:
        split = split_path(each.written)
        found.setdefault((split.form, split.keys(len(split.names))), each)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Writing:
    """Maps, ready to write many paths of this machine as jobs do."""

    here: list[Root]
    """By their roots on this machine, the longest first."""
    back: list[Root]
    """By the roots that jobs name."""

    @classmethod
    def of(cls, maps: Iterable[PathMap]) -> _Writing:
        effective = _effective(maps)
        return cls(roots_of(map(_turned, effective)), roots_of(effective))

    def write(self, path: str) -> str:
        """Return a path as jobs write it. Raises: as `written_paths`."""
        split = split_path(path)
        above = [root for root in self.here if root.is_above(split)]
        names = [(root, localize(path, [root])) for root in above if root.holds(split)]
        true = [each for each in names if _is_same(localize(each[1], self.back), split)]
        if len(true) > 1 and true[0][0].keys == true[1][0].keys:
            one, other = (_turned(root.path_map) for root, _name in true[:2])
            raise _two_names(one, other)
        if true:
            name = true[0][1]
            if len(name) > MAX_TEXT or not is_absolute(name):
                raise ValueError(f"{path}: would be {name[:200]}, which no JobSpec can name")
            return name
        if not above and _is_same(localize(path, self.back), split):
            return path
        by = _turned(names[0][0].path_map) if names else None
        taken = find_root(split_path(names[0][1] if names else path), self.back)
        if taken is None or (above and by is None):
            root = _told(_turned(above[0].path_map))
            raise ValueError(f"{path}: has a name that Windows cannot have, and is below {root}")
        raise _contradicting(by, taken.path_map)


def _two_names(one: PathMap, other: PathMap) -> CreationError:
    sentence = (
        f"found {_told(one)} and {_told(other)}, two names of one root; which of them jobs are to "
        "hold is not guessed: give one of the two"
    )
    return CreationError((Issue("SPEC_BAD_PAIR", "--path-map", sentence),))


def _contradicting(by: PathMap | None, taken: PathMap) -> CreationError:
    """`by`: how a path would be written, None: as it is; `taken`: how that is read again."""
    place, maps = taken.written, _told(taken)
    if by is not None:
        place, maps = local_path(taken.written, [by]), f"{_told(by)} and {maps}"
    sentence = (
        f"found {maps}: jobs have no name for {place} of this machine, as {taken.written} is "
        f"{taken.local} here"
    )
    return CreationError((Issue("SPEC_BAD_PAIR", "--path-map", sentence),))


def _is_same(path: str, other: PathNames) -> bool:
    split = split_path(path)
    whole = len(split.names)
    return split.form == other.form and split.keys(whole) == other.keys(len(other.names))
