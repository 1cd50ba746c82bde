"""Signals as a person's wish: the first finishes what runs, the second ends it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from sidecar.folders.stopping import StopLevel


@dataclass
class StopRequest:
    """What signals have asked for so far; the engine and the workers poll it."""

    level: StopLevel = StopLevel.GO_ON

    @property
    def soft(self) -> bool:
        """Finish the running clip, start no other."""
        return self.level >= StopLevel.SOFT

    @property
    def hard(self) -> bool:
        """End the running clip now."""
        return self.level >= StopLevel.HARD

    @property
    def lost(self) -> bool:
        """A job that a person runs by its file is claimed by its lock alone."""
        return False

    def ask(self) -> None:
        """Ask once, or once more."""
        self.level = StopLevel.HARD if self.soft else StopLevel.SOFT


@contextmanager
def stop_by_signals(
    *,
    first: str = "finishing the running clip; once more ends it",
    second: str = "ending the running clip",
) -> Iterator[StopRequest]:
    """Let SIGINT and SIGTERM ask, and say on standard error what was understood."""
    stop = StopRequest()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.ask()
        word = second if stop.hard else first
        # os.write: a print could be re-entered from a signal handler. Whoever reads it may be gone.
        with suppress(OSError, AttributeError):
            os.write(sys.stderr.fileno(), f"\nproxx: {word}\n".encode())

    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":  # how farms notify there; unheard, it ends the process at once
        numbers.append(signal.SIGBREAK)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
