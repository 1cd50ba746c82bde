"""Looks at a watch folder and changes nothing; what was read once of a file that never changes is
kept for the next look.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proxx_engine import (
    ExecutionPlan,
    JobSpecValidationError,
    PathMap,
    PlaceError,
    local_path,
    now_utc,
    place_of_job,
    plan_job,
    read_jobspec_file,
    read_journal,
    read_mark,
)
from sidecar.folders.claims import Claim, read_claim
from sidecar.folders.concerns import (
    key_of,
    tell_blocks,
    tell_failure,
    tell_stale,
    tell_unclaimed,
)
from sidecar.folders.heartbeats import SILENT_AFTER_SECONDS, Heartbeat, read_heartbeats
from sidecar.folders.kept import FiledJobs, Known, Pulse, folders_in
from sidecar.folders.layout import Outcome, WatchFolder
from sidecar.folders.names import CLAIM, JOB, judge_name
from sidecar.folders.pending import Unfinished, left_alone, look_at
from sidecar.folders.seen import BatchSeen, FolderSeen, RunningJob, WorkerSeen

_SHOWN = 5
_MOST_READ = 5_000
"""Jobs of one day that a view reads to count a batch; more would make it wait."""


class Looker:
    """Looks at one watch folder, once or again and again."""

    def __init__(self, folder: WatchFolder, path_maps: tuple[PathMap, ...] = ()) -> None:
        self.folder = folder
        self._path_maps = path_maps
        self._marks = Known(read_mark)
        self._plans = Known(_read_plan)
        self._pulse = Pulse()
        self._filed: dict[Outcome, FiledJobs] = {
            "completed": FiledJobs(folder.root / "completed"),
            "failed": FiledJobs(folder.root / "failed", shown=_SHOWN),
        }

    def look(self) -> FolderSeen:
        """Look now.

        Raises: PlaceError (STORAGE_WATCH_FOLDER_MISSING) when it is no longer the folder that was
        opened; OSError when it cannot be listed.
        """
        if not self.folder.is_there():
            raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(self.folder.root))
        self._marks.turn()
        self._plans.turn()
        for filed in self._filed.values():
            filed.look(time.monotonic())
        # In the order in which a job moves on: one that moves meanwhile is seen once.
        names = sorted(name for name in _names(self.folder.pending) if judge_name(name) == "job")
        claims = self._claims()
        homes = _homes(self.folder.running)
        waiting, unfinished = self._judge(names, claims)
        now = datetime.now(UTC)
        beats = list(read_heartbeats(self.folder)) if self.folder.workers.is_dir() else []
        workers = [self._worker(beat, now) for beat in beats]
        heard = {worker.name: worker.heard_seconds for worker in workers}
        left = left_alone(self.folder) if self.folder.pending.is_dir() else []
        return FolderSeen(
            root=str(self.folder.root),
            engine=self.folder.engine,
            at=now_utc(),
            waiting=len(waiting),
            next_names=tuple(waiting[:_SHOWN]),
            left_alone=(*left, *unfinished),
            running=tuple(self._running(home, beats, now) for home in homes),
            workers=tuple(workers),
            stale=(*tell_stale(claims, heard), *tell_unclaimed(self.folder, homes, claims)),
            blocks=tuple(tell_blocks(beats)),
            completed=self._filed["completed"].count,
            failed=self._filed["failed"].count,
            failures=tuple(map(tell_failure, self._filed["failed"].latest)),
            batches=tuple(self._batches(waiting, homes)),
        )

    def _claims(self) -> dict[str, Claim | None]:
        """Return the claims that stand, by key; None where one names nobody."""
        names = sorted(name for name in _names(self.folder.claims) if name.endswith(CLAIM))
        return {name.removesuffix(CLAIM): read_claim(self.folder.claims / name) for name in names}

    def _judge(
        self, names: list[str], claims: Mapping[str, object]
    ) -> tuple[list[str], list[tuple[str, str]]]:
        """Return what waits, and what is not whole, with the reason; not what is being taken."""
        waiting, unfinished = [], []
        for name in names:
            mark = self._marks.of(self.folder.pending / name)
            if mark is not None:
                if mark.job_id not in claims:
                    waiting.append(name)
                continue
            seen = look_at(self.folder, name)
            if isinstance(seen, Unfinished):
                unfinished.append((name, f"unfinished: {seen.reason}"))
            elif seen is not None:
                waiting.append(name)
        return waiting, unfinished

    def _running(self, home: Path, beats: list[Heartbeat], now: datetime) -> RunningJob:
        job_file = home / f"{home.name}{JOB}"
        plan = self._plans.of(job_file)
        place = home.relative_to(self.folder.root).as_posix()
        beat = next((beat for beat in beats if beat.job_folder == place), None)
        started: dict[str, Any] = {}
        done = 0
        for fact in read_journal(place_of_job(job_file).journal):
            if fact["event"] == "clip_started":
                started = fact
            elif fact["event"] == "published":
                started, done = {}, done + 1
        clips = {clip.clip.index: clip for clip in plan.clips} if plan else {}
        clip = clips.get(started.get("index", -1))
        work = local_path(str(started["work"]), self._path_maps) if "work" in started else None
        return RunningJob(
            worker=home.parent.name,
            label=plan.spec.label if plan else home.name,
            job_id=plan.spec.job_id if plan else key_of(home),
            clip=beat.clip if beat else None,
            clips_done=done,
            clips=len(clips),
            elapsed_seconds=_since(beat.since, now) if beat else None,
            bytes_written=_size(Path(work)) if work else None,
            about_bytes=clip.estimated_bytes if clip else None,
        )

    def _worker(self, beat: Heartbeat, now: datetime) -> WorkerSeen:
        told = _since(beat.beat_at, now)
        heard = self._pulse.heard_seconds(beat, told, time.monotonic())
        return WorkerSeen(
            name=beat.worker,
            host=beat.owner.host,
            state=beat.state,
            since_seconds=_since(beat.since, now),
            heard_seconds=heard,
            silent=heard is None or heard > SILENT_AFTER_SECONDS,
            gone=beat.owner.is_gone(),
            done=beat.jobs_done,
            failed=beat.jobs_failed,
            threads=beat.threads,
            version=beat.version,
        )

    def _batches(self, waiting: list[str], homes: list[Path]) -> Iterator[BatchSeen]:
        """Yield the batches that have open jobs, each with what has ended of it."""
        wait = Counter(self._batch(self.folder.pending / name) for name in waiting)
        running = Counter(self._batch(home / f"{home.name}{JOB}") for home in homes)
        for key in dict.fromkeys((*running, *wait)):
            if key is None:
                continue
            completed, failed = self._count("completed", key), self._count("failed", key)
            yield BatchSeen(key[0], wait[key], running[key], completed, failed)

    def _count(self, outcome: Outcome, key: tuple[str, str]) -> int | None:
        day = key[1]
        if self._filed[outcome].count_of(day) > _MOST_READ:
            return None
        homes = map(Path, folders_in(self.folder.filed(outcome, day)))
        return sum(self._batch(home / f"{home.name}{JOB}") == key for home in homes)

    def _batch(self, path: Path) -> tuple[str, str] | None:
        """Return a job's batch and the day on which it was made."""
        mark = self._marks.of(path)
        return (mark.batch, mark.created_at[:10]) if mark and mark.batch else None


def _read_plan(path: Path) -> ExecutionPlan | None:
    try:
        return plan_job(read_jobspec_file(path))
    except JobSpecValidationError:
        return None


def _homes(running: Path) -> list[Path]:
    return [
        Path(home) for worker in sorted(folders_in(running)) for home in sorted(folders_in(worker))
    ]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _since(moment: str, now: datetime) -> float | None:
    """Return the seconds since a time that somebody wrote; None where it is no moment."""
    try:
        return (now - datetime.fromisoformat(moment)).total_seconds()
    except (ValueError, TypeError):
        return None
