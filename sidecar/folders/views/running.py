"""Jobs that workers have, and how far they are: out of heartbeats, journals and hidden files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from proxx_engine import (
    JobSpecValidationError,
    PathMap,
    local_path,
    place_of_job,
    plan_job,
    read_jobspec_file,
    read_journal,
)
from sidecar.folders.heartbeats import Heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.views.seen import Doing, RunningJob, WorkerSeen

_DOING: Mapping[str, Doing] = MappingProxyType(
    {
        "clip_started": "encoding",
        "clip_encoded": "proving",
        "clip_verified": "publishing",
        "publishing": "publishing",
        "published": "ending",
        "clip_failed": "ending",
        "job_finished": "ending",
        "settled": "ending",
        "lock_released": "ending",
    }
)


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is kept of a running job's JobSpec."""

    label: str
    job_id: str
    clips: Mapping[int, tuple[str, int]]
    """By index: the output's name, and the bytes that it is estimated to take."""
    exists_only: bool


@dataclass
class Running:
    """The running jobs of one watch folder, look after look."""

    folder: WatchFolder
    path_maps: tuple[PathMap, ...] = ()
    _sketches: dict[str, _Sketch] = field(default_factory=dict)

    def look(
        self, homes: Iterable[str], heard: Mapping[str, tuple[Heartbeat, WorkerSeen]]
    ) -> Iterator[RunningJob]:
        """Yield each job, with its worker's word on it. Raises: OSError."""
        known, self._sketches = self._sketches, {}
        by_home = {beat.job_folder: entry for entry in heard.values() if (beat := entry[0])}
        for path in homes:
            home = Path(path)
            sketch = known.get(path) or _sketch(home)
            if sketch is not None:
                self._sketches[path] = sketch
            elif not home.is_dir():
                continue  # filed meanwhile
            place = home.relative_to(self.folder.root).as_posix()
            _beat, worker = by_home.get(place, (None, None))
            yield self._see(home, sketch, worker)

    def _see(self, home: Path, sketch: _Sketch | None, worker: WorkerSeen | None) -> RunningJob:
        facts = list(read_journal(place_of_job(home / f"{home.name}{JOB}").journal))
        index, began = _clip_of(facts)
        clips = sketch.clips if sketch else {}
        clip, about = clips.get(index, (None, None)) if index is not None else (None, None)
        return RunningJob(
            worker=home.parent.name,
            label=sketch.label if sketch else home.name.rpartition(".")[0],
            job_id=sketch.job_id if sketch else home.name.rpartition(".")[2],
            doing=_DOING.get(facts[-1]["event"], "beginning") if facts else "beginning",
            clip=clip,
            clips_done=sum(fact["event"] == "published" for fact in facts),
            clips=len(clips),
            elapsed_seconds=worker.since_seconds if worker else _seconds_since(began),
            bytes_written=_size(_work_of(facts), self.path_maps) if index is not None else None,
            about_bytes=about,
            exists_only=sketch.exists_only if sketch else False,
        )


def _sketch(home: Path) -> _Sketch | None:
    """Return what must be known of a job; None when it cannot be read."""
    try:
        spec = read_jobspec_file(home / f"{home.name}{JOB}")
        plans = plan_job(spec).clips
    except JobSpecValidationError:
        return None
    clips = {plan.clip.index: (plan.clip.output_name, plan.estimated_bytes) for plan in plans}
    return _Sketch(
        spec.label, spec.job_id, MappingProxyType(clips), spec.execution.verification == "exists"
    )


def _clip_of(facts: list[dict[str, Any]]) -> tuple[int | None, str | None]:
    """Return the running clip's index, and when it began."""
    running: tuple[int | None, str | None] = (None, None)
    for fact in facts:
        if fact["event"] == "clip_started" and isinstance(fact.get("index"), int):
            running = fact["index"], fact["time"]
        elif fact["event"] in ("published", "clip_failed"):
            running = (None, None)
    return running


def _work_of(facts: list[dict[str, Any]]) -> str:
    began = next(fact for fact in reversed(facts) if fact["event"] == "clip_started")
    return str(began.get("work"))


def _size(work: str, maps: tuple[PathMap, ...]) -> int | None:
    try:
        return os.stat(local_path(work, maps)).st_size
    except (OSError, ValueError):
        return None


def _seconds_since(time: str | None) -> float | None:
    """Return how long ago a fact was noted, by our clock."""
    try:
        return max((datetime.now(UTC) - datetime.fromisoformat(time or "")).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
