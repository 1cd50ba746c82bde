"""One worker: a thread that takes an id, claims its row, runs the job and settles the row.

Nothing that belongs to the place may empty the queue: what is away is looked for before an id is
taken and again before its row is claimed, and an id that was taken meanwhile is kept in hand.
"""

from __future__ import annotations

import threading
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from proxx_engine import PlaceError, RequestError, Tools, WorkerIdentity
from sidecar.folders.places import Places
from sidecar.folders.stopping import StopLevel
from sidecar.folders.tool_box import ToolBox
from sidecar.service.carrying import clear_scratch
from sidecar.service.parts import Parts
from sidecar.service.queue.contract import Consumer
from sidecar.service.rows import Claimant, Ending, JobRow
from sidecar.service.settling.endings import Came, store
from sidecar.service.settling.homes import look_at_home
from sidecar.service.settling.travelling import forget_scratch
from sidecar.service.worker.doing import Costly, Doing
from sidecar.service.worker.jobs import Ended, Job, as_place_errors, raise_block
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.outcome import WorkTally
from sidecar.service.worker.reading import read_job, refuse_job, scratch_of
from sidecar.service.worker.stopping import RowStop

_LONGEST_POP_SECONDS = 1.0
_SHORTEST_POP_SECONDS = 0.05


