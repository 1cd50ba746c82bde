"""`GET /v1/overview`: what stands in table, queue and storage, told at one look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sidecar.service.api.overview as told
from proxx_engine import PlaceError, identify_process
from sidecar.service.api.overview import Overview, overview_of
from sidecar.service.labels import Labels
from sidecar.service.parts import Parts, open_parts
from sidecar.service.rows import Beat, Claimant, Ending, NewJob
from sidecar.service.settings import development
from tests.service.pages.overviews import job_id

BY = Claimant("render-01:2011", identify_process(), "/home/jobs")


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """A service of its own; no row is young in it."""
    monkeypatch.setattr(told, "JUST_SUBMITTED", timedelta(0))
    (tmp_path / "storage").mkdir()
    with open_parts(development(tmp_path, ("/mnt/shoot",))) as opened:
        opened.table.prepare()
        yield opened


def submit(parts: Parts, *numbers: int, pushed: bool = True) -> None:
    for number in numbers:
        parts.table.submit(NewJob(job_id(number), f"jobspecs/{job_id(number)}.job.json"))
        if pushed:
            parts.queue.push(job_id(number))


def end(parts: Parts, number: int, ending: Ending) -> None:
    assert parts.table.claim(job_id(number), BY)
    assert parts.table.settle(job_id(number), ending, by=BY, of=BY)


def looked(parts: Parts) -> dict[str, Any]:
    """Return the overview, which is one by its schema."""
    found = overview_of(parts, Labels(parts.storage))
    assert Overview.model_validate(found).model_dump(mode="json") == found
    return found


def away(code: str) -> Any:
    """Return a method of a part that is away."""

    def method(*_asked: Any, **_named: Any) -> Any:
        raise PlaceError(code, "connection refused")

    return method


def test_an_empty_service_has_nothing_and_lacks_nothing(parts: Parts) -> None:
    found = looked(parts)
    assert found["away"] == []
    assert found["counts"] == {"pending": 0, "running": 0, "completed": 0, "failed": 0}
    assert found["line"]["waiting"] == 0
    assert found["line"]["queue"] == "memory"
    assert not found["line"]["outlives_us"]
    for key in ("running", "workers", "failures", "completed"):
        assert found[key] == []
    made_at = datetime.fromisoformat(found["made_at"].replace("Z", "+00:00"))
    assert found["made_at"].endswith("Z")
    assert abs(datetime.now(UTC) - made_at) < timedelta(minutes=1)


def test_jobs_are_told_by_their_labels_and_a_measuring_by_that_of_its_job(parts: Parts) -> None:
    for number in (0, 1, 2):
        key = f"jobspecs/{job_id(number)}.job.json"
        parts.storage.put_new(key, json.dumps({"label": f"A00{number}"}).encode())
    submit(parts, 0, 1)
    end(parts, 1, Ending("completed", "results/x", None))
    parts.table.submit(NewJob(job_id(9), f"jobspecs/{job_id(2)}.job.json", "qc"))
    end(parts, 9, Ending("failed", None, "QC_FAILED: no"))
    assert looked(parts)["labels"] == {job_id(0): "A000", job_id(1): "A001", job_id(9): "A002"}


def test_the_line_is_told_in_its_order_and_at_its_length(parts: Parts) -> None:
    submit(parts, *range(60))
    line = looked(parts)["line"]
    assert line["waiting"] == 60
    assert line["first"] == [job_id(number) for number in range(50)]


def test_a_row_that_waits_and_is_not_in_the_line_is_lost(parts: Parts) -> None:
    submit(parts, 1, 2)
    submit(parts, 3, pushed=False)
    lost = looked(parts)["lost"]
    assert (lost["count"], lost["job_ids"]) == (1, [job_id(3)])
    assert lost["cure"] == "proxx serve --dev FOLDER --refill"


def test_a_line_that_outlives_the_process_is_filled_by_a_command_of_its_own(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(parts.queue), "outlives_us", True)
    submit(parts, 3, pushed=False)
    assert looked(parts)["lost"]["cure"] == "proxx queue refill SETTINGS.toml"


def test_a_row_whose_submission_may_not_have_ended_is_not_lost(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "JUST_SUBMITTED", timedelta(minutes=1))
    submit(parts, 3, pushed=False)
    assert looked(parts)["lost"]["count"] == 0


def test_a_row_that_a_worker_has_in_hand_is_not_lost(parts: Parts) -> None:
    submit(parts, 3, pushed=False)
    parts.table.beat(Beat(BY, "blocked", job_id(3), blocked_by="/mnt/shoot is not there"))
    found = looked(parts)
    assert found["lost"]["count"] == 0
    (worker,) = found["workers"]
    assert worker["state"] == "blocked"
    assert worker["blocked_by"] == "/mnt/shoot is not there"
    assert worker["host"] == BY.owner.host


def test_a_row_that_enters_the_line_meanwhile_is_not_lost(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(parts, 1, pushed=False)
    rows = parts.table.pending_ids

    def meanwhile() -> tuple[str, ...]:
        pending = rows()
        parts.queue.push(job_id(1))
        return pending

    monkeypatch.setattr(parts.table, "pending_ids", meanwhile)
    assert looked(parts)["lost"]["count"] == 0


def test_a_running_job_is_told_with_its_clips(parts: Parts) -> None:
    submit(parts, 1)
    assert parts.table.claim(job_id(1), BY)
    parts.table.beat(Beat(BY, "running", job_id(1), clips_done=3, clips_total=12))
    (job,) = looked(parts)["running"]
    assert job["short"] == job_id(1)[:8]
    assert (job["clips_done"], job["clips_total"]) == (3, 12)
    assert (job["worker"], job["host"]) == (BY.worker, BY.owner.host)
    assert not job["stale"]
    assert job["cure"] is None


def test_a_job_whose_worker_tells_nothing_of_it_is_stale_and_told_with_its_cure(
    parts: Parts,
) -> None:
    submit(parts, 1)
    assert parts.table.claim(job_id(1), BY)
    parts.table.beat(Beat(BY, "idle"))
    (job,) = looked(parts)["running"]
    assert job["stale"]
    assert (job["clips_done"], job["silent_seconds"]) == (None, None)
    assert job["cure"] == f"proxx release {job_id(1)} --service SETTINGS.toml --reason TEXT"


def test_jobs_that_ended_are_told_newest_first_with_code_and_sentence(parts: Parts) -> None:
    submit(parts, 1, 2, 3, 4)
    end(parts, 1, Ending("failed", "results/1", "SOURCE_TRUNCATED: The source ends: early"))
    end(parts, 2, Ending("failed", None, "words without a code"))
    end(parts, 3, Ending("failed", None, "NO_SUCH_CODE: of a later version"))
    end(parts, 4, Ending("completed", "results/4", None))
    found = looked(parts)
    by_job = {job["job_id"]: job for job in found["failures"]}
    first = by_job[job_id(1)]
    assert (first["code"], first["sentence"]) == ("SOURCE_TRUNCATED", "The source ends: early")
    assert first["next_step"]
    assert first["result"] == f"/v1/jobs/{job_id(1)}/result"
    assert by_job[job_id(2)]["sentence"] == "words without a code"
    assert by_job[job_id(2)]["result"] is None
    assert by_job[job_id(3)]["code"] == "NO_SUCH_CODE"
    assert by_job[job_id(3)]["next_step"] is None
    ended = [job["ended"] for job in found["failures"]]
    assert ended == sorted(ended, reverse=True)
    assert [job["job_id"] for job in found["completed"]] == [job_id(4)]


@pytest.mark.parametrize("method", ["pending_ids", "counts", "running", "latest"])
def test_a_table_that_is_away_leaves_line_and_storage_told(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    submit(parts, 1)
    monkeypatch.setattr(parts.table, method, away("STORAGE_TABLE_AWAY"))
    found = looked(parts)
    (part,) = found["away"]
    assert (part["part"], part["code"]) == ("table", "STORAGE_TABLE_AWAY")
    assert part["sentence"] == "The job table does not answer"
    assert part["detail"] == "connection refused"
    assert part["next_step"]
    assert found["line"]["waiting"] == 1
    assert found["lost"] is None


def test_a_queue_that_is_away_leaves_the_table_told(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(parts, 1)
    monkeypatch.setattr(parts.queue, "waiting", away("STORAGE_QUEUE_AWAY"))
    found = looked(parts)
    assert [part["part"] for part in found["away"]] == ["queue"]
    assert (found["line"], found["lost"]) == (None, None)
    assert found["counts"]["pending"] == 1


def test_each_part_that_is_away_is_told_once(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.table, "pending_ids", away("STORAGE_TABLE_OLD"))
    monkeypatch.setattr(parts.queue, "waiting", away("STORAGE_QUEUE_AWAY"))
    monkeypatch.setattr(parts.storage, "look", away("STORAGE_OBJECTS_AWAY"))
    found = looked(parts)
    assert [part["part"] for part in found["away"]] == ["queue", "table", "storage"]
