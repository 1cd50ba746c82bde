"""A job's record is whole: its result lies with it, and what hindered it is told as one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from proxx_engine import (
    ExecutionPlan,
    Issue,
    JobExecutionResult,
    JobSpec,
    PathMap,
    PlaceError,
    RequestError,
    WorkerIdentity,
    encode_json,
    is_foreign,
    local_path,
    place_of_job,
    plan_here,
    plan_job,
    reject,
    settle_job,
    write_whole,
)


def keep_with_job(
    spec: JobSpec,
    job_file: Path,
    result: JobExecutionResult,
    *,
    worker: WorkerIdentity,
    path_maps: tuple[PathMap, ...],
) -> JobExecutionResult:
    """Let the result lie with its job, and nothing be left of the engine's, as it should have.

    The job was run by this process. Raises: PlaceError, OSError.
    """
    place = place_of_job(job_file)
    beside = local_path(plan_job(spec).result_path, path_maps)
    if not os.path.lexists(place.result) and not os.path.lexists(beside):
        write_whole(place.result, encode_json(result))
    if os.path.lexists(place.result) and not os.path.lexists(place.lock):
        return result
    return settle_job(
        spec,
        journal_path=place.journal,
        worker=worker,
        owner_gone=True,
        path_maps=path_maps,
    )


def result_beside(plan: ExecutionPlan, path_maps: tuple[PathMap, ...]) -> Path | None:
    """Return the result of a job beside its proxies, where there is one."""
    path = plan_here(plan, path_maps).result_path
    return Path(path) if not is_foreign(path) and os.path.lexists(path) else None


def refuse_hindered(
    error: OSError | PlaceError, home: Path, *, worker: WorkerIdentity, job_id: str
) -> JobExecutionResult:
    """Return the result of a job that a tool, or the disk below `home`, kept from beginning."""
    if isinstance(error, PlaceError):
        issue = Issue(error.code, "", error.detail)
    else:
        where, why = error.filename or home, error.strerror or str(error)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        issue = Issue("STORAGE_FULL" if full else "STORAGE_NOT_WRITABLE", "", f"{where}: {why}")
    return reject(RequestError((issue,)), worker=worker, job_id=job_id)
