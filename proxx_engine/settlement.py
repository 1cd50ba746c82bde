"""Journal and disk → the truth about a job whose process is gone.

A proxy under its final name counts only when it still has the sha256 that was noted before it
was published. Nothing is run again.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from proxx_engine.errors import PlaceError
from proxx_engine.journal import JobPlace, has_begun, is_owner_gone, read_journal, reopen_journal
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_job
from proxx_engine.recording import ClipRecord
from proxx_engine.result_files import write_result
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    Failure,
    JobExecutionResult,
    WorkerIdentity,
    count_clips,
    job_status,
)
from proxx_engine.results.failures import failure_kinds, make_failure
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.system.clock import now_utc
from proxx_engine.system.durability import sync_folder
from proxx_engine.system.files import hash_file, remove_tree, sweep_parts, write_whole
from proxx_engine.system.locks import (
    OWNER,
    clear_lock,
    is_abandoned,
    release_lock,
    take_lock,
    take_over_lock,
)
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


def settle_job(spec: JobSpec, *, journal_path: Path, worker: WorkerIdentity) -> JobExecutionResult:
    """Write the result of an interrupted job and clear what its process left.

    Raises: PlaceError: CLAIM_LOCKED when its process still runs or is not ours to judge,
    STORAGE_OUTPUT_MISSING while the place of its proxies is away; OSError.
    """
    place = JobPlace(journal_path)
    directory = Path(spec.output.directory)
    if not directory.is_dir():
        raise PlaceError("STORAGE_OUTPUT_MISSING", str(directory))
    lock = take_over_lock(place.lock)
    if lock is None and is_interrupted(journal_path):
        lock = take_lock(place.lock)
    if lock is None:
        raise PlaceError("CLAIM_LOCKED", str(place.lock))
    plan = plan_job(spec)
    journal = reopen_journal(place.journal)
    journal.note("lock_taken", owner=asdict(lock.owner), nonce=lock.nonce)
    _clear(plan, place)
    result = _settled_result(plan, place, worker)
    journal.note("settled", status=result.status)
    journal.note("lock_released")
    release_lock(place.lock, lock)
    return result


def _clear(plan: ExecutionPlan, place: JobPlace) -> None:
    """Remove everything hidden that the dead process left, and nothing that another holds."""
    for clip in plan.clips:
        clear_lock(Path(clip.reservation_path))
        clear_lock(name_hold(Path(clip.output_path)))
        # Beside it a `.part` is not ours: a proxy is made in the work folder.
        sweep_parts(Path(clip.reservation_path))
        sweep_parts(name_hold(Path(clip.output_path)))
    for path in (Path(plan.result_path), place.result):
        sweep_parts(path)
        clear_lock(name_hold(path))
        sweep_parts(name_hold(path))
    sweep_parts(place.lock)
    work = Path(plan.work_folder)
    if not os.path.lexists(work / OWNER) or is_abandoned(work / OWNER):
        remove_tree(work)


def _settled_result(
    plan: ExecutionPlan, place: JobPlace, worker: WorkerIdentity
) -> JobExecutionResult:
    """Return the result that the dead process wrote, its second copy completed; else the truth."""
    if os.path.lexists(place.result):
        try:
            return _read_result(place.result.read_bytes(), plan)
        except ValueError:
            return _unread_result(plan, place, worker)
    try:
        data = Path(plan.result_path).read_bytes()
        result = _read_result(data, plan)
    except (OSError, ValueError):
        return _write_truth(plan, place, worker)
    write_whole(place.result, data)
    return result


def _read_result(data: bytes, plan: ExecutionPlan) -> JobExecutionResult:
    """Raises: ValueError when it is not a result of this job."""
    result = JobExecutionResult.model_validate_json(data)
    if result.job_id != plan.spec.job_id:
        raise ValueError(result.job_id)
    return result


def _unread_result(
    plan: ExecutionPlan, place: JobPlace, worker: WorkerIdentity
) -> JobExecutionResult:
    """A file stands where the result belongs: nothing is written over it, nothing made of it."""
    clips = tuple(ClipRecord(clip).result() for clip in plan.clips)
    failure = make_failure("CLAIM_SETTLED", f"{place.result} cannot be read as its result")
    return _make_result(plan, worker, clips, failure, now_utc())


def _write_truth(
    plan: ExecutionPlan, place: JobPlace, worker: WorkerIdentity
) -> JobExecutionResult:
    """Write what became of each clip, as journal and disk tell it."""
    facts = list(read_journal(place.journal))
    clips = tuple(_clip_truth(clip, facts) for clip in plan.clips)
    counts = count_clips(clips)
    whole = counts.completed == counts.total
    own = next((clip.failure for clip in clips if clip.failure), None)
    failure = own or (None if whole else make_failure("CLAIM_INTERRUPTED", _last_word(facts)))
    started = next((fact["time"] for fact in facts if fact["event"] == "job_started"), now_utc())
    result = _make_result(plan, worker, clips, failure, started)
    return write_result(result, plan, place)


def _make_result(
    plan: ExecutionPlan,
    worker: WorkerIdentity,
    clips: tuple[ClipExecutionResult, ...],
    failure: Failure | None,
    started: str,
) -> JobExecutionResult:
    spec, counts = plan.spec, count_clips(clips)
    return JobExecutionResult(
        result_version="1.0",
        job_id=spec.job_id,
        jobspec_fingerprint=plan.jobspec_fingerprint,
        profile_fingerprint=plan.profile_fingerprint,
        batch=spec.batch,
        label=spec.label,
        retried_from=spec.retried_from,
        status=job_status(counts, failure=failure),
        failure=failure,
        issues=(),
        engine=None,
        prober=None,
        worker=worker,
        started_at=started,
        completed_at=now_utc(),
        duration_seconds=0.0,
        counts=counts,
        verification_level=spec.execution.verification,
        clips=clips,
        environment_used=None,
    )


def _clip_truth(plan: ClipPlan, facts: list[dict[str, Any]]) -> ClipExecutionResult:
    mine = [fact for fact in facts if fact.get("index") == plan.clip.index]
    failed = next((fact for fact in mine if fact["event"] == "clip_failed"), None)
    code = failed.get("code") if failed else None
    noted = _noted_proxy(plan, mine)
    if noted is not None and code not in _NOT_OURS:
        final = Path(plan.output_path)
        if final.is_file() and hash_file(final) == noted.output_sha256:
            sync_folder(final.parent)
            return noted
    record = ClipRecord(plan)
    if failed is not None and isinstance(code, str) and code in failure_kinds():
        record.fail(code, f"noted at {failed['time']}")
    elif mine:
        record.fail("CLAIM_INTERRUPTED", f"after {mine[-1]['event']} at {mine[-1]['time']}")
    return record.result()


_NOT_OURS = ("OUTPUT_EXISTS", "CLAIM_LOST")
"""After these codes what has the final name is another's, even if it is alike."""


def _noted_proxy(plan: ClipPlan, facts: list[dict[str, Any]]) -> ClipExecutionResult | None:
    """Return what was noted before the proxy was published; None when that cannot be read."""
    for fact in facts:
        if fact["event"] == "publishing":
            try:
                noted = ClipExecutionResult.model_validate_json(fact.get("clip", ""))
            except (ValueError, TypeError):
                continue
            if noted.clip_fingerprint == plan.fingerprint and noted.status == "COMPLETED":
                return noted
    return None


def _last_word(facts: list[dict[str, Any]]) -> str:
    return f"last heard at {facts[-1]['time']}" if facts else "it had noted nothing"
