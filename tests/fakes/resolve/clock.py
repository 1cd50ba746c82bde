"""Decides how time passes for a render: by itself, or only when a test says so."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only grow."""

    runs_alone: bool

    def now(self) -> float: ...

    def poll(self) -> None: ...

    def sleep(self, seconds: float) -> None: ...


class DrivenClock:
    """Time moves when it is told to, and a little whenever somebody asks how a render is doing, so
    that a driver which only polls comes to an end without waiting.
    """

    runs_alone = False

    def __init__(self, *, seconds_per_poll: float = 1.0) -> None:
        self.seconds_per_poll = seconds_per_poll
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def poll(self) -> None:
        self._now += self.seconds_per_poll

    def sleep(self, seconds: float) -> None:
        """Give this to what is tested as its sleep."""
        self._now += seconds


class RealClock:
    """Time passes by itself; a background thread carries the render on."""

    runs_alone = True

    def now(self) -> float:
        return time.monotonic()

    def poll(self) -> None:
        """Asking takes no time."""

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
