"""Journal and disk → the truth about a job whose process is gone.

A proxy under its final name counts only when it still has the sha256 that was noted before it
was published.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from proxx_engine.journal import JobPlace, read_journal
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.recording import ClipRecord
from proxx_engine.result_files import add_issues, write_result
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    Failure,
    JobExecutionResult,
    ResultIssue,
    WorkerIdentity,
    count_clips,
    job_status,
)
from proxx_engine.results.failures import failure_kinds, make_failure
from proxx_engine.system.clock import now_utc
from proxx_engine.system.durability import sync_folder
from proxx_engine.system.files import hash_file, write_whole


def settled_result(
    plan: ExecutionPlan,
    here: ExecutionPlan,
    place: JobPlace,
    worker: WorkerIdentity,
    *,
    release_reason: str | None,
) -> JobExecutionResult:
    """Return the result that the dead process wrote, its second copy completed; else the truth.

    `plan` is the job as written, `here` with the paths of this machine; `release_reason` is what
    a person said who released it. Raises: OSError.
    """
    if os.path.lexists(place.result):
        try:
            return _read_result(place.result.read_bytes(), plan)
        except ValueError:
            return _unread_result(plan, place, worker)
    try:
        data = Path(here.result_path).read_bytes()
        result = _read_result(data, plan)
    except (OSError, ValueError):
        result = _find_truth(plan, here, place, worker, release_reason)
        return write_result(result, here, place)
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


def _find_truth(
    plan: ExecutionPlan,
    here: ExecutionPlan,
    place: JobPlace,
    worker: WorkerIdentity,
    release_reason: str | None,
) -> JobExecutionResult:
    """Return what became of each clip, as journal and disk tell it."""
    facts = list(read_journal(place.journal))
    why = "CLAIM_INTERRUPTED" if release_reason is None else "CLAIM_RELEASED"
    pairs = zip(plan.clips, here.clips, strict=True)
    clips = tuple(_clip_truth(clip, Path(local.output_path), facts, why) for clip, local in pairs)
    counts = count_clips(clips)
    whole = counts.completed == counts.total
    own = next((clip.failure for clip in clips if clip.failure), None)
    said = _last_word(facts) if release_reason is None else release_reason
    failure = own or (None if whole else make_failure(why, said))
    started = next((fact["time"] for fact in facts if fact["event"] == "job_started"), now_utc())
    result = _make_result(plan, worker, clips, failure, started)
    if release_reason is None:
        return result
    told = make_failure(why, release_reason).sentence
    return add_issues(result, ResultIssue(code=why, path="", sentence=told))


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


def _clip_truth(
    plan: ClipPlan, final: Path, facts: list[dict[str, Any]], why: str
) -> ClipExecutionResult:
    mine = [fact for fact in facts if fact.get("index") == plan.clip.index]
    failed = next((fact for fact in mine if fact["event"] == "clip_failed"), None)
    code = failed.get("code") if failed else None
    noted = _noted_proxy(plan, mine)
    ours = noted is not None and code not in _NOT_OURS and final.is_file()
    if noted is not None and ours and hash_file(final) == noted.output_sha256:
        sync_folder(final.parent)
        return noted
    record = ClipRecord(plan)
    if failed is not None and isinstance(code, str) and code in failure_kinds():
        record.fail(code, f"noted at {failed['time']}")
    elif mine:
        record.fail(why, f"after {mine[-1]['event']} at {mine[-1]['time']}")
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
