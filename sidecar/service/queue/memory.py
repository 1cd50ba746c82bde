"""The queue of one process, for development: it forgets what waits when the process ends."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic


class MemoryQueue:
    """A line in memory; safe for several threads."""

    told_as = "memory"
    outlives_us = False

    def __init__(self) -> None:
        self._line: deque[str] = deque()
        self._changed = threading.Condition()

    def push(self, job_id: str) -> None:
        """Put one id at the end of the line."""
        with self._changed:
            self._line.append(job_id)
            self._changed.notify()

    def push_first(self, job_id: str) -> None:
        """Put one id at the head of the line."""
        with self._changed:
            self._line.appendleft(job_id)
            self._changed.notify()

    def take(self, timeout_seconds: float) -> str | None:
        """Take the next id, waiting for one so long."""
        until = monotonic() + timeout_seconds
        with self._changed:
            while not self._line:
                left = until - monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
            return self._line.popleft()

    def waiting(self) -> tuple[str, ...]:
        """Return the ids that wait, the next one first."""
        with self._changed:
            return tuple(self._line)

    def look(self) -> None:
        """Memory always answers."""

    def consumer(self, worker: str) -> MemoryConsumer:
        """Return the end at which one worker takes ids."""
        return MemoryConsumer(self)

    def close(self) -> None:
        """Memory has no connections."""


class MemoryConsumer:
    """One worker's end of the line."""

    def __init__(self, queue: MemoryQueue) -> None:
        self._queue = queue
        self._closed = False

    def pop(self, timeout_seconds: float) -> str | None:
        """Take the next id, waiting for one so long; None when none came, or after `close`."""
        return None if self._closed else self._queue.take(timeout_seconds)

    def done(self, job_id: str) -> None:
        """Memory keeps nothing of an id that was taken."""

    def give_back(self, job_id: str) -> None:
        """Put an id that was taken at the head of the line."""
        self._queue.push_first(job_id)

    def close(self) -> None:
        """End: no more is taken."""
        self._closed = True
