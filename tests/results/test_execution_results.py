"""What a job's status follows from, and that PARTIAL is a failure everywhere."""

from __future__ import annotations

import json

import pytest

from proxx_engine import Check, JobExecutionResult, VerificationReport, encode_json
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    Counts,
    Failure,
    count_clips,
    job_status,
)
from tests.golden.documents import result_document

FAILURE = Failure(code="ENCODE_FAILED", stage="execution", sentence="x", next_step="y.")


def counts(completed: int, failed: int, not_run: int) -> Counts:
    total = completed + failed + not_run
    return Counts(total=total, completed=completed, failed=failed, not_run=not_run)


@pytest.mark.parametrize(
    ("found", "failure", "status"),
    [
        pytest.param(counts(3, 0, 0), None, "COMPLETED", id="every clip completed"),
        pytest.param(counts(0, 1, 2), FAILURE, "FAILED", id="the first clip failed"),
        pytest.param(counts(1, 1, 1), FAILURE, "PARTIAL", id="the second clip failed"),
        pytest.param(counts(2, 0, 1), FAILURE, "PARTIAL", id="stopped by a person"),
        pytest.param(counts(3, 0, 0), FAILURE, "PARTIAL", id="failed after the last clip"),
        pytest.param(counts(0, 0, 3), FAILURE, "FAILED", id="nothing ran"),
        pytest.param(counts(0, 0, 0), None, "FAILED", id="no clips at all"),
        pytest.param(counts(2, 0, 1), None, "PARTIAL", id="a clip is missing"),
    ],
)
def test_the_status_of_a_job(found: Counts, failure: Failure | None, status: str) -> None:
    assert job_status(found, failure=failure) == status


def result(**changes: object) -> JobExecutionResult:
    return JobExecutionResult.model_validate_json(result_document(**changes))


@pytest.mark.parametrize(
    ("status", "level", "proven"),
    [
        ("COMPLETED", "conform", True),
        ("COMPLETED", "exists", False),
        ("COMPLETED", None, False),
        ("PARTIAL", "conform", False),
        ("FAILED", "conform", False),
    ],
)
def test_only_a_compared_and_completed_job_is_proven(
    status: str, level: str | None, proven: bool
) -> None:
    assert result(status=status, verification_level=level).proven is proven


def test_clips_are_counted_by_status() -> None:
    clips = result().clips
    assert count_clips(clips) == counts(1, 1, 1)
    assert count_clips(()) == counts(0, 0, 0)


def test_every_key_of_a_clip_is_always_written() -> None:
    written = json.loads(encode_json(result()))
    assert written.keys() == JobExecutionResult.model_fields.keys()
    assert all(clip.keys() == ClipExecutionResult.model_fields.keys() for clip in written["clips"])


@pytest.mark.parametrize(
    ("verdicts", "failing"),
    [
        pytest.param(["equal", "planned"], None, id="equal and planned prove"),
        pytest.param(["equal", "different"], "c1", id="different does not"),
        pytest.param(["unknown", "different"], "c0", id="unknown does not either"),
        pytest.param([], None, id="nothing was asked"),
    ],
)
def test_the_first_check_that_does_not_prove(verdicts: list[str], failing: str | None) -> None:
    report = VerificationReport.model_validate(
        {
            "checks": tuple(
                Check.model_validate(
                    {"name": f"c{n}", "expected": "1", "actual": "1", "verdict": v}
                )
                for n, v in enumerate(verdicts)
            )
        }
    )
    check = report.first_failing()
    assert (check.name if check else None) == failing
