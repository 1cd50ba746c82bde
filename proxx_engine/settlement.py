"""Journal and disk → the truth about a job whose process is gone.

A proxy under its final name counts only when it still has the sha256 that was noted before it
was published. Nothing is run again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from proxx_engine.errors import PlaceError
from proxx_engine.journal import JobPlace, has_begun, read_journal, reopen_journal
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_job
from proxx_engine.recording import ClipRecord, write_result
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    JobExecutionResult,
    WorkerIdentity,
    count_clips,
    job_status,
)
from proxx_engine.results.failures import make_failure
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


def is_interrupted(journal_path: Path) -> bool:
    """Whether a job was begun by a process of this machine that is gone.

    Its lock, if any, may have been removed by hand: a job that began is never begun again.
    """
    place = JobPlace(journal_path)
    if os.path.lexists(place.lock):
        return is_abandoned(place.lock)
    return has_begun(place.journal) and not os.path.lexists(place.result)


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
    _clear(plan, place)
    journal = reopen_journal(place.journal)
    result = _standing_result(plan, place) or _write_truth(plan, place, worker)
    journal.note("settled", status=result.status)
    journal.note("lock_released")
    release_lock(place.lock, lock)
    return result


def _clear(plan: ExecutionPlan, place: JobPlace) -> None:
    """Remove everything hidden that the dead process left, and nothing that another holds."""
    for clip in plan.clips:
        clear_lock(Path(clip.reservation_path))
        sweep_parts(Path(clip.output_path))
    for path in (Path(plan.result_path), place.result, place.lock):
        sweep_parts(path)
    work = Path(plan.work_folder)
    if not os.path.lexists(work / OWNER) or is_abandoned(work / OWNER):
        remove_tree(work)


def _standing_result(plan: ExecutionPlan, place: JobPlace) -> JobExecutionResult | None:
    """Return the result that the dead process wrote, completing its second copy."""
    if os.path.lexists(place.result):
        return JobExecutionResult.model_validate_json(place.result.read_bytes())
    beside = Path(plan.result_path)
    try:
        data = beside.read_bytes()
        result = JobExecutionResult.model_validate_json(data)
    except (OSError, ValueError):
        return None
    if result.job_id != plan.spec.job_id:
        return None
    write_whole(place.result, data)
    return result


def _write_truth(
    plan: ExecutionPlan, place: JobPlace, worker: WorkerIdentity
) -> JobExecutionResult:
    """Write what became of each clip, as journal and disk tell it."""
    spec = plan.spec
    facts = list(read_journal(place.journal))
    clips = tuple(_clip_truth(clip, facts) for clip in plan.clips)
    counts = count_clips(clips)
    whole = counts.completed == counts.total
    own = next((clip.failure for clip in clips if clip.failure), None)
    failure = own or (None if whole else make_failure("CLAIM_INTERRUPTED", _last_word(facts)))
    started = next((fact["time"] for fact in facts if fact["event"] == "job_started"), now_utc())
    result = JobExecutionResult(
        result_version="1.0",
        job_id=spec.job_id,
        jobspec_fingerprint=plan.jobspec_fingerprint,
        profile_fingerprint=plan.profile_fingerprint,
        batch=spec.batch,
        label=spec.label,
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
    return write_result(result, plan, place)


def _clip_truth(plan: ClipPlan, facts: list[dict[str, Any]]) -> ClipExecutionResult:
    mine = [fact for fact in facts if fact.get("index") == plan.clip.index]
    publishing = next((fact for fact in mine if fact["event"] == "publishing"), None)
    if publishing is not None:
        noted = ClipExecutionResult.model_validate_json(publishing["clip"])
        final = Path(plan.output_path)
        if final.is_file() and hash_file(final) == noted.output_sha256:
            sync_folder(final.parent)
            return noted
    record = ClipRecord(plan)
    failed = next((fact for fact in mine if fact["event"] == "clip_failed"), None)
    if failed is not None:
        record.fail(failed["code"], f"noted at {failed['time']}")
    elif mine:
        record.fail("CLAIM_INTERRUPTED", f"after {mine[-1]['event']} at {mine[-1]['time']}")
    return record.result()


def _last_word(facts: list[dict[str, Any]]) -> str:
    return f"last heard at {facts[-1]['time']}" if facts else "it had noted nothing"
