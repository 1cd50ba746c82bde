"""run_watch_loop(): workers over one watch folder, from their first heartbeat to their last.

Start the workers → settle what processes of this host left → until all have ended: heartbeats,
wishes to stop, claims that were left meanwhile. What the workers know of each other is on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass

from proxx_engine import (
    Issue,
    RequestError,
    Tools,
    WorkerIdentity,
    assert_phase1_compliance,
    find_tools,
    identify_process,
    identify_worker,
    now_utc,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.heartbeats import (
    BEAT_SECONDS,
    Heartbeat,
    read_heartbeats,
    remove_heartbeat,
    sweep_beats,
    write_heartbeat,
)
from sidecar.folders.layout import WatchFolder
from sidecar.folders.places import Places
from sidecar.folders.processes import process_name
from sidecar.folders.resolve_place import alone_with_resolve
from sidecar.folders.settling import Settled, Settler
from sidecar.folders.stopping import StopLevel, Wish, forget_stop, read_stop
from sidecar.watch.batch_ends import BatchEnds
from sidecar.watch.beats import beat_of
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Teller, WatchOptions
from sidecar.watch.outcome import WatchOutcome
from sidecar.watch.remains import clear_resolve
from sidecar.watch.settling_rounds import SettlingRounds
from sidecar.watch.workers import Worker

_LOOK_SECONDS = 0.25
_FOLDER_LOOK_SECONDS = 1.0
"""A share is asked by every worker: four times as often would be most of what it is asked."""


def run_watch_loop(
    folder: WatchFolder, options: WatchOptions, *, wish: Wish, teller: Teller
) -> WatchOutcome:
    """Watch until a person says stop, or with `once` until nothing is left to take.

    Raises: PlaceError when FFmpeg is missing at the start; OSError when the folder cannot be
    written then. Later both are told and waited out. RequestError for several workers of one
    Resolve, and where another process of this machine renders the folder's jobs (RendersAlready).
    """
    assert_phase1_compliance()
    if options.find_resolve is not None and options.workers > 1:
        sentence = f"found {options.workers}; Resolve has one render queue, so one worker serves it"
        raise RequestError((Issue("SPEC_BAD_PAIR", "--workers", sentence),))
    with find_tools(
        ffmpeg=options.ffmpeg, threads=options.threads_per_job, path_maps=options.path_maps
    ) as tools:
        watch = _Watch(folder, options, wish, teller, _threads(options, tools))
    with alone_with_resolve(folder) if options.find_resolve else nullcontext():
        return watch.run()


def _threads(options: WatchOptions, tools: Tools) -> int:
    return options.threads_per_job or max(1, tools.threads // options.workers)


@dataclass(frozen=True, slots=True)
class _Spoken:
    beat: Heartbeat
    at: float


class _Watch:
    def __init__(
        self,
        folder: WatchFolder,
        options: WatchOptions,
        wish: Wish,
        teller: Teller,
        threads: int,
    ) -> None:
        self._folder = folder
        self._options = options
        self._wish = wish
        self._teller = teller
        self._threads = threads
        self._owner = owner = identify_process()
        self._started_at = now_utc()
        self._process = process_name(owner)
        self._log = ActionLog(folder, self._process)
        identity = identify_worker(owner.host)
        places = Places(
            options.poll_seconds, time.monotonic, options.find_resolve, options.only_project
        )
        self._line = WaitingLine(
            folder,
            self._log,
            teller,
            places,
            options.still_seconds,
            time.monotonic,
            options.poll_seconds,
        )
        self._batches = BatchEnds(folder, options.on_batch_done, self._log, teller)
        self._workers = [
            self._worker(identity.model_copy(update={"id": f"{self._process}-{number}"}))
            for number in range(1, options.workers + 1)
        ]
        settler = identity.model_copy(update={"id": self._process})
        self._settling = SettlingRounds(
            folder,
            Settler(folder, settler, self._log, options.path_maps),
            self._line,
            self._log,
            teller,
            tell_end=self._end_settled,
        )
        self._outcome = WatchOutcome()
        self._beats: dict[str, _Spoken] = {}
        self._told: set[str] = set()

    def _worker(self, identity: WorkerIdentity) -> Worker:
        return Worker(
            identity,
            self._folder,
            self._line,
            self._options,
            threads=self._threads,
            log=self._log,
            teller=self._teller,
            batches=self._batches,
            first=self._clear_resolve,
        )

    def _clear_resolve(self) -> None:
        """Done by the worker's thread: Resolve's API is for one thread alone."""
        if self._options.find_resolve is not None:
            for sentence in clear_resolve(self._folder, self._options.find_resolve):
                self._teller.cleared(sentence)

    def _end_settled(self, settled: Settled) -> None:
        if settled.spec is not None:
            self._batches.filed(settled.spec, worker=self._process, stop=self._is_ended_now)

    def _is_ended_now(self) -> bool:
        return self._wish.level >= StopLevel.HARD

    def run(self) -> WatchOutcome:
        """Watch to the end."""
        for worker in self._workers:
            forget_stop(self._folder, worker.identity.id)
            self._log.note("worker_started", worker=worker.identity.id)
        self._bury_the_gone()
        self._beat()
        for worker in self._workers:
            worker.start()
        try:
            if self._options.find_resolve:  # it is cleared before its job is settled, and moved
                self._attend(lambda worker: worker.begun.is_set())
            self._settling.start()
            self._attend(lambda worker: worker.doing.ended)
        finally:
            for worker in self._workers:
                if not worker.doing.ended:
                    worker.ask(StopLevel.SOFT)
                worker.join()
            if self._settling.ident is not None:
                self._settling.end()
        with self._in_spite_of_trouble():
            self._leave()
        return self._sum_up()

    def _attend(self, is_over: Callable[[Worker], bool]) -> None:
        """Do what is to be done from time to time, until something is so of every worker."""
        looked_at = time.monotonic()
        while not all(map(is_over, self._workers)):
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            is_due = now - looked_at >= _FOLDER_LOOK_SECONDS
            self._pass_on_wishes(of_folder=is_due)
            self._tell_defects()
            if is_due:
                looked_at = now
                with self._in_spite_of_trouble():
                    self._beat()

    def _pass_on_wishes(self, *, of_folder: bool) -> None:
        for worker in self._workers:
            level = self._wish.level
            if of_folder:
                with suppress(OSError):  # a folder that is away brings no wishes
                    level = max(level, read_stop(self._folder, worker.identity.id))
            worker.ask(level)
            self._outcome.stopped |= level > StopLevel.GO_ON

    def _tell_defects(self) -> None:
        """The other workers go on: one defect costs no night, but it is heard of at once."""
        defects = {worker.identity.id: worker.defect for worker in self._workers}
        for name, defect in (defects | {"settling": self._settling.defect}).items():
            if defect and defect not in self._outcome.defects:
                self._outcome.defects += (defect,)
                self._tell_once(f"{name} died of a defect of Proxx: {defect.splitlines()[-1]}")

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._teller.trouble(sentence)

    @contextmanager
    def _in_spite_of_trouble(self) -> Iterator[None]:
        """Let a folder that does not work now cost no worker: it is told once."""
        try:
            yield
        except OSError as error:
            self._tell_once(f"{error.filename or self._folder.root}: {error.strerror or error}")

    def _beat(self) -> None:
        """Write each heartbeat that says something new, and every one from time to time."""
        for worker in self._workers:
            if worker.doing.ended:
                continue
            last = self._beats.get(worker.identity.id)
            beat = beat_of(
                worker,
                owner=self._owner,
                started_at=self._started_at,
                beats=last.beat.beats + 1 if last else 1,
                blocks=self._line.blocks(),
                poll_seconds=self._options.poll_seconds,
            )
            now = time.monotonic()
            if last is None or now - last.at >= BEAT_SECONDS or beat.says_more_than(last.beat):
                write_heartbeat(self._folder, beat)
                self._beats[worker.identity.id] = _Spoken(beat, now)

    def _bury_the_gone(self) -> None:
        """Remove the heartbeats that dead processes of this host left."""
        sweep_beats(self._folder)
        for beat in read_heartbeats(self._folder):
            if beat.owner != self._owner and beat.owner.is_gone():
                self._log.note("worker_ended", worker=beat.worker, how="its process is gone")
                remove_heartbeat(self._folder, beat.worker)
                forget_stop(self._folder, beat.worker)

    def _leave(self) -> None:
        for worker in self._workers:
            name = worker.identity.id
            self._log.note("worker_ended", worker=name, how=_how(worker))
            remove_heartbeat(self._folder, name)
            forget_stop(self._folder, name)
            with suppress(OSError):  # not empty: a job that could not be filed is settled later
                (self._folder.running / name).rmdir()

    def _sum_up(self) -> WatchOutcome:
        self._tell_defects()
        outcome, settling = self._outcome, self._settling
        for worker in self._workers:
            outcome.tally.join(worker.tally)
        outcome.settled, outcome.settled_tally = settling.count, settling.tally
        outcome.blocks, outcome.waiting = self._line.blocks(), self._line.places.waiting()
        outcome.rejected = self._line.rejected
        outcome.unfinished = tuple(sorted(self._line.unfinished.items()))
        troubles = (worker.doing.trouble for worker in self._workers)
        told = dict.fromkeys(story for story in troubles if story)
        outcome.troubles = (*told, *settling.unsettled, *self._line.stuck.values())
        return outcome


def _how(worker: Worker) -> str:
    if worker.defect:
        return "a defect of Proxx"
    return "asked" if worker.level else "nothing was left"
