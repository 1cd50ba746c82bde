"""A worker's beat: what it is doing, out of its own memory and its job's journal."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from proxx_engine import PlaceError, __version__, read_journal
from sidecar.service.rows import Beat
from sidecar.service.table.jobs import JobTable
from sidecar.service.worker.worker import Worker

_LOOK_SECONDS = 0.5


def beat_of(worker: Worker) -> Beat:
    """Return what a worker says of itself now."""
    doing = worker.doing
    return Beat(
        claimant=worker.claimant,
        state="stopping" if worker.level else doing.state,
        job_id=doing.job_id,
        clips_done=_clips_done(doing.journal) if doing.journal else None,
        clips_total=doing.clips,
        blocked_by=str(doing.blocked_by) if doing.blocked_by else None,
        version=__version__,
    )


def _clips_done(journal: Path) -> int | None:
    """Return how many proxies were published; None while that cannot be read."""
    try:
        return sum(1 for fact in read_journal(journal) if fact["event"] == "published")
    except OSError:
        return None


class Beating(threading.Thread):
    """Writes each beat that says something new, and every one from time to time.

    In a thread of its own: a table that is slow to answer keeps no wish to stop waiting.
    """

    def __init__(
        self,
        table: JobTable,
        workers: Sequence[Worker],
        *,
        beat_seconds: float,
        trouble: Callable[[str], None],
    ) -> None:
        super().__init__(name="beats", daemon=True)
        self.defect: str | None = None
        self._table = table
        self._workers = workers
        self._beat_seconds = beat_seconds
        self._trouble = trouble
        self._spoken: dict[str, tuple[Beat, float]] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Beat until it is told to end."""
        try:
            while not self._over.wait(min(_LOOK_SECONDS, self._beat_seconds)):
                self.beat()
        except Exception:
            self.defect = traceback.format_exc()

    def end(self) -> None:
        """End, and let no worker of ours seem to live on."""
        self._over.set()
        self.join()
        for worker in self._workers:
            with suppress(PlaceError):
                self._table.bury(worker.claimant.worker)

    def beat(self) -> None:
        """Write what is to be written now; what the table does not take is told."""
        for worker in self._workers:
            if worker.doing.ended:
                continue
            beat, now = beat_of(worker), time.monotonic()
            before = self._spoken.get(worker.claimant.worker)
            if before and before[0] == beat and now - before[1] < self._beat_seconds:
                continue
            try:
                self._table.beat(beat)
            except PlaceError as error:
                self._trouble(str(error))
                return
            self._spoken[worker.claimant.worker] = beat, now
