"""What the routes read for a job: its row, its result as it is stored, and what that tells.

A row names files by their keys, and whoever can write rows could name any other: nothing is read
but what a job's own files are called.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from proxx_engine import JobExecutionResult, PlaceError
from sidecar.qc.model import QcResult
from sidecar.service.api.errors import ApiError
from sidecar.service.keys import job_of_jobspec, measures_key, result_key
from sidecar.service.parts import Parts
from sidecar.service.projection import measures_of, results_of
from sidecar.service.rows import JobRow
from sidecar.service.submitting import MAX_JOBSPEC_BYTES, is_job_id

MAX_RESULT_BYTES = 256 * 1024 * 1024
"""The engine reads no larger result, and `proxx qc` none of its own."""


def row_of(parts: Parts, job_id: str) -> JobRow:
    """Return a job's row. Raises: ApiError (API_NO_JOB); PlaceError."""
    row = parts.table.row(job_id) if is_job_id(job_id) else None
    if row is None:
        raise ApiError("API_NO_JOB")
    return row


def jobspec_of(parts: Parts, row: JobRow) -> bytes:
    """Return the JobSpec as it was submitted; of a qc job, that of the job that it measures.

    Raises: PlaceError.
    """
    _job_described(row)
    return _stored(parts, row.input_path, MAX_JOBSPEC_BYTES)


def result_of(parts: Parts, row: JobRow) -> bytes:
    """Return a job's result as it is stored. Raises: ApiError (API_NOT_ENDED, API_NO_RESULT);
    PlaceError.
    """
    if row.status not in ("completed", "failed"):
        raise ApiError("API_NOT_ENDED", f"it is {row.status}")
    if row.output_path is None:
        raise ApiError("API_NO_RESULT", row.error_message or "")
    own = measures_key(row.job_id) if row.pipeline_id == "qc" else result_key(row.job_id)
    if row.output_path != own:
        raise _changed(f"the row of {row.job_id} names another file than {own} as its result")
    return _stored(parts, row.output_path, MAX_RESULT_BYTES)


def told_results(row: JobRow, stored: bytes) -> list[dict[str, Any]]:
    """Return what a stored result tells of its clips. Raises: PlaceError."""
    result: QcResult | JobExecutionResult
    try:
        if row.pipeline_id == "qc":
            result = QcResult.model_validate_json(stored)
        else:
            result = JobExecutionResult.model_validate_json(stored)
    except ValidationError as error:
        count = error.error_count()
        raise _changed(f"{row.output_path}: is no whole result ({count} problems)") from None
    if result.job_id != _job_described(row):
        raise _changed(f"{row.output_path}: is the result of another job")
    return measures_of(result) if isinstance(result, QcResult) else results_of(result)


def _job_described(row: JobRow) -> str:
    """Return the id of the job whose JobSpec a row names. Raises: PlaceError for another file."""
    job_id = job_of_jobspec(row.input_path)
    if job_id is None or (row.pipeline_id != "qc" and job_id != row.job_id):
        raise _changed(f"the row of {row.job_id} names another file than a JobSpec of its own")
    return job_id


def _stored(parts: Parts, key: str, limit: int) -> bytes:
    try:
        return parts.storage.read(key, limit=limit)
    except FileNotFoundError:
        raise _changed(f"{key}: is not there any more") from None
    except ValueError:
        raise _changed(f"{key}: is larger than any file of ours") from None


def _changed(detail: str) -> PlaceError:
    return PlaceError("STORAGE_OBJECT_CHANGED", detail)
