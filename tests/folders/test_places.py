"""Places that jobs cannot work in: nothing is claimed for them, and others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import JobExecutionResult, JobSpec, RequestError, Tools, reject
from proxx_engine.errors import Issue
from sidecar.folders import places as module
from sidecar.folders.places import FIRST_PAUSE_SECONDS, Places
from tests.folders.scenes import here, make_spec


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(clock: Clock) -> Places:
    return Places(2.0, clock)


def failed(code: str) -> JobExecutionResult:
    return reject(RequestError((Issue(code, "", "as a test says"),)), worker=here()[0])


def test_a_missing_folder_keeps_its_jobs_waiting_until_it_is_there(
    known: Places, clock: Clock, tools: Tools, tmp_path: Path
) -> None:
    away = make_spec(tmp_path / "away", 1)
    block = known.why_not("1", away, tools)
    assert block is not None
    assert (block.code, block.place) == ("STORAGE_OUTPUT_MISSING", str(tmp_path / "away"))
    assert known.blocks() == (block,)
    assert known.is_known_blocked("1")
    assert known.why_not("2", make_spec(tmp_path, 2), tools) is None
    (tmp_path / "away").mkdir()
    assert known.why_not("1", away, tools) is not None  # not looked at again within one poll
    clock.now += 2.5
    assert not known.is_known_blocked("1")
    assert known.why_not("1", away, tools) is None
    assert known.blocks() == ()


def test_another_job_of_a_blocked_place_is_not_even_looked_at(
    known: Places, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known.why_not("1", make_spec(tmp_path / "away", 1), tools)
    monkeypatch.setattr(module, "look_at_place", None)
    assert known.why_not("2", make_spec(tmp_path / "away", 2), tools)
    assert known.is_known_blocked("2")


def test_a_failed_disk_costs_one_job_then_the_claiming_stops(
    known: Places, clock: Clock, tools: Tools, tmp_path: Path
) -> None:
    spec = make_spec(tmp_path, 1)
    assert known.why_not("1", spec, tools) is None
    block = known.learn(spec, failed("STORAGE_FAILED"), tools)
    assert block is not None
    assert known.why_not("2", make_spec(tmp_path, 2), tools) == block
    clock.now += FIRST_PAUSE_SECONDS + 1
    assert known.why_not("2", spec, tools) is None
    assert known.learn(spec, failed("STORAGE_FAILED"), tools)
    clock.now += FIRST_PAUSE_SECONDS + 1
    assert known.why_not("2", spec, tools) is not None  # the second pause is longer
    clock.now += FIRST_PAUSE_SECONDS
    assert known.why_not("2", spec, tools) is None


def test_a_full_disk_must_have_more_room_than_when_it_cost_a_job(
    known: Places, clock: Clock, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec(tmp_path, 1)
    room = {"free": 1_000_000_000}
    monkeypatch.setattr(module, "free_bytes", lambda _folder: room["free"])
    assert known.learn(spec, failed("STORAGE_FULL"), tools)
    clock.now += FIRST_PAUSE_SECONDS + 1
    assert known.why_not("2", spec, tools) is not None
    room["free"] = 1_200_000_000
    clock.now += 3
    assert known.why_not("2", spec, tools) is None


@pytest.mark.parametrize("code", ["SOURCE_MISSING", "ENCODE_FAILED", "VERIFY_FRAMES"])
def test_a_clips_own_failure_blocks_nobody(
    known: Places, tools: Tools, tmp_path: Path, code: str
) -> None:
    spec: JobSpec = make_spec(tmp_path, 1)
    assert known.learn(spec, failed(code), tools) is None
    assert known.blocks() == ()


def test_what_is_gone_is_forgotten(known: Places, tools: Tools, tmp_path: Path) -> None:
    known.why_not("1", make_spec(tmp_path / "away", 1), tools)
    known.forget_all_but({"2"})
    assert not known.is_known_blocked("1")
