"""run_workers(): workers of the service in this process, from their first beat to their last.

Start the workers → settle what processes of this host left → until all have ended: beats, wishes to
stop, rows that were left meanwhile. What workers know of each other is in the table.
"""

from __future__ import annotations

import time

from proxx_engine import (
    PlaceError,
    assert_phase1_compliance,
    find_tools,
    identify_process,
    identify_worker,
)
from sidecar.folders.processes import process_name
from sidecar.folders.stopping import StopLevel, Wish
from sidecar.service.parts import Parts
from sidecar.service.rows import Claimant
from sidecar.service.settling.homes import look_at_home
from sidecar.service.settling.interrupted import RowSettler
from sidecar.service.worker.beats import Beating
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.outcome import WorkOutcome
from sidecar.service.worker.rounds import SettlingRounds
from sidecar.service.worker.worker import Worker

_LOOK_SECONDS = 0.1


def run_workers(
    parts: Parts, options: WorkOptions, *, wish: Wish, teller: WorkTeller
) -> WorkOutcome:
    """Run jobs until a person says stop, or with `once` until none waits. Blocks meanwhile.

    Raises: PlaceError where FFmpeg or the home is missing at the start, with `once` also where a
    part of the service is. Else it is told and waited out: a machine may be up before its servers.
    """
    assert_phase1_compliance()
    with find_tools(ffmpeg=options.ffmpeg, path_maps=options.path_maps) as tools:
        threads = options.threads_per_job or max(1, tools.threads // options.workers)
    home = parts.settings.home
    try:
        home.mkdir(exist_ok=True)
    except OSError as error:
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{home}: {error.strerror}") from error
    look_at_home(home)
    for trouble in parts.look() if options.once else ():
        raise trouble
    return _Running(parts, options, wish, teller, threads).run()


class _Running:
    def __init__(
        self,
        parts: Parts,
        options: WorkOptions,
        wish: Wish,
        teller: WorkTeller,
        threads: int,
    ) -> None:
        self._parts = parts
        self._wish = wish
        self._teller = teller
        self._owner = owner = identify_process()
        self._process = process_name(owner)
        self._home = str(parts.settings.home.absolute())
        identity = identify_worker(owner.host)
        self._workers = [
            Worker(
                claimant,
                identity.model_copy(update={"id": claimant.worker}),
                parts,
                options,
                threads=threads,
                teller=teller,
            )
            for claimant in map(self._claimant, range(1, options.workers + 1))
        ]
        self._beating = Beating(
            parts.table,
            self._workers,
            beat_seconds=options.beat_seconds,
            trouble=self._tell_once,
        )
        settler = identity.model_copy(update={"id": self._process})
        by = Claimant(self._process, owner, self._home)
        self._settling = SettlingRounds(
            RowSettler(parts, by, settler, options.path_maps),
            teller,
            is_gone=self._is_gone,
            every_seconds=options.settle_seconds,
            trouble=self._tell_once,
        )
        self._outcome = WorkOutcome()
        self._told: set[str] = set()

    def _claimant(self, number: int) -> Claimant:
        return Claimant(f"{self._process}-{number}", self._owner, self._home)

    def _is_gone(self, claimant: Claimant) -> bool:
        """Whether a claimant was a process of this host that is no more, or a thread of ours."""
        if claimant.owner != self._owner:
            return claimant.owner.is_gone()
        return all(each.claimant != claimant or each.doing.ended for each in self._workers)

    def run(self) -> WorkOutcome:
        """Work to the end."""
        self._beating.beat()
        for thread in (*self._workers, self._beating, self._settling):
            thread.start()
        try:
            while not all(worker.doing.ended for worker in self._workers):
                time.sleep(_LOOK_SECONDS)
                self._pass_on_wishes()
                self._tell_defects()
        finally:
            for worker in self._workers:
                worker.ask(StopLevel.SOFT)
                worker.join()
            self._settling.end()
            self._beating.end()
        return self._sum_up()

    def _pass_on_wishes(self) -> None:
        level = self._wish.level
        self._outcome.stopped |= level > StopLevel.GO_ON
        for worker in self._workers:
            worker.ask(level)

    def _tell_defects(self) -> None:
        """The other workers go on: one defect costs no night, but it is heard of at once."""
        defects = {worker.name: worker.defect for worker in self._workers}
        defects |= {each.name: each.defect for each in (self._beating, self._settling)}
        for name, defect in defects.items():
            if defect and defect not in self._outcome.defects:
                self._outcome.defects += (defect,)
                self._tell_once(f"{name} died of a defect of Proxx: {defect.splitlines()[-1]}")

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._teller.trouble(sentence)

    def _sum_up(self) -> WorkOutcome:
        self._tell_defects()
        outcome = self._outcome
        for worker in self._workers:
            outcome.tally.join(worker.tally)
        outcome.settled, outcome.unsettled = self._settling.tally, self._settling.unsettled
        causes = [each.doing.blocked_by for each in self._workers]
        outcome.blocked = tuple({str(cause): cause for cause in causes if cause}.values())
        left = (worker.left for worker in self._workers if worker.left)
        outcome.left = tuple(job_id for job_id in left if self._still_runs(job_id))
        return outcome

    def _still_runs(self, job_id: str) -> bool:
        """Whether the last round could not settle it either, as far as can be told."""
        try:
            row = self._parts.table.row(job_id)
        except PlaceError:
            return True
        return row is not None and row.status == "running"
