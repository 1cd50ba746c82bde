"""A row's JobSpec out of the storage, as it was put there."""

from __future__ import annotations

from proxx_engine import Issue, JobSpec, JobSpecValidationError, PlaceError, decode_jobspec
from sidecar.service.keys import job_of_jobspec
from sidecar.service.rows import JobRow
from sidecar.service.storage.contract import Storage

_MAX_BYTES = 64 * 1024 * 1024
"""The engine reads no larger one."""


def fetch_jobspec(storage: Storage, row: JobRow) -> bytes:
    """Return the bytes of a row's JobSpec, not looked at.

    Raises: JobSpecValidationError where there are none, for good; PlaceError where the storage
    does not answer.
    """
    key = row.input_path
    if job_of_jobspec(key) is None:
        raise _wrong("SPEC_UNREADABLE", key, "is no name that a JobSpec has in the storage")
    try:
        return storage.read(key, limit=_MAX_BYTES)
    except FileNotFoundError:
        raise _wrong("SPEC_UNREADABLE", key, "is not in the storage") from None
    except ValueError:
        sentence = f"has more than {_MAX_BYTES:,} bytes, the most that a JobSpec has"
        raise _wrong("SPEC_TOO_LARGE", key, sentence) from None
    except PlaceError as error:
        if error.code != "STORAGE_OBJECT_CHANGED":
            raise
        raise _wrong(error.code, key, error.detail) from None


def require_id(spec: JobSpec, row: JobRow) -> None:
    """Raises: JobSpecValidationError where a row's JobSpec is another job's."""
    if row.pipeline_id == "proxy" and spec.job_id != row.job_id:
        sentence = f"the row has the id {row.job_id}, its JobSpec {spec.job_id}"
        raise _wrong("SPEC_ID_MISMATCH", "job_id", sentence)


def stored_jobspec(storage: Storage, row: JobRow) -> tuple[JobSpec, bytes]:
    """Return a row's JobSpec and its bytes. Raises: as `fetch_jobspec`."""
    data = fetch_jobspec(storage, row)
    spec = decode_jobspec(data, name=row.input_path)
    require_id(spec, row)
    return spec, data


def _wrong(code: str, path: str, sentence: str) -> JobSpecValidationError:
    return JobSpecValidationError((Issue(code, path, sentence),), subject=path)
