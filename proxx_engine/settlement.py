"""Journal and disk → the truth about a job whose process is gone.

A proxy under its final name counts only when it still has the sha256 that was noted before it
was published. Nothing is run again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from proxx_engine.errors import PlaceError
from proxx_engine.journal import JobPlace, Journal, read_journal
from proxx_engine.planning.plan import ClipPlan, plan_job
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
from proxx_engine.system.files import hash_file, remove_tree, sync_folder
from proxx_engine.system.locks import read_lock


def is_interrupted(journal_path: Path) -> bool:
    """Whether a job was being run by a process of this machine that is gone."""
    place = JobPlace(journal_path)
    lock = read_lock(place.lock)
    return lock is not None and lock.is_stale() and not os.path.lexists(place.result)


def settle_job(spec: JobSpec, *, journal_path: Path, worker: WorkerIdentity) -> JobExecutionResult:
    """Write the result of an interrupted job and clear what its process left.

    Raises: PlaceError (CLAIM_LOCKED) when its process still runs or is not ours to judge.
    """
    place = JobPlace(journal_path)
    if not is_interrupted(journal_path):
        raise PlaceError("CLAIM_LOCKED", str(place.lock))
    plan = plan_job(spec)
    facts = list(read_journal(place.journal))
    journal = Journal(place.journal)
    clips = tuple(_clip_truth(clip, facts) for clip in plan.clips)
    for clip in plan.clips:
        _clear_reservation(clip)
    remove_tree(Path(plan.work_folder))
    counts = count_clips(clips)
    whole = counts.completed == counts.total
    failure = None if whole else make_failure("CLAIM_INTERRUPTED", _last_word(facts))
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
    journal.note("settled", status=result.status)
    written = write_result(result, Path(plan.result_path), place.result)
    place.lock.unlink()
    sync_folder(place.lock.parent)
    return written


def _clip_truth(plan: ClipPlan, facts: list[dict[str, Any]]) -> ClipExecutionResult:
    mine = [fact for fact in facts if fact.get("index") == plan.clip.index]
    publishing = next((fact for fact in mine if fact["event"] == "publishing"), None)
    if publishing is not None:
        noted = ClipExecutionResult.model_validate_json(publishing["clip"])
        final = Path(plan.output_path)
        if final.is_file() and hash_file(final) == noted.output_sha256:
            return noted
    record = ClipRecord(plan)
    if mine:
        record.fail("CLAIM_INTERRUPTED", f"after {mine[-1]['event']} at {mine[-1]['time']}")
    return record.result()


def _last_word(facts: list[dict[str, Any]]) -> str:
    return f"last heard at {facts[-1]['time']}" if facts else "it had noted nothing"


def _clear_reservation(clip: ClipPlan) -> None:
    reservation = Path(clip.reservation_path)
    lock = read_lock(reservation)
    if lock is not None and lock.is_stale():
        reservation.unlink()
