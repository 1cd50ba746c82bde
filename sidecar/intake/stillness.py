"""Whether a unit has stood still for long enough: by looks and the clock that never jumps. Pure.

A copy that writes its last byte and sets its time is over; one that pauses looks the same. So
stillness is only the first of what makes a unit whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from sidecar.intake.shares import QUIET_SECONDS
from sidecar.intake.units import Listing

_TOLD_AFTER = 12
"""Times the quiet seconds."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a unit is waited for."""

    looks: int = 3
    """Looks in a row that must see the same."""
    quiet_seconds: float = QUIET_SECONDS

    @property
    def told_after_seconds(self) -> float:
        """After how long without a change it is told what a unit waits for."""
        return _TOLD_AFTER * self.quiet_seconds


@dataclass(frozen=True, slots=True)
class Watched:
    """A unit as the looks at it have seen it."""

    listing: Listing
    looks: int
    """In a row, that saw this listing."""
    since: float
    """Monotonic seconds of the first of them."""
    arrived: float
    """Monotonic seconds of the first look at all."""

    def still_seconds(self, now: float) -> float:
        """Return for how long nothing has changed."""
        return now - self.since

    def is_still(self, patience: Patience, now: float) -> bool:
        """Whether it has been seen unchanged often enough, and for long enough."""
        enough = self.looks >= patience.looks
        return enough and self.still_seconds(now) >= patience.quiet_seconds

    @property
    def has_moved(self) -> bool:
        """Whether it changed since it was first seen."""
        return self.since > self.arrived


def look_again(before: Watched | None, listing: Listing, now: float) -> Watched:
    """Return what is known after one more look."""
    if before is None:
        return Watched(listing, 1, now, now)
    if before.listing.shows_the_same(listing):
        return Watched(listing, before.looks + 1, before.since, before.arrived)
    return Watched(listing, 1, now, before.arrived)
