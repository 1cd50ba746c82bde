"""A row's JobSpec out of the storage, as it was put there."""

from __future__ import annotations

from typing import get_args

from proxx_engine import Issue, JobSpec, JobSpecValidationError, PlaceError, decode_jobspec
from sidecar.service.keys import job_of_jobspec
from sidecar.service.parts import Parts
from sidecar.service.rows import JobRow, Status

STATUSES: tuple[Status, ...] = get_args(Status)
_OTHERS = 5
"""Of each status, that are asked for."""
_MAX_BYTES = 64 * 1024 * 1024
"""The engine reads no larger one."""


def fetch_jobspec(parts: Parts, row: JobRow) -> bytes:
    """Return the bytes of a row's JobSpec, not looked at.

    Raises: JobSpecValidationError where there are none, for good; PlaceError where the storage
    does not answer, or is not the one that jobs are put into.
    """
    key = row.input_path
    if job_of_jobspec(key) is None:
        raise _wrong("SPEC_UNREADABLE", key, "is no name that a JobSpec has in the storage")
    try:
        return parts.storage.read(key, limit=_MAX_BYTES)
    except FileNotFoundError:
        _refuse_another_storage(parts, key)
        raise _wrong("SPEC_UNREADABLE", key, "is not in the storage") from None
    except ValueError:
        sentence = f"has more than {_MAX_BYTES:,} bytes, the most that a JobSpec has"
        raise _wrong("SPEC_TOO_LARGE", key, sentence) from None
    except PlaceError as error:
        if error.code != "STORAGE_OBJECT_CHANGED":
            raise
        raise _wrong(error.code, key, error.detail) from None


def _refuse_another_storage(parts: Parts, key: str) -> None:
    """Raises: PlaceError where no other job's JobSpec is there either.

    A folder that is not mounted is as empty as a prefix that was mistyped: no job is failed for it.
    """
    rows = (row for status in STATUSES for row in parts.table.latest(status, limit=_OTHERS))
    others = {row.input_path for row in rows if job_of_jobspec(row.input_path)} - {key}
    if others and all(parts.storage.size_of(other) is None for other in others):
        sentence = f"{parts.storage.told_as} has neither {key} nor the JobSpec of any other job"
        raise PlaceError("STORAGE_OBJECTS_AWAY", sentence)


def require_id(spec: JobSpec, row: JobRow) -> None:
    """Raises: JobSpecValidationError where a row's JobSpec is another job's."""
    if row.pipeline_id == "proxy" and spec.job_id != row.job_id:
        sentence = f"the row has the id {row.job_id}, its JobSpec {spec.job_id}"
        raise _wrong("SPEC_ID_MISMATCH", "job_id", sentence)


def stored_jobspec(parts: Parts, row: JobRow) -> tuple[JobSpec, bytes]:
    """Return a row's JobSpec and its bytes. Raises: as `fetch_jobspec`."""
    data = fetch_jobspec(parts, row)
    spec = decode_jobspec(data, name=row.input_path)
    require_id(spec, row)
    return spec, data


def _wrong(code: str, path: str, sentence: str) -> JobSpecValidationError:
    return JobSpecValidationError((Issue(code, path, sentence),), subject=path)
