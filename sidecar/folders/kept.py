"""What one look at a watch folder keeps for the next: nothing that a later look would see anew."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sidecar.folders.heartbeats import Heartbeat

T = TypeVar("T")

_COARSEST_TIME_SECONDS = 5.0
"""FAT keeps times to two seconds, and a share may show them later."""


class Known(Generic[T]):
    """What was read of files that never change, by name; one that cannot be read is read again."""

    def __init__(self, read: Callable[[Path], T | None]) -> None:
        self._read = read
        self._before: dict[str, T] = {}
        self._now: dict[str, T] = {}

    def of(self, path: Path) -> T | None:
        """Return what a file says."""
        known = self._now.get(path.name) or self._before.get(path.name) or self._read(path)
        if known is not None:
            self._now[path.name] = known
        return known

    def turn(self) -> None:
        """Begin another look: what the last one did not ask for is forgotten."""
        self._before, self._now = self._now, {}


@dataclass(frozen=True, slots=True)
class _Spoken:
    beats: int
    at: float
    heard_here: bool
    """Whether it was seen to change, and not only found so."""


class Pulse:
    """When workers were last heard of: by our own clock, once two looks saw one of them speak."""

    def __init__(self) -> None:
        self._spoken: dict[str, _Spoken] = {}

    def heard_seconds(self, beat: Heartbeat, told: float | None, now: float) -> float | None:
        """Return for how long a worker has been silent.

        `told`: how long by the time that it wrote, None where that is none; `now`: monotonic.
        """
        known = self._spoken.get(beat.worker)
        if known is None or known.beats != beat.beats:
            known = _Spoken(beat.beats, now, heard_here=known is not None)
            self._spoken[beat.worker] = known
        watched = now - known.at
        if known.heard_here:
            return watched
        return None if told is None else max(told, watched)


@dataclass(frozen=True, slots=True)
class _Day:
    changed_ns: int
    first_seen: float
    holds: bool
    """Whether it was listed when the time of its last change had long passed."""
    count: int
    latest: tuple[tuple[float, Path], ...]


class FiledJobs:
    """The jobs in `completed/` or `failed/`; a day is listed again only when it has changed."""

    def __init__(self, state: Path, *, shown: int = 0) -> None:
        self._state = state
        self._shown = shown
        self._days: dict[str, _Day] = {}

    def look(self, now: float) -> None:
        """Look at every day. `now`: monotonic. Raises: OSError."""
        days = {os.path.basename(day): Path(day) for day in folders_in(self._state)}
        self._days = {name: self._look_at(day, now) for name, day in days.items()}

    @property
    def count(self) -> int:
        """All of them."""
        return sum(day.count for day in self._days.values())

    def count_of(self, day: str) -> int:
        """Those of one day, as in 2026-02-13."""
        return self._days[day].count if day in self._days else 0

    @property
    def latest(self) -> list[Path]:
        """The folders of the last that were filed, the newest first."""
        homes = (home for day in self._days.values() for home in day.latest)
        return [home for _time, home in heapq.nlargest(self._shown, homes)]

    def _look_at(self, day: Path, now: float) -> _Day:
        changed = day.stat().st_mtime_ns
        known = self._days.get(day.name)
        same = known is not None and known.changed_ns == changed
        if known is not None and same and known.holds:
            return known
        first_seen = known.first_seen if known is not None and same else now
        homes = folders_in(day)
        latest = heapq.nlargest(self._shown, map(_dated, homes)) if self._shown else []
        holds = now - first_seen >= _COARSEST_TIME_SECONDS
        return _Day(changed, first_seen, holds, len(homes), tuple(latest))


def _dated(home: str) -> tuple[float, Path]:
    try:
        return os.stat(home).st_mtime, Path(home)
    except FileNotFoundError:
        return 0.0, Path(home)


def folders_in(folder: str | Path) -> list[str]:
    """Return the paths of the folders in a folder; none where it is not there. Raises: OSError."""
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
