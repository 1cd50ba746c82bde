"""What a front end sets and the engine polls."""

from __future__ import annotations

from typing import Protocol


class StopFlags(Protocol):
    """How a front end says that a job ends early."""

    @property
    def soft(self) -> bool:
        """Finish the running clip, start no other."""

    @property
    def hard(self) -> bool:
        """End the running clip now."""

    @property
    def lost(self) -> bool:
        """The right to the job was taken away: publish nothing more, write no result."""


class NeverStop:
    """Stop flags that are never set."""

    soft = False
    hard = False
    lost = False
