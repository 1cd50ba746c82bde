"""Jobs that ended, counted by listing their folders; of the latest failures, what their results
say.

A day's folder is listed again only when it has changed.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proxx_engine import place_of_job, read_regular
from sidecar.folders.layout import Outcome, WatchFolder
from sidecar.folders.names import JOB, short_name
from sidecar.folders.views.seen import FailureSeen

_MAX_RESULT_BYTES = 64 * 1024 * 1024
_COARSEST_TIME_SECONDS = 5.0
"""FAT keeps times to two seconds, and a share may show them later."""


@dataclass(frozen=True, slots=True)
class _Day:
    changed_ns: int
    first_seen: float
    """On our clock that never jumps: when it was first seen with that time."""
    holds: bool
    """Whether it was listed when its last change had long passed."""
    count: int


@dataclass
class Ended:
    """What ended in one watch folder."""

    folder: WatchFolder
    clock: Callable[[], float] = time.monotonic
    _days: dict[str, _Day] = field(default_factory=dict)
    _times: dict[str, float] = field(default_factory=dict)
    """When each of the latest failures was filed, by its folder."""
    _failures: dict[str, FailureSeen] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        """Return how many jobs ended so. Raises: OSError."""
        return sum(itertools.starmap(self._count, self._list_days(outcome)))

    def _list_days(self, outcome: Outcome) -> list[tuple[str, int]]:
        days = list_folders(self.folder.root / outcome)
        return [(day, os.stat(day).st_mtime_ns) for day in days]

    def _count(self, day: str, changed: int) -> int:
        known, now = self._days.get(day), self.clock()
        same = known is not None and known.changed_ns == changed
        if known is None or not same or not known.holds:
            first_seen = known.first_seen if known is not None and same else now
            holds = now - first_seen >= _COARSEST_TIME_SECONDS
            known = self._days[day] = _Day(changed, first_seen, holds, len(list_folders(day)))
        return known.count

    def homes(self, outcome: Outcome, day: str) -> list[str]:
        """Return the folders of the jobs of a day that ended so. Raises: OSError."""
        return list_folders(self.folder.filed(outcome, day))

    def latest_failures(self, count: int) -> Iterator[FailureSeen]:
        """Yield the last that were filed in `failed/`, the latest first. Raises: OSError."""
        latest: list[tuple[float, str]] = []
        times: dict[str, float] = {}
        # Filing changes the time of a day's folder: older ones hold nothing later.
        for day, changed in sorted(self._list_days("failed"), key=lambda day: -day[1]):
            if len(latest) >= count and latest[-1][0] >= changed / 1e9:
                break
            for home in list_folders(day):
                times[home] = self._times.get(home) or _time_of(home)
            latest = heapq.nlargest(count, ((at, home) for home, at in times.items()))
        self._times = times
        now = time.time()
        known, self._failures = self._failures, {}
        for at, home in latest:
            self._failures[home] = known.get(home) or _read_failure(Path(home))
            yield replace(self._failures[home], ended_seconds=max(now - at, 0.0))


def _time_of(home: str) -> float:
    try:
        return os.stat(home).st_mtime
    except FileNotFoundError:
        return 0.0


def read_failure(result_file: Path) -> dict[str, str]:
    """Return status, code, sentence and next_step of a result, unchecked; empty where none is."""
    result = read_result(result_file)
    failure = result.get("failure")
    told: dict[str, Any] = failure if isinstance(failure, dict) else {}
    return {"status": str(result.get("status") or "")} | {
        key: str(told.get(key) or "") for key in ("code", "sentence", "next_step")
    }


def _read_failure(home: Path) -> FailureSeen:
    told = read_failure(place_of_job(home / f"{home.name}{JOB}").result)
    return FailureSeen(
        name=short_name(f"{home.name}{JOB}").removesuffix(JOB),
        status=told["status"] or "WITHOUT A RESULT",
        code=told["code"],
        sentence=told["sentence"],
        next_step=told["next_step"],
        folder=str(home),
        ended_seconds=0.0,
    )


def read_result(path: Path) -> dict[str, Any]:
    """Return a result as it stands there, unchecked; empty where none can be read."""
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_RESULT_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def list_folders(folder: str | Path) -> list[str]:
    """Return the paths of the folders in a folder; none where it is missing. Raises: OSError."""
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