class Worker(threading.Thread):
    """Runs one job at a time."""

    def __init__(
        self,
        claimant: Claimant,
        identity: WorkerIdentity,
        parts: Parts,
        options: WorkOptions,
        *,
        threads: int,
        teller: WorkTeller,
    ) -> None:
        super().__init__(name=claimant.worker, daemon=True)
        self.claimant = claimant
        self.doing = Doing()
        self.level = StopLevel.GO_ON
        self.tally = WorkTally()
        self.defect: str | None = None
        self._identity = identity
        self._parts = parts
        self._options = options
        self._threads = threads
        self._teller = teller
        self._places = Places(options.poll_seconds, time.monotonic)
        self._consumer: Consumer | None = None
        self._wake = threading.Event()
        self._hand: str | None = None
        """An id that was taken, and whose row is not claimed as far as is known."""
        self._is_unsure = False
        """Whether a claim of it was asked for, and no answer came: asked again, it is told."""
        self._scratch: Path | None = None
        """Where media lie that were fetched for what is in hand."""
        self._kept: tuple[JobRow, Ended] | None = None
        """A job that ran, and whose end is not kept yet."""
        self._told: tuple[Came, Ending] | None = None
        """How its row was asked to end."""
        self._costly: Costly | None = None
        self._well_at: float | None = None

    @property
    def left(self) -> str | None:
        """The id of a job that ran, and whose end could not be kept."""
        return self._kept[0].job_id if self._kept else None

    def ask(self, level: StopLevel) -> None:
        """Ask it to end; it never becomes less urgent."""
        if level > self.level:
            self.level = level
            self._wake.set()

    def run(self) -> None:
        """Take and run jobs until it is asked to end, or with `once` until nothing is left."""
        options = self._options
        try:
            with ToolBox(
                ffmpeg=options.ffmpeg, path_maps=options.path_maps, threads=self._threads
            ) as box:
                while self._goes_on() and self._turn(box):
                    pass
        except Exception:
            # A thread that dies unheard would leave a machine that looks alive and does nothing.
            self.defect = traceback.format_exc()
        try:
            self._leave()
        except Exception:
            self.defect = f"{self.defect or ''}{traceback.format_exc()}"
        finally:
            self.doing = replace(self.doing, ended=True)

    def _turn(self, box: ToolBox) -> bool:
        """Do one thing; whether there may be more."""
        try:
            with as_place_errors(self._parts.settings.home):
                if self._kept is not None:
                    self._keep(*self._kept)
                tools = box.current()
                self._look(tools)
                job_id = self._hand or self._pop()
                if job_id is not None:
                    self._hand = job_id
                    self._take(job_id, tools)
        except InterruptedError:  # it was asked to end while media came
            return True
        except PlaceError as error:
            self._block(error)
            if self._options.once:
                return False
            self._wake.wait(self._options.poll_seconds)
            return True
        self._unblock()
        self.doing = Doing()
        return job_id is not None or not self._options.once

    def _look(self, tools: Tools) -> None:
        """Look at what every job needs, once a poll. Raises: PlaceError."""
        now = time.monotonic()
        if self._costly is not None:
            raise_block(self._places, self._costly.row, self._costly.spec, tools)
            self._costly = None
        poll = self._options.poll_seconds
        if self._well_at is None or now - self._well_at >= poll or self.doing.blocked_by:
            self._well_at = None
            look_at_home(self._parts.settings.home)
            self._parts.table.look()
            self._parts.storage.look()
            self._well_at = now

    def _pop(self) -> str | None:
        if self._consumer is None:
            self._consumer = self._parts.queue.consumer(self.claimant.worker)
        if self._options.once:
            return self._consumer.pop(_SHORTEST_POP_SECONDS)
        return self._consumer.pop(min(self._options.poll_seconds, _LONGEST_POP_SECONDS))

    def _take(self, job_id: str, tools: Tools) -> None:
        """Claim what an id names, and run it. Raises: PlaceError: the id is still in hand."""
        self.doing = replace(self.doing, job_id=job_id)
        row = self._parts.table.row(job_id)
        if row is None:
            self._pass_by(job_id, "no row has this id")
        elif row.status != "pending" and not (self._is_unsure and row.status == "running"):
            self._pass_by(job_id, f"its row is {row.status}: already claimed")
        else:
            self._scratch = scratch_of(self._parts, row, self._identity)
            try:
                job = read_job(self._parts, row, tools, self._identity, going=self._goes_on)
                job.look(self._places)
            except RequestError as error:
                if self._claim(row):
                    self._drop()
                    self._end(row, refuse_job(row, error, self._identity))
                return
            if self._claim(row):
                self._scratch = None
                self._run(job)

    def _goes_on(self) -> bool:
        return self.level == StopLevel.GO_ON

    def _claim(self, row: JobRow) -> bool:
        """Whether the row is ours to run. Raises: PlaceError: it may be."""
        if not self._goes_on():  # to claim now would be to fail it: it is given back
            return False
        self._is_unsure = True
        won = self._parts.table.claim(row.job_id, self.claimant)
        if not won:
            self._pass_by(row.job_id, "another claimed it just now")
            return False
        self._hand, self._is_unsure = None, False
        self._unblock()
        self._teller.claimed(self.claimant.worker, row)
        return True

    def _pass_by(self, job_id: str, why: str) -> None:
        self._hand, self._is_unsure = None, False
        self._drop()
        self._teller.passed_by(self.claimant.worker, job_id, why)
        self._done(job_id)

    def _drop(self) -> None:
        """Remove what was fetched for a job that is not run here."""
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            with suppress(OSError):  # it stays on the disk then, and nothing else
                clear_scratch(scratch)

    def _run(self, job: Job) -> None:
        row = job.row
        clips = len(job.spec.clips) if job.journal is not None else None
        self.doing = Doing("running", row.job_id, job.journal, clips)
        stop = RowStop(
            lambda: self.level,
            self._parts.table,
            row.job_id,
            self.claimant,
            self._block,
            self._unblock,
            self._options.poll_seconds,
        )
        ended = job.run(stop)
        if ended.lesson is not None:
            block = self._places.learn(job.spec, ended.lesson, job.tools)
            self._costly = Costly(row, job.spec) if block is not None else None
        self._end(row, ended)

    def _end(self, row: JobRow, ended: Ended) -> None:
        self._kept, self._told = (row, ended), None
        self._keep(row, ended)

    def _keep(self, row: JobRow, ended: Ended) -> None:
        """Keep what came of a job and settle its row; one that was settled is no longer ours.

        Raises: PlaceError, OSError: it is done at a later turn.
        """
        table, job_id, me = self._parts.table, row.job_id, self.claimant
        if table.is_held(job_id, me):
            came = ended.keep()
            self._told = came, store(self._parts.storage, came)
            won = table.settle(job_id, self._told[1], by=me, of=me)
        else:  # by us all the same, where the answer was lost
            won = table.history(job_id)[-1].by == me
        self._kept = None
        if won and self._told is not None:
            came, ending = self._told
            self.tally.add(ending)
            self._teller.ended(me.worker, row, ending, came.result)
        else:
            self.tally.lost += 1
            self.tally.codes.add("CLAIM_LOST")
            self._teller.lost(me.worker, row)
        self._done(job_id)
        if won and self._told is not None:
            forget_scratch(self._told[0])

    def _done(self, job_id: str) -> None:
        """Tell the queue, which only keeps books."""
        if self._consumer is not None:
            with suppress(PlaceError):
                self._consumer.done(job_id)

    def _block(self, cause: PlaceError) -> None:
        """Tell, once, what does not work."""
        before = self.doing.blocked_by
        if before is None or str(before) != str(cause):
            self._teller.blocked(self.claimant.worker, cause)
        self.doing = replace(self.doing, state="blocked", blocked_by=cause)

    def _unblock(self) -> None:
        """Tell that it works again."""
        if self.doing.blocked_by is not None:
            self._teller.unblocked(self.claimant.worker)
            self.doing = replace(self.doing, state="running", blocked_by=None)

    def _leave(self) -> None:
        """Give back what is in hand; what ran and could not be kept is settled later.

        What a worker died of is not given to the next one, which would die of it too.
        """
        self._drop()
        if self._consumer is None:
            return
        try:
            if self._hand is not None and self.defect is not None:
                self._consumer.done(self._hand)
                self._teller.trouble(f"{self._hand} is not entered again: a worker died of it")
            elif self._hand is not None:
                self._consumer.give_back(self._hand)
                self._teller.gave_back(self.claimant.worker, self._hand)
                self._hand = None
            if self._kept is not None:
                self._consumer.done(self._kept[0].job_id)
            self._consumer.close()
        except PlaceError as error:
            lost = f"; {self._hand} waits without an entry" if self._hand else ""
            self._teller.trouble(f"{error}{lost}")
