"""What a queue of jobs is: first in, first out; a message is `{"job_id": …}` and nothing else.

A message is no right to a job: it may come twice, or be lost. The job table alone says who may run
what, so that a second message finds the job taken, and a lost one leaves a row that waits.
"""

from __future__ import annotations

from typing import Protocol


class JobQueue(Protocol):
    """The line that programs push into and look at. Every method raises PlaceError
    (STORAGE_QUEUE_AWAY) where the queue does not answer; what was asked may then be done all the
    same, and a push that is made again puts the id in line twice, which costs one look at its row.
    """

    @property
    def told_as(self) -> str:
        """What it is, for a person, without credentials: `memory`, `redis://queue.local:6379/0`."""

    @property
    def outlives_us(self) -> bool:
        """Whether what waits is still there when this process has ended."""

    def push(self, job_id: str) -> None:
        """Put one id at the end of the line."""

    def waiting(self) -> tuple[str, ...]:
        """Return the ids that wait, the next one first; not those that a worker has in hand."""

    def look(self) -> None:
        """Ask whether it answers."""

    def consumer(self, worker: str) -> Consumer:
        """Return the end at which one worker takes ids; `worker` is its name."""

    def close(self) -> None:
        """Let go of connections."""


class Consumer(Protocol):
    """One worker's end of the line; used by that worker's thread alone. Raises as JobQueue."""

    def pop(self, timeout_seconds: float) -> str | None:
        """Take the next id, waiting for one so long; None when none came."""

    def done(self, job_id: str) -> None:
        """End what the queue keeps of an id that was taken, whatever became of its job."""

    def give_back(self, job_id: str) -> None:
        """Put an id that was taken, and whose job nobody claimed, at the head of the line."""

    def close(self) -> None:
        """End: no more is taken."""
