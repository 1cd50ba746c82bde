"""The report tells what the result files tell: nothing more, nothing cut off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from install.proofs import read_outcome, show, summary
from install.steps import WIDTH

JOB_ID = "6f1d7a52-0b1e-4a77-9a3c-2f5d1c0e8b11"
GOLDEN = Path(__file__).parent / "golden"
FAILURE = {
    "code": "SOURCE_TRUNCATED",
    "stage": "execution",
    "sentence": "The source promises 60 frames and has 41, so no proxy was published.",
    "next_step": "Copy the clip from the card again.",
}


def _check(name: str, expected: str, actual: str, verdict: str = "equal") -> dict[str, str]:
    return {"name": name, "expected": expected, "actual": actual, "verdict": verdict}


def _clip(folder: Path, **changes: Any) -> dict[str, Any]:
    checks = [
        _check("frames.decoded", "60", "60"),
        _check("rotation", "0", "0", "planned"),
        _check("audio.1.content", "48000 Hz, 2 channels, 96096 samples", "48000 Hz, 2 channels"),
    ]
    clip: dict[str, Any] = {
        "index": 0,
        "source": "/Volumes/Card/Kamera Ä/A001.mxf",
        "output": {"path": str(folder / "Tag 1" / "A001.mov"), "relative_path": "Tag 1/A001.mov"},
        "status": "COMPLETED",
        "output_size_bytes": 4321234,
        "output_sha256": "ab" * 32,
        "verification": {"checks": checks},
        "failure": None,
    }
    return clip | changes


def _result(folder: Path, clips: list[dict[str, Any]], **changes: Any) -> None:
    result: dict[str, Any] = {
        "result_version": "1.0",
        "job_id": JOB_ID,
        "status": "COMPLETED",
        "failure": None,
        "issues": [],
        "verification_level": "conform",
        "clips": clips,
    }
    inside = folder / "Tag 1"
    inside.mkdir(exist_ok=True)
    text = json.dumps(result | changes, ensure_ascii=False)
    (inside / f"A001.{JOB_ID[:8]}.result.json").write_text(text, encoding="utf-8")
    (folder / f"A001.{JOB_ID}.job.json").write_text("{}")


def test_proven_clip(tmp_path: Path) -> None:
    _result(tmp_path, [_clip(tmp_path)])
    outcome = read_outcome(tmp_path)
    assert outcome.good
    report = show(outcome, folder=tmp_path)
    assert report + "\n" == (GOLDEN / "proven.txt").read_text(encoding="utf-8")


def test_failed_and_not_run_clips(tmp_path: Path) -> None:
    nothing = {"output_size_bytes": None, "output_sha256": None, "verification": None}
    failed = _clip(tmp_path, status="FAILED", failure=FAILURE, **nothing)
    never = _clip(tmp_path, status="NOT_RUN", source="/Volumes/Card/A002.mxf", **nothing)
    _result(tmp_path, [failed, never], status="FAILED", failure=FAILURE)
    outcome = read_outcome(tmp_path)
    assert not outcome.good
    report = show(outcome, folder=tmp_path)
    assert report + "\n" == (GOLDEN / "failed.txt").read_text(encoding="utf-8")


def test_exists_only_never_counts_as_proven(tmp_path: Path) -> None:
    _result(tmp_path, [_clip(tmp_path)], verification_level="exists")
    outcome = read_outcome(tmp_path)
    assert not outcome.good
    assert "COMPLETED (exists only)" in show(outcome, folder=tmp_path)
    assert summary(outcome).startswith("0 of 1 clip proven; 1 of them exists only")


@pytest.mark.parametrize("verdict", ["different", "unknown"])
def test_a_proof_that_does_not_hold_is_no_proof(tmp_path: Path, verdict: str) -> None:
    checks = {"checks": [_check("timecode", "00:59:58;28", "00:00:00:00", verdict)]}
    _result(tmp_path, [_clip(tmp_path, verification=checks)])
    assert not read_outcome(tmp_path).good


def test_without_proofs_nothing_is_proven(tmp_path: Path) -> None:
    _result(tmp_path, [_clip(tmp_path, verification={"checks": []})])
    assert not read_outcome(tmp_path).good


def test_job_that_failed_before_its_first_clip(tmp_path: Path) -> None:
    _result(tmp_path, [], status="FAILED", failure=FAILURE)
    outcome = read_outcome(tmp_path)
    assert not outcome.good
    assert any("SOURCE_TRUNCATED" in trouble for trouble in outcome.troubles)


def test_refused_request_shows_each_issue(tmp_path: Path) -> None:
    issue = {"code": "SPEC_VALUE", "path": "clips[0].index", "sentence": "It is no number."}
    _result(tmp_path, [], status="FAILED", issues=[issue])
    assert any("clips[0].index" in trouble for trouble in read_outcome(tmp_path).troubles)


def test_job_without_a_result(tmp_path: Path) -> None:
    (tmp_path / f"A.b.{JOB_ID}.job.json").write_text("{}")
    assert read_outcome(tmp_path).troubles == (
        f"A.b.{JOB_ID}.job.json: no result was written, so nothing is proven",
    )


@pytest.mark.parametrize("content", ["", "[]", '{"clips": null}', '{"clips": [{}]}'])
def test_result_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "A.6f1d7a52.result.json").write_text(content)
    outcome = read_outcome(tmp_path)
    assert not outcome.good
    assert "cannot be read" in outcome.troubles[0]


def test_long_values_stay_whole_within_the_width(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    checks = {"checks": [_check("sha256." + "x" * 40, digest, "other", "different")]}
    _result(tmp_path, [_clip(tmp_path, verification=checks)])
    report = show(read_outcome(tmp_path), folder=tmp_path)
    assert max(map(len, report.splitlines())) <= WIDTH
    columns = [line[28:57].strip() for line in report.splitlines() if line.startswith("    ")]
    assert digest in "".join(columns)


def test_equal_digests_are_shortened(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    checks = {"checks": [_check("audio.0.content", digest, digest)]}
    _result(tmp_path, [_clip(tmp_path, verification=checks)])
    report = show(read_outcome(tmp_path), folder=tmp_path)
    assert digest not in report
    assert report.count("0123456789abcdef...") == 2


def test_copy_of_a_result_with_the_job_is_not_counted_again(tmp_path: Path) -> None:
    _result(tmp_path, [_clip(tmp_path)])
    beside = next(tmp_path.rglob("*.result.json"))
    (tmp_path / f"A001.{JOB_ID}.result.json").write_bytes(beside.read_bytes())
    assert summary(read_outcome(tmp_path)).startswith("1 of 1 clip proven")


def test_nothing_at_all_is_not_good(tmp_path: Path) -> None:
    outcome = read_outcome(tmp_path)
    assert not outcome.good
    assert summary(outcome) == "No clip is proven."
