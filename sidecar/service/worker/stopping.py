"""What the engine polls while a worker runs a job: how soon to end; whether its claim stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from proxx_engine import PlaceError
from sidecar.folders.stopping import StopLevel
from sidecar.service.rows import Claimant
from sidecar.service.table.jobs import JobTable

_MOST_WAIT_SECONDS = 1.0


@dataclass
class RowStop:
    """The worker's level, and the job's row."""

    level: Callable[[], StopLevel]
    table: JobTable
    job_id: str
    by: Claimant
    block: Callable[[PlaceError], None]
    """Told why the claim cannot be asked about."""
    unblock: Callable[[], None]
    """Told that it can."""
    poll_seconds: float
    _is_lost: bool = field(default=False, init=False)

    @property
    def soft(self) -> bool:
        """Finish the running clip, start no other."""
        return self.level() >= StopLevel.SOFT

    @property
    def hard(self) -> bool:
        """End the running clip now."""
        return self.level() >= StopLevel.HARD

    @property
    def lost(self) -> bool:
        """Whether the claim is known to stand no more.

        While the table does not answer nobody knows, and nothing may be published: it is waited
        for. Who asks to end now need not wait; then nothing more is published either.
        """
        while not self._is_lost:
            try:
                self._is_lost = not self.table.is_held(self.job_id, self.by)
            except PlaceError as error:
                self.block(error)
                if self.hard:
                    return True
                time.sleep(min(self.poll_seconds, _MOST_WAIT_SECONDS))
                continue
            self.unblock()
            break
        return self._is_lost


@dataclass(frozen=True)
class MeasuringStop:
    """The same for measuring, which asks only whether to end."""

    row: RowStop

    @property
    def soft(self) -> bool:
        """Begin no other proxy; a claim that is lost ends the measuring too."""
        return self.row.soft or self.row.lost

    @property
    def hard(self) -> bool:
        """End the running comparison now."""
        return self.row.hard

    @property
    def lost(self) -> bool:
        """Whether the claim is known to stand no more."""
        return self.row.lost
