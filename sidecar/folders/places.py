"""Places that jobs cannot work in now: looked at before the claim, so that no queue is emptied.

A job whose output folder or tools are away waits in `pending/`; jobs of other places go on. After
a job failed because of its place, nothing more is claimed for that place until it looks better
than it did then.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    Obstacle,
    Tools,
    failure_kinds,
    free_bytes,
    free_files,
    local_path,
    look_at_place,
    plan_job,
)
from sidecar.folders.resolve_place import (
    RESOLVE,
    FindResolve,
    costs_others,
    look_for_resolve,
    projects_of,
)

FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0
ROOM_FOR_RECORDS = 16 * 1024 * 1024
"""Bytes that journals, logs and results of running jobs may need of the watch folder itself."""
_FILES_FOR_RECORDS = 64
_NOTABLY_MORE = 1.05
"""Room that a person made, not what comes and goes."""


@dataclass(frozen=True, slots=True)
class Block:
    """Why nothing is claimed for a place."""

    place: str
    """An output folder as jobs name it, a tool, or a project in Resolve."""
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Room:
    """What a place still takes."""

    size_bytes: int
    files: int
    """Beyond all counting where a file system makes room for files as they come."""

    def holds(self, size_bytes: int) -> bool:
        """Whether there is no doubt that so much of one job finds room."""
        return size_bytes < self.size_bytes and self.files > _FILES_FOR_RECORDS

    def is_notably_more_than(self, then: Room) -> bool:
        """Whether somebody made room since: for bytes, or for files."""
        pairs = ((self.size_bytes, then.size_bytes), (self.files, then.files))
        return any(now > before and now >= before * _NOTABLY_MORE for now, before in pairs)


@dataclass
class _Blocked:
    block: Block
    look_again_at: float
    failures: int = 0
    """Jobs that this place has cost in a row."""
    room_then: Room | None = None
    stands: bool = True
    """False once it looks well again; what it cost is remembered until a job of it ends well."""


@dataclass
class Places:
    """What is known of the places of the jobs, on one process's monotonic clock."""

    look_every_seconds: float
    clock: Callable[[], float]
    find_resolve: FindResolve | None = None
    """None: no Resolve is looked for."""
    only_project: str | None = None
    """The id of the one whose raw jobs are run; None: of whichever is open."""
    _blocked: dict[str, _Blocked] = field(default_factory=dict)
    _homes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _well: dict[tuple[str, str], float] = field(default_factory=dict)

    def is_known_blocked(self, name: str) -> bool:
        """Whether a waiting job, by its file's name, need not even be read now."""
        now = self.clock()
        return any(self._known(place, now) for place in self._homes.get(name, ()))

    def _known(self, place: str, now: float) -> _Blocked | None:
        known = self._blocked.get(place)
        return known if known and known.stands and now < known.look_again_at else None

    def why_not(self, name: str, spec: JobSpec, tools: Tools) -> Block | None:
        """Look at a job's places; None when it may be claimed. `name`: its file's in `pending/`."""
        directory, tool = spec.output.directory, self._tool_of(spec)
        folders, projects = source_folders(spec, tools), self._projects_of(spec)
        now = self.clock()
        for place in (directory, tool, *folders, *projects):
            if known := self._known(place, now):
                self._homes[name] = (place,)
                return known.block
        for folder in folders:
            if not os.path.isdir(folder):
                # One file that is missing is the clip's fault; without its folder a share is away.
                sentence = f"The folder of the source is not there: {folder}"
                return self._keep_out(name, Block(folder, "SOURCE_MISSING", sentence))
            self._works(folder)
        if block := self._look_for_resolve(spec):
            return self._keep_out(name, block)
        # Looking writes a file: once a poll is enough for all jobs of a place, but for its room.
        well_at = self._well.get((directory, tool))
        if well_at is not None and now - well_at < self.look_every_seconds:
            room = _room(directory, tools)
            if room is not None and room.holds(plan_job(spec).estimated_bytes):
                self._homes.pop(name, None)
                return None
        no_resolve = None if self.find_resolve else ""
        for obstacle in look_at_place(spec, tools, no_resolve=no_resolve):
            place = directory if obstacle.code.startswith("STORAGE_") else tool
            return self._keep_out(name, _block(place, obstacle))
        known = self._blocked.get(directory)
        if known and known.room_then is not None:
            room = _room(directory, tools)
            if room is None or not room.is_notably_more_than(known.room_then):
                return self._keep_out(name, known.block)
        self._homes.pop(name, None)
        self._well[directory, tool] = now
        self._works(directory, tool)
        return None

    def _tool_of(self, spec: JobSpec) -> str:
        return RESOLVE if self.find_resolve else f"encoder {spec.profile.video.encoder}"

    def _projects_of(self, spec: JobSpec) -> tuple[str, ...]:
        return projects_of(spec) if self.find_resolve else ()

    def _look_for_resolve(self, spec: JobSpec) -> Block | None:
        """Look before every job: its user may begin to render, or open another project."""
        find = self.find_resolve
        found = look_for_resolve(spec, find, self.only_project) if find else None
        if found is None:
            self._works(*self._projects_of(spec))
            return None
        place, obstacle = found
        if place != RESOLVE:
            self._works(RESOLVE)
        return _block(place, obstacle)

    def _works(self, *places: str) -> None:
        for place in places:
            if place in self._blocked:
                self._blocked[place].stands = False

    def _keep_out(self, name: str, block: Block) -> Block:
        self._homes[name] = (block.place,)
        before = self._blocked.get(block.place)
        failures, room_then = (before.failures, before.room_then) if before else (0, None)
        again = self.clock() + self.look_every_seconds
        self._blocked[block.place] = _Blocked(block, again, failures, room_then)
        return block

    def learn(self, spec: JobSpec, result: JobExecutionResult, tools: Tools) -> Block | None:
        """Learn from a job that ended; return what now stands in the way of others."""
        code = result.failure.code if result.failure else ""
        directory, tool = spec.output.directory, self._tool_of(spec)
        if not (code.startswith(("STORAGE_", "TOOL_")) or costs_others(code)):
            if result.status == "COMPLETED":
                self._blocked.pop(directory, None)
                self._blocked.pop(tool, None)
            return None
        self._well.pop((directory, tool), None)
        place = directory if code.startswith("STORAGE_") else tool
        failures = self._blocked[place].failures + 1 if place in self._blocked else 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), LONGEST_PAUSE_SECONDS)
        assert result.failure is not None
        block = Block(place, code, result.failure.sentence)
        room = _room(directory, tools) if code == "STORAGE_FULL" else None
        self._blocked[place] = _Blocked(block, self.clock() + pause, failures, room)
        return block

    def blocks(self) -> tuple[Block, ...]:
        """Return everything that stands in the way."""
        return tuple(known.block for known in self._blocked.values() if known.stands)

    def waiting(self) -> Mapping[str, int]:
        """Return how many jobs were found to wait for each place."""
        return Counter(place for homes in self._homes.values() for place in homes)

    def forget_all_but(self, names: set[str]) -> None:
        """Forget jobs that no longer wait."""
        self._homes = {name: homes for name, homes in self._homes.items() if name in names}


