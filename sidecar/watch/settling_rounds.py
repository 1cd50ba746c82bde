"""What processes that are gone left is settled beside the workers: now, then once a minute.

In a thread of its own: to compare a large proxy may take long, and neither heartbeats nor wishes
to stop wait for it.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace

from sidecar.folders.actions import ActionLog
from sidecar.folders.heartbeats import sweep_homes
from sidecar.folders.known_claims import KnownClaims
from sidecar.folders.layout import WatchFolder
from sidecar.folders.settling import NamelessClaims, Settled, Settler, Unsettled
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Tally, Teller

_EVERY_SECONDS = 60.0


class SettlingRounds(threading.Thread):
    """Settles until it is told to end; what it came to can be read then."""

    def __init__(
        self,
        folder: WatchFolder,
        settler: Settler,
        line: WaitingLine,
        log: ActionLog,
        teller: Teller,
        *,
        tell_end: Callable[[Settled], None],
    ) -> None:
        super().__init__(name="settling", daemon=True)
        self.tally = Tally()
        self.count = 0
        self.unsettled: tuple[str, ...] = ()
        """What could not be settled in the last round."""
        self.defect: str | None = None
        self._folder = folder
        self._known = KnownClaims(folder)
        self._settler = replace(settler, known=self._known)
        self._line = line
        self._log = log
        self._teller = teller
        self._tell_end = tell_end
        self._nameless = NamelessClaims(folder, self._known)
        self._unread = frozenset(self._known.look().unread)
        self._told: set[str] = set()
        self._over = threading.Event()

    def run(self) -> None:
        """Settle now and from time to time."""
        try:
            self._round()
            while not self._over.wait(_EVERY_SECONDS):
                self._round()
        except Exception:
            self.defect = traceback.format_exc()

    def end(self) -> None:
        """End after a last round, and tell what waits for a person."""
        self._over.set()
        self.join()
        self._round()
        self._tell_unread()

    def _round(self) -> None:
        try:
            self._clear_nameless()
            unsettled = []
            for entries in (self._settler.settle_own_host(), self._own()):
                for entry in entries:
                    if isinstance(entry, Settled):
                        self._tell(entry)
                    else:
                        name = entry.claim.job_file or entry.claim.key
                        unsettled.append(f"{name} cannot be settled: {entry.sentence}")
                        self._tell_once(unsettled[-1])
            self.unsettled = tuple(unsettled)
            sweep_homes(self._folder)
        except OSError as error:
            self._tell_once(f"{error.filename or self._folder.root}: {error.strerror or error}")

    def _own(self) -> list[Settled | Unsettled]:
        """Settle what a worker of ours left that died of a defect, or gave up."""
        return list(self._settler.settle_all(self._line.left_by_us(self._known)))

    def _clear_nameless(self) -> None:
        for name in self._nameless.look(time.monotonic()):
            self._log.note("clear_claim", claim=name)
            (self._folder.claims / name).unlink(missing_ok=True)

    def _tell(self, settled: Settled) -> None:
        self.count += 1
        if settled.result is not None:
            self.tally.add(settled.result)
        self._teller.settled(settled)
        self._tell_end(settled)

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._teller.trouble(sentence)

    def _tell_unread(self) -> None:
        """Tell the claims that have named nobody all the while: their jobs wait for a person."""
        try:
            unread = self._unread.intersection(self._known.look().unread)
        except OSError:
            return  # that the folder is away was told
        for name in sorted(unread):
            sentence = (
                f"claims/{name} names nobody that can be read, so its job waits: a watch that "
                "lasts clears an empty one after a minute; `proxx release` settles any"
            )
            self.unsettled += (sentence,)
            self._tell_once(sentence)
