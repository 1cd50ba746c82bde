"""One job file, run where it lies: what `proxx run` does with each of its jobs."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from proxx_engine import (
    Issue,
    JobExecutionResult,
    PlaceError,
    RequestError,
    StopFlags,
    Tools,
    WorkerIdentity,
    execute_jobspec,
    exit_code_of,
    is_interrupted,
    place_of_job,
    plan_job,
    reject,
    settle_job,
)
from sidecar.cli.jobs import JobFile
from sidecar.cli.machine import resolve_finder
from sidecar.cli.outcome import DONE, JOB_FAILED


def run_one(
    job: JobFile,
    tools: Tools,
    worker: WorkerIdentity,
    stop: StopFlags,
    *,
    telling: AbstractContextManager[object] | None = None,
) -> JobExecutionResult:
    """Run a job, or settle it where its process is gone; return what came of it.

    `telling` is entered while it runs. A place that is away is a result as well.
    """
    place = place_of_job(job.path.absolute())
    try:
        if is_interrupted(place.journal):
            return settle_job(
                job.spec, journal_path=place.journal, worker=worker, path_maps=tools.path_maps
            )
        raw = plan_job(job.spec).engine == "resolve"
        host, no_resolve = resolve_finder()() if raw else (None, "")
        with telling or nullcontext():
            return execute_jobspec(
                job.spec,
                tools=tools,
                worker=worker,
                stop=stop,
                journal_path=place.journal,
                resolve_host=host,
                no_resolve=no_resolve,
            )
    except PlaceError as error:
        issue = Issue(error.code, "", error.detail)
    except OSError as error:
        where, why = error.filename or place.journal.parent, error.strerror or str(error)
        issue = Issue("STORAGE_NOT_WRITABLE", "", f"{where}: {why}")
    return reject(RequestError((issue,)), worker=worker, job_id=job.spec.job_id)


def exit_code_of_result(result: JobExecutionResult) -> int:
    """Return the exit code that a job's result stands for."""
    if result.status == "COMPLETED":
        return DONE
    return exit_code_of(result.failure.code) if result.failure else JOB_FAILED
