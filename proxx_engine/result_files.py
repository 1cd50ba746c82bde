"""Where a result is kept: beside its proxies, and byte-equal with its job; never over another."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from proxx_engine.journal import JobPlace
from proxx_engine.planning.plan import ExecutionPlan
from proxx_engine.preflight import is_foreign
from proxx_engine.results.execution_results import JobExecutionResult, ResultIssue
from proxx_engine.spec.decoding import encode_json
from proxx_engine.system.files import make_folders_below, write_whole


def add_issues(result: JobExecutionResult, *issues: ResultIssue) -> JobExecutionResult:
    """Return the result with more to tell."""
    return result.model_copy(update={"issues": (*result.issues, *issues)}) if issues else result


def unkept(path: Path, error: OSError) -> ResultIssue:
    """Return what to tell of a file that could not be kept with the job."""
    sentence = f"{path.name} could not be kept with the job: {error.strerror or error}"
    return ResultIssue(code=_code_of(error), path=str(path), sentence=sentence)


def _code_of(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "STORAGE_FULL" if full else "STORAGE_NOT_WRITABLE"


def write_result(
    result: JobExecutionResult, plan: ExecutionPlan, place: JobPlace
) -> JobExecutionResult:
    """Write a result beside the proxies and with the job; return what was written.

    Nothing is replaced. Raises: OSError when the job's own copy cannot be written.
    """
    result = write_beside(result, plan, place)
    write_whole(place.result, encode_json(result))
    return result


def write_beside(
    result: JobExecutionResult, plan: ExecutionPlan, place: JobPlace
) -> JobExecutionResult:
    """Write the result beside the proxies; return it, saying so where that place cannot be written.

    Nothing is replaced.
    """
    beside = Path(plan.result_path)
    if os.path.abspath(beside) != os.path.abspath(place.result):
        try:
            if is_foreign(plan.result_path):
                raise FileNotFoundError(errno.ENOENT, "is a path of another system", str(beside))
            make_folders_below(Path(plan.spec.output.directory), beside.parent)
            write_whole(beside, encode_json(result))
        except OSError as error:
            sentence = (
                f"this copy is the only record: {beside} could not be written ({error.strerror})"
            )
            note = ResultIssue(code=_code_of(error), path=str(beside), sentence=sentence)
            return add_issues(result, note)
    return result


def write_with_job(result: JobExecutionResult, place: JobPlace) -> JobExecutionResult:
    """Write the result with the job; return it, saying so where it could not be kept there."""
    try:
        write_whole(place.result, encode_json(result))
    except OSError as error:
        return add_issues(result, unkept(place.result, error))
    return result
