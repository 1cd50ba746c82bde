"""Heartbeats as a person must read them: who lives, and for how long a worker has been silent.

Clocks of machines differ. Of a worker that spoke between two looks our own clock tells when;
before that, the time that it wrote or the time that the disk gave its file, whichever is nearer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sidecar.folders.heartbeats import (
    SILENT_AFTER_SECONDS,
    Heartbeat,
    heartbeat_path,
    read_heartbeats,
)
from sidecar.folders.layout import WatchFolder
from sidecar.folders.views.seen import WorkerSeen

NOTABLE_SECONDS = 30.0
"""A clock that differs by more makes times of different machines hard to compare."""
_SLIGHTLY_AHEAD_SECONDS = 5.0


@dataclass
class _Heard:
    started_at: str
    beats: int
    at: float
    """On our clock that never jumps: when this beat was first seen."""
    spoke: bool
    """Whether it spoke while we looked."""


@dataclass
class Hearing:
    """What is heard of the workers of one watch folder, look after look."""

    folder: WatchFolder
    clock: Callable[[], float] = time.monotonic
    _heard: dict[str, _Heard] = field(default_factory=dict)

    def listen(self) -> dict[str, tuple[Heartbeat, WorkerSeen]]:
        """Return every worker, by name, with what it last said. Raises: OSError."""
        beats = read_heartbeats(self.folder) if self.folder.workers.is_dir() else ()
        seen = {beat.worker: (beat, self._see(beat)) for beat in beats if _is_told_well(beat)}
        self._heard = {name: heard for name, heard in self._heard.items() if name in seen}
        return seen

    def _see(self, beat: Heartbeat) -> WorkerSeen:
        now = datetime.now(UTC).timestamp()
        spoken_at, written_at = _time_of(beat.beat_at), self._written_at(beat)
        heard = self._since(beat, [now - at for at in (spoken_at, written_at) if at is not None])
        ahead = spoken_at - written_at if spoken_at and written_at else 0.0
        began_at, since = _time_of(beat.since), None
        if heard is not None and spoken_at is not None and began_at is not None:
            # Until it spoke by the worker's own clock, whatever that clock says.
            since = heard + max(spoken_at - began_at, 0.0)
        return WorkerSeen(
            name=beat.worker,
            host=beat.owner.host,
            state=beat.state,
            since_seconds=since,
            heard_seconds=heard,
            silent=heard is None or heard > SILENT_AFTER_SECONDS,
            gone=beat.owner.is_gone(),
            clock_ahead_seconds=ahead if abs(ahead) > NOTABLE_SECONDS else 0.0,
            done=beat.jobs_done,
            failed=beat.jobs_failed,
            threads=beat.threads,
            version=beat.version,
        )

    def _since(self, beat: Heartbeat, ages: list[float]) -> float | None:
        """Return for how many seconds a worker has said nothing; None where nobody can tell."""
        now = self.clock()
        known = self._heard.get(beat.worker)
        if known is None or (known.started_at, known.beats) != (beat.started_at, beat.beats):
            known = _Heard(beat.started_at, beat.beats, now, spoke=known is not None)
            self._heard[beat.worker] = known
        watched = now - known.at
        if known.spoke:
            return watched
        # A time that lies ahead of us tells nothing.
        past = [age for age in ages if age >= -_SLIGHTLY_AHEAD_SECONDS]
        return max(min(past), watched, 0.0) if past else None

    def _written_at(self, beat: Heartbeat) -> float | None:
        try:
            return heartbeat_path(self.folder, beat.worker).stat().st_mtime
        except OSError:
            return None


def _is_told_well(beat: Heartbeat) -> bool:
    """Whether a heartbeat holds what its kind holds: it was read from a disk that others write."""
    texts = (beat.worker, beat.started_at, beat.beat_at, beat.state, beat.since, beat.version)
    counts = (beat.beats, beat.jobs_done, beat.jobs_failed, beat.threads)
    maybe = (beat.job_id, beat.job_folder, beat.clip)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(count, int) for count in counts)
        and all(text is None or isinstance(text, str) for text in maybe)
        and all(isinstance(block, dict) for block in beat.blocked_by)
    )


def _time_of(text: str) -> float | None:
    """Return the moment that a text tells; None for one that tells none, or of no zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
