"""Looks at a watch folder and changes nothing; what was read once of a file that never changes is
kept for the next look.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import PathMap, PlaceError, now_utc
from sidecar.folders.batches import Batch
from sidecar.folders.heartbeats import Heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import judge_name
from sidecar.folders.pending import left_alone
from sidecar.folders.views.ended import Ended, list_folders
from sidecar.folders.views.hearing import Hearing
from sidecar.folders.views.running import Running
from sidecar.folders.views.seen import BatchSeen, BlockSeen, FolderSeen, WaitingJob, WorkerSeen
from sidecar.folders.views.stale import Listener, find_stale, id_of_home, list_claimed
from sidecar.folders.views.tops import Budget, Tops
from sidecar.folders.views.waiting import Waiting

_SHOWN = 5
PATIENCE_SECONDS = 3.0
"""What a look may read of ten thousand job files on a slow share before it tells what it has."""


@dataclass
class Looker:
    """Looks at one watch folder, once or again and again.

    Each count is true for the moment in which its folder was listed: a job that moves meanwhile may
    be seen twice, or at the next look.
    """

    folder: WatchFolder
    path_maps: tuple[PathMap, ...] = ()
    patience_seconds: float = PATIENCE_SECONDS
    clock: Callable[[], float] = time.monotonic
    _tops: Tops = field(init=False)
    _waiting: Waiting = field(init=False)
    _running: Running = field(init=False)
    _ended: Ended = field(init=False)
    _hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        budget = Budget(self.patience_seconds, self.clock)
        self._tops = Tops(budget)
        self._waiting = Waiting(self.folder, budget, self.path_maps)
        self._running = Running(self.folder, self.path_maps)
        self._ended = Ended(self.folder, self.clock)
        self._hearing = Hearing(self.folder, self.clock)

    def look(self) -> FolderSeen:
        """Look now. Raises: PlaceError when the folder is away, OSError when it does not work."""
        self._require_folder()
        self._tops.budget.begin()
        self._tops.begin()
        # In this order: a claim is there before its job's folder, and a heartbeat before a claim.
        found = [home for worker in _sorted(self.folder.running) for home in _sorted(worker)]
        homes = [home for home in found if id_of_home(home)]
        claimed = list_claimed(self.folder)
        heard = self._hearing.listen()
        workers = [worker for _beat, worker in heard.values()]
        listener = Listener(
            {worker.name: worker for worker in workers},
            [beat.owner for beat, worker in heard.values() if worker.alive],
        )
        stale = tuple(find_stale(self.folder, claimed, homes, listener))
        stale_ids = {job.job_id for job in stale}
        worked_on = [home for home in homes if id_of_home(home) not in stale_ids]
        self._waiting.look(set(claimed), self._tops)
        held = list_held(self.folder)
        # Batches first: what there is no time for then is what waits for blocked places.
        batches = tuple(self._batches(worked_on, set(homes) - set(worked_on), held))
        barred = self._waiting.judge_by(_blocks(heard.values()))
        failures = tuple(self._ended.latest_failures(_SHOWN))
        seen = FolderSeen(
            root=str(self.folder.root),
            engine=self.folder.engine,
            at=now_utc(),
            waiting=len(self._waiting.names),
            next_jobs=tuple(
                WaitingJob(name, barred.by_name.get(name, ""))
                for name in self._waiting.names[:_SHOWN]
            ),
            barred=len(barred.by_name),
            held=len(held),
            left_alone=(*self._left_alone(), *self._strange(set(found) - set(homes))),
            unfinished=self._waiting.unfinished,
            running=tuple(self._running.look(worked_on, heard)),
            workers=tuple(workers),
            stale=stale,
            batches=batches,
            blocks=barred.blocks,
            completed=self._ended.count("completed"),
            failed=self._ended.count("failed"),
            failures=failures,
            unread=len(self._tops.budget.unread),
        )
        self._require_folder()
        return seen

    def _require_folder(self) -> None:
        """Never take a volume that went away for a folder with nothing in it."""
        if not self.folder.is_there():
            raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(self.folder.root))

    def _left_alone(self) -> list[tuple[str, str]]:
        return left_alone(self.folder) if self.folder.pending.is_dir() else []

    def _strange(self, homes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield folders below `running/` that no worker of ours made."""
        for home in sorted(homes):
            yield Path(home).relative_to(self.folder.root).as_posix(), "no job's folder"

    def _batches(
        self, worked_on: Iterable[str], stale: Iterable[str], held: Iterable[str]
    ) -> Iterator[BatchSeen]:
        """Yield the batches that have open jobs, each with what has ended of it."""
        waiting = Counter(top.batch for top in self._waiting.tops.values() if top.batch)
        running, left = self._count(worked_on), self._count(stale)
        idle = (self._tops.of_file(self.folder.held, name) for name in held)
        kept = Counter(top.batch for top in idle if top is not None and top.batch)
        open_ones = list(dict.fromkeys((*running, *left, *waiting, *kept)))
        days = sorted({batch.created_at[:10] for batch in open_ones})
        completed, failed = Counter[Batch](), Counter[Batch]()
        for day in filter(_is_date, days):
            completed += self._count(self._ended.homes("completed", day))
            failed += self._count(self._ended.homes("failed", day))
        for batch in open_ones:
            yield BatchSeen(
                label=batch.label,
                made_at=batch.created_at,
                waiting=waiting[batch],
                running=running[batch],
                stale=left[batch],
                completed=completed[batch],
                failed=failed[batch],
                held=kept[batch],
            )

    def _count(self, homes: Iterable[str]) -> Counter[Batch]:
        tops = map(self._tops.of_home, homes)
        return Counter(top.batch for top in tops if top is not None and top.batch)


def list_held(folder: WatchFolder) -> list[str]:
    """Return the names of the jobs that a person holds back. Raises: OSError."""
    try:
        names = sorted(os.listdir(folder.held))
    except FileNotFoundError:
        return []
    return [name for name in names if judge_name(name) == "job"]


def _is_date(text: str) -> bool:
    """Whether a word out of a job file is safe as the name of a folder."""
    return len(text) == 10 and text.replace("-", "").isascii() and text.replace("-", "").isdigit()


def _blocks(heard: Collection[tuple[Heartbeat, WorkerSeen]]) -> Iterator[BlockSeen]:
    """Yield what living workers say of places; those that are silent know nothing of now."""
    workers: dict[tuple[str, str, str], list[str]] = {}
    for beat, worker in heard:
        for told in beat.blocked_by if worker.alive else ():
            place, code, detail = (str(told.get(key, "")) for key in ("place", "code", "detail"))
            workers.setdefault((place, code, detail), []).append(beat.worker)
    for (place, code, detail), names in workers.items():
        yield BlockSeen(place, code, detail, tuple(names))


def _sorted(folder: str | Path) -> list[str]:
    return sorted(list_folders(folder))
