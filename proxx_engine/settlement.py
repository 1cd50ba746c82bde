"""A job whose process is gone: what it left is cleared, the truth written, nothing run again."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from proxx_engine.errors import PlaceError
from proxx_engine.journal import (
    JobPlace,
    has_begun,
    is_owner_gone,
    last_owner,
    read_journal,
    reopen_journal,
)
from proxx_engine.planning.plan import ExecutionPlan, plan_here, plan_job
from proxx_engine.preflight import missing_output_folder
from proxx_engine.results.execution_results import JobExecutionResult, PathMap, WorkerIdentity
from proxx_engine.settled_result import settled_result
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.system.files import remove_tree, sweep_parts
from proxx_engine.system.identity import ProcessIdentity, identify_process
from proxx_engine.system.locks import (
    OWNER,
    LockRecord,
    clear_lock,
    is_abandoned,
    read_lock,
    release_lock,
    take_lock,
    take_over_lock,
)
from proxx_engine.system.process import end_tools_in
from proxx_engine.system.publishing import name_hold


def is_interrupted(journal_path: Path) -> bool:
    """Whether a job was begun by a process of this machine that is gone.

    Its lock may have been removed by hand: then its journal names the process. A job that began
    is never begun again.
    """
    place = JobPlace(journal_path)
    if os.path.lexists(place.lock):
        return is_abandoned(place.lock)
    if not has_begun(place.journal) or not is_owner_gone(place.journal):
        return False
    return not os.path.lexists(place.result)


@dataclass(frozen=True, slots=True)
class _Settlement:
    """What one settlement stands on."""

    plan: ExecutionPlan
    """As written: what the result tells."""
    here: ExecutionPlan
    """With the paths of this machine."""
    place: JobPlace
    worker: WorkerIdentity
    former: ProcessIdentity | None
    """Who ran the job; None where nobody did, or it cannot be told."""
    release_reason: str | None


def settle_job(
    spec: JobSpec,
    *,
    journal_path: Path,
    worker: WorkerIdentity,
    owner_gone: bool = False,
    release_reason: str | None = None,
    path_maps: tuple[PathMap, ...] = (),
) -> JobExecutionResult:
    """Write the result of an interrupted job and clear what its process left.

    `owner_gone`: whoever had the right to the job is known to be gone, so that one which never
    began is settled too; and one that this process gave up, whose lock it still holds.
    `release_reason`: a person says that it is gone, and why; then whoever holds the job.
    Raises: PlaceError: CLAIM_LOCKED when its process still runs, is not ours to judge, or left
    running what cannot be ended; STORAGE_OUTPUT_MISSING while the place of its proxies is away;
    OSError.
    """
    place = JobPlace(journal_path)
    plan = plan_job(spec)
    here = plan_here(plan, path_maps)
    missing = missing_output_folder(plan, here)
    if missing is not None and _begun(place):
        raise PlaceError(missing.code, missing.detail)
    released = release_reason is not None
    if not (released or _is_free(place, owner_gone=owner_gone)):
        raise PlaceError("CLAIM_LOCKED", str(place.lock))
    settlement = _Settlement(plan, here, place, worker, _former_owner(place), release_reason)
    # Only then the lock: what still writes there must not find its files taken away.
    if not end_tools_in(Path(here.work_folder)):
        running = f"what it left running in {here.work_folder} cannot be ended"
        raise PlaceError("CLAIM_LOCKED", running)
    ours = identify_process() if owner_gone else None
    lock = take_over_lock(place.lock, even_of="anybody" if released else ours)
    if lock is None and (released or _is_free(place, owner_gone=owner_gone)):
        lock = take_lock(place.lock)
    if lock is None:
        raise PlaceError("CLAIM_LOCKED", str(place.lock))
    return _settle(settlement, lock)


def _is_free(place: JobPlace, *, owner_gone: bool) -> bool:
    """Whether nobody who may live holds the job, as far as it can be told from here."""
    if is_interrupted(place.journal):
        return True
    if not owner_gone:
        return False
    former = _former_owner(place)
    if os.path.lexists(place.lock):
        return former == identify_process()
    over = os.path.lexists(place.result) or not has_begun(place.journal)
    return over or is_owner_gone(place.journal) or former == identify_process()


def _former_owner(place: JobPlace) -> ProcessIdentity | None:
    record = read_lock(place.lock)
    return record.owner if record else last_owner(place.journal)


def _begun(place: JobPlace) -> frozenset[object]:
    """Return the indices of clips that were begun."""
    facts = read_journal(place.journal)
    return frozenset(fact.get("index") for fact in facts if fact["event"] == "clip_started")


def _settle(settlement: _Settlement, lock: LockRecord) -> JobExecutionResult:
    place, here = settlement.place, settlement.here
    with ExitStack() as last:
        last.callback(release_lock, place.lock, lock)
        journal = reopen_journal(place.journal)
        journal.note("lock_taken", owner=asdict(lock.owner), nonce=lock.nonce)
        last.callback(journal.note, "lock_released")
        _clear(settlement)
        result = settled_result(
            settlement.plan,
            here,
            place,
            settlement.worker,
            release_reason=settlement.release_reason,
        )
        journal.note("settled", status=result.status)
    return result


def _clear(settlement: _Settlement) -> None:
    """Remove everything hidden that the dead process left, and nothing that another holds."""
    place, here = settlement.place, settlement.here
    results = [place.result]
    if missing_output_folder(settlement.plan, here) is None:
        _clear_outputs(settlement)
        results.append(Path(here.result_path))
    for path in results:
        sweep_parts(path)
        clear_lock(name_hold(path))
        sweep_parts(name_hold(path))
    sweep_parts(place.lock)


def _clear_outputs(settlement: _Settlement) -> None:
    # The work folder first: without its hidden file, a process that lives after all, and was
    # released, can publish nothing while its clips are judged.
    work = Path(settlement.here.work_folder)
    if _is_left(work / OWNER, settlement):
        remove_tree(work)
    begun = _begun(settlement.place)
    for clip in settlement.here.clips:
        released = settlement.release_reason is not None and clip.clip.index in begun
        holder = settlement.former if released else None
        for lock in (Path(clip.reservation_path), name_hold(Path(clip.output_path))):
            clear_lock(lock, held_by=holder)
            # Beside the proxy itself a `.part` is not ours: it is made in the work folder.
            sweep_parts(lock)


def _is_left(owner: Path, settlement: _Settlement) -> bool:
    """Whether the work folder is the dead process's; one without a name in it is."""
    if not os.path.lexists(owner) or is_abandoned(owner):
        return True
    record = read_lock(owner)
    released = settlement.release_reason is not None
    return released and record is not None and record.owner == settlement.former
