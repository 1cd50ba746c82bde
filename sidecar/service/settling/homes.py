"""Where a claimed job lies on its worker's host: `<home>/jobs/<job id>/`, as `proxx run` has it.

The folder of a job that ended stays: it is the record on that host.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from proxx_engine import (
    JobSpec,
    PlaceError,
    RequestError,
    decode_jobspec,
    make_folders_below,
    read_regular,
    replace_whole,
    write_whole,
)
from sidecar.folders.names import JOB, job_stem
from sidecar.folders.places import look_for_room
from sidecar.service.rows import Ending

JOBS = "jobs"
_MEASURES, _ENDING = "measures.json", "ending.json"
_MAX_JOBSPEC_BYTES = 64 * 1024 * 1024
_MAX_ENDING_BYTES = 64 * 1024
_MAX_MEASURES_BYTES = 256 * 1024 * 1024


def home_of(base: Path, job_id: str) -> Path:
    """Return a job's own folder below a worker's home."""
    return base / JOBS / job_id


def look_at_home(base: Path) -> None:
    """Raises: PlaceError where the worker's home takes no more jobs."""
    try:
        block = look_for_room(base)
    except OSError as error:
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{base}: {error.strerror or error}") from error
    if block is not None:
        raise PlaceError(block.code, block.detail)
    if not os.access(base, os.W_OK | os.X_OK):
        raise PlaceError("STORAGE_NOT_WRITABLE", str(base))


def make_home(base: Path, row_id: str, spec: JobSpec, data: bytes) -> Path:
    """Make a job's own folder with its job file, byte for byte as submitted; return the file.

    What lies there already stays as it is. Raises: OSError.
    """
    home = home_of(base, row_id)
    make_folders_below(base, home)
    job_file = job_file_in(home, spec)
    if not os.path.lexists(job_file):
        write_whole(job_file, data)
    return job_file


def job_file_in(home: Path, spec: JobSpec) -> Path:
    """Return where a job's file lies in its own folder."""
    return home / f"{job_stem(spec)}{JOB}"


def read_own_jobspec(home: Path) -> JobSpec | None:
    """Return the JobSpec that lies in a job's own folder; None where there is none that is whole.

    Raises: OSError: it may be there.
    """
    for job_file in home.glob(f"*{JOB}"):
        try:
            spec = decode_jobspec(read_regular(job_file, limit=_MAX_JOBSPEC_BYTES))
        except (ValueError, RequestError):
            continue
        if job_file_in(home, spec) == job_file:
            return spec
    return None


def keep_measures(home: Path, ending: Ending, data: bytes) -> None:
    """Keep what was measured with the job, its end last: with that it is whole. Raises: OSError."""
    replace_whole(home / _MEASURES, data)
    replace_whole(home / _ENDING, json.dumps(asdict(ending)).encode("ascii"))


def measures_in(home: Path) -> tuple[Ending, bytes] | None:
    """Return what a qc job measured, and how it ended; None where that is not whole."""
    try:
        said = json.loads(read_regular(home / _ENDING, limit=_MAX_ENDING_BYTES))
        data = read_regular(home / _MEASURES, limit=_MAX_MEASURES_BYTES)
        return Ending(said["status"], said["output_path"], said["error_message"]), data
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None
