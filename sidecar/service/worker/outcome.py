"""What the workers of one process came to, for whoever started them."""

from __future__ import annotations

from dataclasses import dataclass, field

from proxx_engine import PlaceError
from sidecar.service.rows import Ending


@dataclass
class WorkTally:
    """What came of many jobs, without keeping each."""

    completed: int = 0
    failed: int = 0
    lost: int = 0
    """Settled by another while they ran."""
    codes: set[str] = field(default_factory=set)
    """Why they failed."""

    @property
    def jobs(self) -> int:
        """All of them."""
        return self.completed + self.failed + self.lost

    def add(self, ending: Ending) -> None:
        """Count one that was settled."""
        if ending.status == "completed":
            self.completed += 1
        else:
            self.failed += 1
            self.codes.add((ending.error_message or "").partition(":")[0])

    def join(self, other: WorkTally) -> None:
        """Count what another counted."""
        self.completed += other.completed
        self.failed += other.failed
        self.lost += other.lost
        self.codes |= other.codes


@dataclass
class WorkOutcome:
    """What the workers came to."""

    tally: WorkTally = field(default_factory=WorkTally)
    """Of the jobs that were run."""
    settled: WorkTally = field(default_factory=WorkTally)
    """Of the jobs of others that were settled."""
    blocked: tuple[PlaceError, ...] = ()
    """What still stood in the way at the end."""
    unsettled: tuple[str, ...] = ()
    """What could not be settled, each with its reason."""
    left: tuple[str, ...] = ()
    """Ids of jobs that ran, and whose end could not be kept: settled at the next start."""
    stopped: bool = False
    """Whether a person ended it."""
    defects: tuple[str, ...] = ()
    """Stories of threads that died of a defect of ours."""