def look_for_room(root: Path) -> Block | None:
    """Return that a folder has no room left for the records of its jobs. Raises: OSError."""
    place, room = str(root), _room_in(root)
    if room.size_bytes < ROOM_FOR_RECORDS:
        detail = f"{place} has less than {ROOM_FOR_RECORDS:,} bytes left for the records of jobs"
        return Block(place, "STORAGE_FULL", detail)
    if room.files < _FILES_FOR_RECORDS:
        detail = f"{place} takes less than {_FILES_FOR_RECORDS} more files"
        return Block(place, "STORAGE_FULL", detail)
    return None


def source_folders(spec: JobSpec, tools: Tools) -> list[str]:
    """Return the folders that a job's sources lie in, as this machine calls them."""
    files = (local_path(name, tools.path_maps) for clip in spec.clips for name in clip.source.files)
    return list(dict.fromkeys(os.path.dirname(name) for name in files))


def _block(place: str, obstacle: Obstacle) -> Block:
    sentence = f"{failure_kinds()[obstacle.code].sentence}: {obstacle.detail}"
    return Block(place, obstacle.code, sentence.removesuffix(": "))


def _room(directory: str, tools: Tools) -> Room | None:
    try:
        return _room_in(Path(local_path(directory, tools.path_maps)))
    except OSError:
        return None


def _room_in(folder: Path) -> Room:
    return Room(free_bytes(folder), free_files(folder))
