"""A person says that a running job's worker will not come back: its row is settled, nothing run."""

from __future__ import annotations

from proxx_engine import CreationError, Issue, identify_process
from sidecar.service.rows import RunningJob
from sidecar.service.settling.endings import Came, failed
from sidecar.service.settling.interrupted import RowSettler, SettledRow, home_is_here, is_of_a_clone

SHORTEST_ID = 8


def find_running(jobs: tuple[RunningJob, ...], job: str) -> RunningJob:
    """Return the running job of an id, or of the first digits of one.

    Raises: CreationError: there is none, there are several, or its worker lives.
    """
    found = [each for each in jobs if each.row.job_id.startswith(job)]
    if len(job) < SHORTEST_ID or len(found) != 1:
        raise _refusal("SPEC_JOB_MISSING", job, _whats_there(jobs, job, len(found)))
    _refuse_living(found[0])
    return found[0]


def _whats_there(jobs: tuple[RunningJob, ...], job: str, found: int) -> str:
    if len(job) < SHORTEST_ID:
        return f"expected at least the first {SHORTEST_ID} digits of a job's id"
    if found:
        return f"is the beginning of {found} ids of running jobs"
    listed = ", ".join(each.row.job_id[:SHORTEST_ID] for each in jobs[:20]) or "none"
    return f"is no job that runs; running are: {listed}"


def _refuse_living(job: RunningJob) -> None:
    owner, worker = job.by.owner, job.by.worker
    if owner.is_near() and not is_of_a_clone(job.by, job.seen):
        if owner != identify_process() and not owner.is_gone():
            sentence = f"its worker {worker} is alive on this machine; end that process first"
            raise _refusal("CLAIM_LOCKED", job.row.job_id, sentence)
    elif not job.is_stale and job.seen is not None:
        sentence = (
            f"its worker {worker} of {owner.host} was heard of {job.seen.silent_seconds:.0f} "
            "seconds ago; end that process first"
        )
        raise _refusal("CLAIM_LOCKED", job.row.job_id, sentence)


def release(settler: RowSettler, job: RunningJob, reason: str) -> SettledRow | None:
    """Settle a job in a person's name; None where it is settled by now.

    Where its folder lies on another host, nothing is known of what it published, and its row says
    so. Raises: PlaceError, OSError.
    """
    if home_is_here(job) or job.by.owner.is_near():
        return settler.settle(job, release_reason=reason)
    words = f"{reason}; its folder is on {job.by.owner.host}, so what it published is not known"
    return settler.close(job, Came(job.row, failed("CLAIM_RELEASED", words), None), reason)


def _refusal(code: str, job: str, sentence: str) -> CreationError:
    return CreationError((Issue(code, job, sentence),), subject="release")
