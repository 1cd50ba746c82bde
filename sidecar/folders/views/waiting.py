"""What waits in `pending/`, in the order in which it is taken, and what there is not taken."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from proxx_engine import PathMap, local_path, read_regular
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import job_id_in, judge_name
from sidecar.folders.pending import Unfinished, look_at
from sidecar.folders.resolve_place import RESOLVE, project_place
from sidecar.folders.views.seen import BlockSeen, UnfinishedSeen, cause_of
from sidecar.folders.views.tops import Budget, Top, Tops

_MAX_JOB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Barred:
    """What blocked places mean for the jobs that wait."""

    blocks: tuple[BlockSeen, ...]
    """Each with how many jobs wait for it."""
    by_name: Mapping[str, str]
    """What each of those jobs waits for."""


@dataclass
class Waiting:
    """The jobs that wait in one watch folder, look after look."""

    folder: WatchFolder
    budget: Budget
    path_maps: tuple[PathMap, ...] = ()
    names: list[str] = field(default_factory=list)
    tops: dict[str, Top] = field(default_factory=dict)
    """Of each that was read, what stands at its top."""
    unfinished: tuple[UnfinishedSeen, ...] = ()
    _places: dict[str, frozenset[str]] = field(default_factory=dict)

    def look(self, claimed: set[str], tops: Tops) -> None:
        """List what waits; `claimed`: ids of jobs that somebody has. Raises: OSError."""
        names = sorted(name for name in _list_files(self.folder) if judge_name(name) == "job")
        found = {name: tops.of_file(self.folder.pending, name) for name in names}
        self.tops = {name: top for name, top in found.items() if top is not None}
        self.unfinished = tuple(self._unfinished(name for name in names if name not in self.tops))
        half = {seen.name for seen in self.unfinished}
        self.names = [
            name
            for name in names
            if name not in half and not claimed & {job_id_in(name), _id_of(found[name])}
        ]
        self._places = {name: self._places[name] for name in self.names if name in self._places}

    def _unfinished(self, names: Iterable[str]) -> Iterator[UnfinishedSeen]:
        """Yield those that are not whole, among what could not be read as a job."""
        for name in names:
            if not self.budget.allows(name):
                continue
            try:
                changed_at = os.lstat(self.folder.pending / name).st_mtime
                seen = look_at(self.folder, name)
            except OSError:
                continue  # taken, or not ours to read: a worker tells of it
            if isinstance(seen, Unfinished):
                yield UnfinishedSeen(name, seen.reason, max(time.time() - changed_at, 0.0))

    def judge_by(self, blocks: Iterable[BlockSeen]) -> Barred:
        """Return which jobs wait for a place that is blocked."""
        counted: list[BlockSeen] = []
        barred_by: dict[str, str] = {}
        for block in blocks:
            everywhere = block.place in ("", str(self.folder.root))
            names = [n for n in self.names if everywhere or block.place in self._places_of(n)]
            counted.append(replace(block, waiting=len(names)))
            barred_by |= dict.fromkeys(names, cause_of(block))
        return Barred(tuple(counted), barred_by)

    def _places_of(self, name: str) -> frozenset[str]:
        """Return what a waiting job needs, each as a block names it."""
        if name not in self._places:
            if not self.budget.allows(name):
                return frozenset()
            places = _read_places(os.path.join(self.folder.pending, name), self.path_maps)
            if job_id_in(name) is None:  # under such a name another may wait at the next look
                return places
            self._places[name] = places
        return self._places[name]


def _id_of(top: Top | None) -> str | None:
    return top.job_id if top else None


def _list_files(folder: WatchFolder) -> list[str]:
    try:
        with os.scandir(folder.pending) as entries:
            return [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _read_places(path: str, maps: tuple[PathMap, ...]) -> frozenset[str]:
    """Return output folder, tools, project and source folders of a job file, all unchecked."""
    try:
        loaded = json.loads(read_regular(Path(path), limit=_MAX_JOB_BYTES))
        files = [name for clip in loaded["clips"] for name in clip["source"]["files"]]
        folders = {os.path.dirname(local_path(name, maps)) for name in files}
        encoder = f"encoder {loaded['profile']['video']['encoder']}"
        said = [clip["resolve"] for clip in loaded["clips"] if clip.get("resolve")]
        projects = {project_place(each["project_name"], each["project_id"]) for each in said}
        resolve = {RESOLVE, *projects} if said else set()
        return frozenset({loaded["output"]["directory"], encoder, *folders, *resolve})
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return frozenset()
