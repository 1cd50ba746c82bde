"""Places that jobs cannot work in now: looked at before the claim, so that no queue is emptied.

A job whose output folder or tools are away waits in `pending/`; jobs of other places go on. After
a job failed because of its place, nothing more is claimed for that place until it looks better
than it did then.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    Tools,
    failure_kinds,
    free_bytes,
    free_files,
    local_path,
    look_at_place,
    plan_job,
)
from sidecar.folders.layout import WatchFolder

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
    """An output folder as jobs name it, or a tool."""
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
        directory = spec.output.directory
        now = self.clock()
        for place in (directory, tools_of(spec), *source_folders(spec, tools)):
            if known := self._known(place, now):
                self._homes[name] = (place,)
                return known.block
        for folder in source_folders(spec, tools):
            if not os.path.isdir(folder):
                # One file that is missing is the clip's fault; without its folder a share is away.
                self._homes[name] = (folder,)
                sentence = f"The folder of the source is not there: {folder}"
                return self._keep_out(Block(folder, "SOURCE_MISSING", sentence))
            if folder in self._blocked:
                self._blocked[folder].stands = False
        # Looking writes a file: once a poll is enough for all jobs of a place, but for its room.
        well_at = self._well.get((directory, tools_of(spec)))
        if well_at is not None and now - well_at < self.look_every_seconds:
            room = _room(directory, tools)
            if room is not None and room.holds(plan_job(spec).estimated_bytes):
                return None
        for obstacle in look_at_place(spec, tools):
            place = directory if obstacle.code.startswith("STORAGE_") else tools_of(spec)
            self._homes[name] = (place,)
            sentence = f"{failure_kinds()[obstacle.code].sentence}: {obstacle.detail}"
            return self._keep_out(Block(place, obstacle.code, sentence.removesuffix(": ")))
        known = self._blocked.get(directory)
        if known and known.room_then is not None:
            room = _room(directory, tools)
            if room is None or not room.is_notably_more_than(known.room_then):
                return self._keep_out(known.block)
        self._homes.pop(name, None)
        self._well[directory, tools_of(spec)] = now
        for place in (directory, tools_of(spec)):
            if place in self._blocked:
                self._blocked[place].stands = False
        return None

    def _keep_out(self, block: Block) -> Block:
        before = self._blocked.get(block.place)
        failures, room_then = (before.failures, before.room_then) if before else (0, None)
        again = self.clock() + self.look_every_seconds
        self._blocked[block.place] = _Blocked(block, again, failures, room_then)
        return block

    def learn(self, spec: JobSpec, result: JobExecutionResult, tools: Tools) -> Block | None:
        """Learn from a job that ended; return what now stands in the way of others."""
        code = result.failure.code if result.failure else ""
        if not code.startswith(("STORAGE_", "TOOL_")):
            if result.status == "COMPLETED":
                self._blocked.pop(spec.output.directory, None)
                self._blocked.pop(tools_of(spec), None)
            return None
        self._well.pop((spec.output.directory, tools_of(spec)), None)
        storage = code.startswith("STORAGE_")
        place = spec.output.directory if storage else tools_of(spec)
        failures = self._blocked[place].failures + 1 if place in self._blocked else 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), LONGEST_PAUSE_SECONDS)
        assert result.failure is not None
        block = Block(place, code, result.failure.sentence)
        room = _room(spec.output.directory, tools) if code == "STORAGE_FULL" else None
        self._blocked[place] = _Blocked(block, self.clock() + pause, failures, room)
        return block

    def blocks(self) -> tuple[Block, ...]:
        """Return everything that stands in the way."""
        return tuple(known.block for known in self._blocked.values() if known.stands)

    def forget_all_but(self, names: set[str]) -> None:
        """Forget jobs that no longer wait."""
        self._homes = {name: homes for name, homes in self._homes.items() if name in names}


def look_for_room(folder: WatchFolder) -> Block | None:
    """Return that the watch folder has no room left for the records of jobs. Raises: OSError."""
    place, room = str(folder.root), _room_in(folder.root)
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


def tools_of(spec: JobSpec) -> str:
    """Return the tool that a job needs, as a place."""
    return f"encoder {spec.profile.video.encoder}"


def _room(directory: str, tools: Tools) -> Room | None:
    try:
        return _room_in(Path(local_path(directory, tools.path_maps)))
    except OSError:
        return None


def _room_in(folder: Path) -> Room:
    return Room(free_bytes(folder), free_files(folder))
