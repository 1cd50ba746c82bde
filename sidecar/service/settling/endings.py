"""What a job came to, as its row tells it; and its record in the storage."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    Failure,
    JobExecutionResult,
    PlaceError,
    encode_json,
    failure_kinds,
    read_regular,
)
from sidecar.service.rows import Ending, JobRow
from sidecar.service.storage.contract import Storage
from sidecar.words import printable

_LONGEST = 2000
_MAX_RESULT_BYTES = 1024 * 1024 * 1024
_MOST_OF_A_NAME = 64 * 1024
_OF_THE_TELLER = ("worker", "started_at", "completed_at", "duration_seconds")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a claimed job: kept under a key of the storage, then told in its row."""

    row: JobRow
    ending: Ending
    data: bytes | None
    """What belongs under the ending's `output_path`; None where nothing does."""
    result: JobExecutionResult | None = None
    """None of qc, and where nothing is known."""
    scratch: Path | None = None
    """What is removed once the row is settled."""


def failed(code: str, detail: str, *, key: str | None = None) -> Ending:
    """Return the end of a job that failed; `code` is a key of failures.toml."""
    said = failure_kinds()[code].sentence
    return Ending("failed", key, told(code, f"{said}: {detail}" if detail else said))


def told(code: str, sentence: str) -> str:
    """Return a failure as a row tells it: one line, of bounded length."""
    return printable(f"{code}: {' '.join(sentence.split())}")[:_LONGEST]


def ending_of(result: JobExecutionResult, key: str) -> Ending:
    """Return what a row tells of a result: PARTIAL is a failure."""
    if result.status == "COMPLETED":
        return Ending("completed", key, None)
    failure = first_failure(result)
    sentence = told(failure.code, failure.sentence) if failure else result.status
    return Ending("failed", key, sentence)


def first_failure(result: JobExecutionResult) -> Failure | None:
    """Return what the first failing clip says, else the job itself."""
    of_clips = (clip.failure for clip in result.clips if clip.failure is not None)
    return next(of_clips, result.failure)


def came_of(row: JobRow, result: JobExecutionResult, key: str, kept: Path | None = None) -> Came:
    """Return what came of a job with a result; `kept`: the copy of it that lies with the job.

    The storage gets the very bytes of that copy, where it is this job's. Raises: OSError.
    """
    data = encode_json(result)
    if kept is not None and os.path.lexists(kept):
        held = read_regular(kept, limit=_MAX_RESULT_BYTES)
        try:
            same = JobExecutionResult.model_validate_json(held).job_id == result.job_id
        except ValueError:
            same = False
        data = held if same else data
    return Came(row, ending_of(result, key), data, result)


def store(storage: Storage, came: Came) -> Ending:
    """Keep what came of a job in the storage; return how its row ends.

    Another file under its key is never replaced: then the row says so. Raises: PlaceError.
    """
    key, data = came.ending.output_path, came.data
    if key is None or data is None:
        return came.ending
    try:
        storage.put_new(key, data)
    except FileExistsError:
        if not _is_stored(storage, key, data, came):
            sentence = f"another file lies at {key}, and was not replaced"
            return failed("STORAGE_OBJECT_CHANGED", sentence)
    return came.ending


def _is_stored(storage: Storage, key: str, data: bytes, came: Came) -> bool:
    try:
        held = storage.read(key, limit=len(data) + _MOST_OF_A_NAME)
    except (FileNotFoundError, ValueError):
        return False
    except PlaceError as error:
        if error.code != "STORAGE_OBJECT_CHANGED":
            raise
        return False
    return held == data or (came.result is not None and _says_the_same(held, came.result))


def _says_the_same(held: bytes, result: JobExecutionResult) -> bool:
    """Whether it is the same refusal: whoever says that nothing was run has a name and a time."""
    try:
        other = JobExecutionResult.model_validate_json(held)
    except ValueError:
        return False
    told = {name: getattr(result, name) for name in _OF_THE_TELLER}
    return not result.clips and other.model_copy(update=told) == result
