"""A job file on disk → a checked JobSpec; nothing but a regular file of bounded size is read."""

from __future__ import annotations

from pathlib import Path

from proxx_engine.errors import Issue, JobSpecValidationError
from proxx_engine.planning.validation import validate_job
from proxx_engine.spec.decoding import collector_paused, decode_jobspec, too_large
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.spec.reading import MAX_BYTES
from proxx_engine.system.files import read_regular


def read_jobspec_file(path: Path) -> JobSpec:
    """Read and check a job file. Raises: JobSpecValidationError with every problem found."""
    try:
        data = read_regular(path, limit=MAX_BYTES)
    except ValueError as error:
        raise too_large(error.args[0], name=str(path)) from None
    except OSError as error:
        issue = Issue("SPEC_UNREADABLE", "", error.strerror or str(error))
        raise JobSpecValidationError((issue,), subject=str(path)) from error
    with collector_paused():
        spec = decode_jobspec(data, name=str(path))
        validate_job(spec, name=str(path))
    return spec
