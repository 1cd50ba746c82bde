"""Looks at a watch folder and changes nothing; what was read once of a file that never changes is
kept for the next look.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proxx_engine import (
    JobMark,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    local_path,
    now_utc,
    place_of_job,
    plan_job,
    read_jobspec_file,
    read_journal,
    read_mark,
    read_regular,
)
from sidecar.folders.claims import Claim, read_claim
from sidecar.folders.heartbeats import SILENT_AFTER_SECONDS, Heartbeat, read_heartbeats
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB, judge_name
from sidecar.folders.pending import left_alone
from sidecar.folders.seen import (
    BatchSeen,
    BlockSeen,
    FailureSeen,
    FolderSeen,
    RunningJob,
    StaleJob,
    WorkerSeen,
)

_SHOWN = 5
_MOST_READ = 5_000
"""Jobs of one day that a view reads to count a batch; more would make it wait."""
_MAX_RESULT_BYTES = 64 * 1024 * 1024


@dataclass
class Looker:
    """Looks at one watch folder, once or again and again."""

    folder: WatchFolder
    path_maps: tuple[PathMap, ...] = ()
    _marks: dict[str, JobMark | None] = field(default_factory=dict)
    _specs: dict[str, JobSpec | None] = field(default_factory=dict)

    def look(self) -> FolderSeen:
        """Look now. Raises: OSError when the folder cannot be listed."""
        now = datetime.now(UTC)
        pending = sorted(name for name in _names(self.folder.pending) if judge_name(name) == "job")
        beats = list(read_heartbeats(self.folder)) if self.folder.workers.is_dir() else []
        homes = _homes(self.folder.running)
        running = [self._running(home, beats, now) for home in homes]
        failed = list(_filed(self.folder.root / "failed"))
        return FolderSeen(
            root=str(self.folder.root),
            engine=self.folder.engine,
            at=now_utc(),
            waiting=len(pending),
            next_names=tuple(pending[:_SHOWN]),
            left_alone=tuple(left_alone(self.folder)) if self.folder.pending.is_dir() else (),
            running=tuple(running),
            workers=tuple(_worker(beat, now) for beat in beats),
            stale=tuple(self._stale(beats, now)),
            blocks=tuple(_blocks(beats)),
            completed=sum(1 for _home in _filed(self.folder.root / "completed")),
            failed=len(failed),
            failures=tuple(_failures(failed)),
            batches=tuple(self._batches(pending, homes)),
        )

    def _running(self, home: Path, beats: list[Heartbeat], now: datetime) -> RunningJob:
        spec = self._spec(home / f"{home.name}{JOB}")
        place = home.relative_to(self.folder.root).as_posix()
        beat = next((beat for beat in beats if beat.job_folder == place), None)
        written: int | None = None
        done = 0
        for fact in read_journal(place_of_job(home / f"{home.name}{JOB}").journal):
            if fact["event"] == "clip_started":
                written = _size(Path(local_path(str(fact.get("work")), self.path_maps)))
            done += fact["event"] == "published"
        return RunningJob(
            worker=home.parent.name,
            label=spec.label if spec else home.name,
            job_id=spec.job_id if spec else home.name.rpartition(".")[2],
            clip=beat.clip if beat else None,
            clips_done=done,
            clips=len(spec.clips) if spec else 0,
            elapsed_seconds=_since(beat.since, now) if beat else None,
            bytes_written=written,
            about_bytes=plan_job(spec).estimated_bytes if spec else None,
        )

    def _spec(self, path: Path) -> JobSpec | None:
        if path.name not in self._specs:
            try:
                self._specs[path.name] = read_jobspec_file(path)
            except JobSpecValidationError:
                self._specs[path.name] = None
        return self._specs[path.name]

    def _stale(self, beats: list[Heartbeat], now: datetime) -> Iterator[StaleJob]:
        heard = {beat.worker: _since(beat.beat_at, now) for beat in beats}
        for name in sorted(_names(self.folder.claims)):
            if not name.endswith(CLAIM):
                continue
            claim = read_claim(self.folder.claims / name)
            if claim is None:
                key = name.removesuffix(CLAIM)
                yield StaleJob(key, "", "", "", "", "its claim names nobody", ours=False)
                continue
            reason = _why_stale(claim, heard)
            if reason is not None:
                ours = claim.owner.is_gone()
                yield StaleJob(
                    claim.key,
                    claim.job_file,
                    claim.worker,
                    claim.owner.host,
                    claim.taken_at,
                    reason,
                    ours,
                )

    def _batches(self, pending: list[str], homes: list[Path]) -> Iterator[BatchSeen]:
        """Yield the batches that have open jobs, each with what has ended of it."""
        files = [self.folder.pending / name for name in pending]
        waiting = Counter(map(self._batch, files))
        running = Counter(self._batch(home / f"{home.name}{JOB}") for home in homes)
        for key in dict.fromkeys((*running, *waiting)):
            if key is None:
                continue
            label, day = key
            counts = [self._count(outcome, day, key) for outcome in ("completed", "failed")]
            yield BatchSeen(label, waiting[key], running[key], counts[0], counts[1])

    def _count(self, outcome: str, day: str, key: tuple[str, str]) -> int | None:
        homes = [Path(entry) for entry in _folders(self.folder.root / outcome / day)]
        if len(homes) > _MOST_READ:
            return None
        return sum(self._batch(home / f"{home.name}{JOB}") == key for home in homes)

    def _batch(self, path: Path) -> tuple[str, str] | None:
        """Return a job's batch and the day on which it was made."""
        if path.name not in self._marks:
            self._marks[path.name] = read_mark(path)
        mark = self._marks[path.name]
        return (mark.batch, mark.created_at[:10]) if mark and mark.batch else None


