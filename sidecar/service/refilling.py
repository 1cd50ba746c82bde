"""Pending rows that the queue no longer holds are entered anew, by a person's act.

A message is no right to a job: one that is entered twice runs once all the same.
"""

from __future__ import annotations

from proxx_engine import Issue, RequestError
from sidecar.service.parts import Parts

_AT_ONCE = 100


def lost_ids(parts: Parts) -> tuple[str, ...]:
    """Return the pending jobs that neither wait in line nor are in a worker's hand, by submission.

    One that is being submitted, or taken, this very moment may be among them. Raises: PlaceError.
    """
    # The line before the rows: what is taken between the two looks is pending no more, or in hand.
    waiting = set(parts.queue.waiting())
    pending = parts.table.pending_ids()
    in_hand = {seen.beat.job_id for seen in parts.table.workers() if not seen.is_silent}
    return tuple(job_id for job_id in pending if job_id not in waiting and job_id not in in_hand)


def refill(parts: Parts) -> tuple[str, ...]:
    """Enter what was lost, in the order of its submission; return the ids that were entered.

    Several at once enter a job twice at the worst. Raises: PlaceError: what was entered before
    stays so.
    """
    entered = []
    lost = lost_ids(parts)
    for first in range(0, len(lost), _AT_ONCE):
        # Looked at again and again: another may be entering the same ones.
        still = set(lost_ids(parts)) if first else set(lost)
        for job_id in lost[first : first + _AT_ONCE]:
            if job_id in still:
                parts.queue.push(job_id)
                entered.append(job_id)
    return tuple(entered)


def refuse_memory(parts: Parts) -> None:
    """Raises: RequestError where the queue is the memory of another process."""
    if not parts.queue.outlives_us:
        told = "found memory, which only `proxx serve --dev` sees; its --refill enters what waits"
        raise RequestError(
            (Issue("SPEC_BAD_PAIR", "queue", told),), subject="the service's settings"
        )
