"""A pending row → the job that it means, checked by all that this machine can see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from proxx_engine import RequestError, Tools, WorkerIdentity, reject
from sidecar.service.keys import result_key
from sidecar.service.parts import Parts
from sidecar.service.rows import JobRow
from sidecar.service.settling.endings import Came, came_of
from sidecar.service.settling.homes import home_of
from sidecar.service.settling.jobspecs import fetch_jobspec, require_id
from sidecar.service.settling.travelling import fetch_media, scratch_in
from sidecar.service.storage.streams import ever_on
from sidecar.service.submitting import checked_jobspec, qc_problems
from sidecar.service.worker.jobs import Ended, Job, ProxyJob
from sidecar.service.worker.measuring import MeasuringJob
from sidecar.service.worker.true_paths import refuse_outside


def scratch_of(parts: Parts, row: JobRow, worker: WorkerIdentity) -> Path:
    """Return where a worker's own copies of a job's media lie."""
    return scratch_in(home_of(parts.settings.home, row.job_id), worker.id)


def read_job(
    parts: Parts,
    row: JobRow,
    tools: Tools,
    worker: WorkerIdentity,
    *,
    going: Callable[[], bool] = ever_on,
) -> Job:
    """Return a row's job, its media fetched where they travel through the storage.

    Raises: RequestError where it can never be run; PlaceError where the storage does not answer;
    OSError; InterruptedError once `going` says no.
    """
    settings = parts.settings
    if row.pipeline_id == "qc" and (wrong := tuple(qc_problems(row.frame_stride, row.max_frames))):
        # The API refuses them too; a row may have been written by another.
        raise RequestError(wrong)
    data = fetch_jobspec(parts, row)
    spec = checked_jobspec(data, settings.roots)
    require_id(spec, row)
    refuse_outside(spec, settings, tools.path_maps)
    scratch = scratch_of(parts, row, worker)
    maps = fetch_media(parts, spec, scratch, tools.path_maps, going=going)
    tools = replace(tools, path_maps=maps)
    if row.pipeline_id == "qc":
        return MeasuringJob(row, spec, data, tools, worker, parts, scratch)
    return ProxyJob(row, spec, data, tools, worker, parts, scratch)


def refuse_job(row: JobRow, error: RequestError, worker: WorkerIdentity) -> Ended:
    """Return the end of a job that can never be run."""
    result = reject(error, worker=worker, job_id=row.job_id)
    came = came_of(row, result, result_key(row.job_id))
    if row.pipeline_id == "qc":  # nothing was measured, so there is no file of measures
        came = Came(row, replace(came.ending, output_path=None), None)
    return Ended(lambda: came, None)