def _why_stale(claim: Claim, heard: dict[str, float]) -> str | None:
    if claim.owner.is_near():
        return "its process is gone" if claim.owner.is_gone() else None
    seconds = heard.get(claim.worker)
    if seconds is None:
        return "its worker is not heard of"
    if seconds > SILENT_AFTER_SECONDS:
        return f"its worker has been silent for {seconds:.0f} s"
    return None


def _worker(beat: Heartbeat, now: datetime) -> WorkerSeen:
    heard = _since(beat.beat_at, now)
    return WorkerSeen(
        name=beat.worker,
        host=beat.owner.host,
        state=beat.state,
        since_seconds=_since(beat.since, now),
        heard_seconds=heard,
        silent=heard > SILENT_AFTER_SECONDS,
        gone=beat.owner.is_gone(),
        done=beat.jobs_done,
        failed=beat.jobs_failed,
        threads=beat.threads,
        version=beat.version,
    )


def _blocks(beats: list[Heartbeat]) -> Iterator[BlockSeen]:
    workers: dict[tuple[str, str, str], list[str]] = {}
    for beat in beats:
        for told in beat.blocked_by:
            key = (told.get("place", ""), told.get("code", ""), told.get("detail", ""))
            workers.setdefault(key, []).append(beat.worker)
    for (place, code, detail), names in workers.items():
        yield BlockSeen(place, code, detail, tuple(names))


def _failures(homes: list[Path]) -> Iterator[FailureSeen]:
    latest = sorted(homes, key=_filed_at, reverse=True)[:_SHOWN]
    for home in latest:
        result = _result(place_of_job(home / f"{home.name}{JOB}").result)
        failure = result.get("failure") or {}
        yield FailureSeen(
            label=str(result.get("label") or home.name),
            status=str(result.get("status") or "without a result"),
            code=str(failure.get("code") or ""),
            sentence=str(failure.get("sentence") or ""),
            next_step=str(failure.get("next_step") or ""),
            folder=str(home),
        )


def _result(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_RESULT_BYTES))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _filed_at(home: Path) -> float:
    try:
        return home.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _filed(state: Path) -> Iterator[Path]:
    for day in sorted(_names(state)):
        yield from map(Path, _folders(state / day))


def _homes(running: Path) -> list[Path]:
    return [Path(home) for worker in sorted(_folders(running)) for home in sorted(_folders(worker))]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _folders(folder: str | Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _since(time: str, now: datetime) -> float:
    try:
        return (now - datetime.fromisoformat(time)).total_seconds()
    except ValueError:
        return float("inf")
