"""What processes of this host left is settled beside the workers: now, then from time to time.

In a thread of its own: to compare a large proxy may take long.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proxx_engine import PlaceError
from sidecar.folders.processes import process_name
from sidecar.service.carrying import clear_scratch
from sidecar.service.parts import Parts
from sidecar.service.rows import Claimant
from sidecar.service.settling.homes import home_of
from sidecar.service.settling.interrupted import RowSettler, SettledRow, is_of_a_clone
from sidecar.service.settling.travelling import scratch_in
from sidecar.service.worker.options import WorkTeller
from sidecar.service.worker.outcome import WorkTally


class SettlingRounds(threading.Thread):
    """Settles until it is told to end; what it came to can be read then."""

    def __init__(
        self,
        settler: RowSettler,
        teller: WorkTeller,
        *,
        is_gone: Callable[[Claimant], bool],
        every_seconds: float,
        trouble: Callable[[str], None],
    ) -> None:
        super().__init__(name="settling", daemon=True)
        self.tally = WorkTally()
        self.unsettled: tuple[str, ...] = ()
        """What could not be settled in the last round."""
        self.defect: str | None = None
        self._settler = settler
        self._teller = teller
        self._is_gone = is_gone
        self._every_seconds = every_seconds
        self._trouble = trouble
        self._over = threading.Event()

    @property
    def _parts(self) -> Parts:
        return self._settler.parts

    def run(self) -> None:
        """Settle now and from time to time."""
        self._round()
        while self.defect is None and not self._over.wait(self._every_seconds):
            self._round()

    def end(self) -> None:
        """End after a last round, in which our own workers are gone too."""
        self._over.set()
        self.join()
        if self.defect is None:
            self._round()

    def _round(self) -> None:
        try:
            self._settle()
        except Exception:
            # What it dies of is told; the workers go on.
            self.defect = traceback.format_exc()

    def _settle(self) -> None:
        unsettled = []
        try:
            for each in self._settler.settle_gone(self._is_gone):
                if isinstance(each, SettledRow):
                    self.tally.add(each.ending)
                    self._teller.settled(each)
                else:
                    unsettled.append(f"{each.row.job_id} cannot be settled: {each.sentence}")
                    self._trouble(unsettled[-1])
            self._bury_the_gone()
        except PlaceError as error:
            self._trouble(str(error))
        self.unsettled = tuple(unsettled)

    def _bury_the_gone(self) -> None:
        """Remove the beats that dead processes of this host left."""
        for seen in self._parts.table.workers():
            by = seen.beat.claimant
            if by.owner.is_gone() and not is_of_a_clone(by, seen):
                self._clear_hand(by, seen.beat.job_id)
                self._parts.table.bury(by.worker)

    def _clear_hand(self, by: Claimant, job_id: str | None) -> None:
        """Remove what was fetched for a job that was in hand, and never claimed."""
        name, _, number = by.worker.rpartition("-")
        is_ours = by.home == self._settler.by.home and name == process_name(by.owner)
        if job_id is None or not (is_ours and number.isdecimal()):
            return  # what is removed is named by no other's words
        history = self._parts.table.history(job_id)
        if history and all(each.by != by for each in history):
            with suppress(OSError):  # it costs only room
                clear_scratch(scratch_in(home_of(Path(by.home), job_id), by.worker))
