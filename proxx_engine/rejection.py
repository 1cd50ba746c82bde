"""The result of a request that is no valid JobSpec, and who this process is in the record."""

from __future__ import annotations

from proxx_engine.errors import RequestError
from proxx_engine.results.execution_results import (
    JobExecutionResult,
    ResultIssue,
    WorkerIdentity,
    count_clips,
)
from proxx_engine.results.failures import make_failure
from proxx_engine.system.clock import now_utc, utc_of
from proxx_engine.system.identity import identify_process


def identify_worker(host: str) -> WorkerIdentity:
    """Return who this process is, for the record."""
    identity = identify_process()
    return WorkerIdentity(
        id=f"{host}:{identity.pid}",
        host=host,
        pid=identity.pid,
        started_at=utc_of(identity.process_started),
    )


def reject(
    error: RequestError, *, worker: WorkerIdentity, job_id: str | None = None
) -> JobExecutionResult:
    """Return the result of a request that is no valid JobSpec; it belongs with the job only."""
    first = error.issues[0]
    now = now_utc()
    return JobExecutionResult(
        result_version="1.0",
        job_id=job_id,
        jobspec_fingerprint=None,
        profile_fingerprint=None,
        batch=None,
        label=None,
        status="FAILED",
        failure=make_failure(first.code, f"{first.path}: {first.sentence}".removeprefix(": ")),
        issues=tuple(
            ResultIssue(code=issue.code, path=issue.path, sentence=issue.sentence)
            for issue in error.issues
        ),
        engine=None,
        prober=None,
        worker=worker,
        started_at=now,
        completed_at=now,
        duration_seconds=0.0,
        counts=count_clips(()),
        verification_level=None,
        clips=(),
        environment_used=None,
    )
