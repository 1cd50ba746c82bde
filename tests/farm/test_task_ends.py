"""How a task ends that a farm stops, kills, or starts a second time."""

from __future__ import annotations

import json
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proxx_engine import Tools, place_of_job
from sidecar.farm.notice import NOTICE, read_notice
from tests.farm.task_scenes import Bundle, heard, holding, kill, write_rules
from tests.farm.task_scenes import bundle as bundle
from tests.faults.scenes import ffmpegs_below, leavings, running_below, wait_until
from tests.faults.warm_proxx import WarmProcess


@pytest.fixture
def two(bundle: Bundle) -> Bundle:
    """One task of two clips."""
    bundle.proxx.shoot("A.mov", "B.mov")
    bundle.make("A.mov", "B.mov", clips_per_job=2)
    return bundle


def held(bundle: Bundle, ffmpeg: Path, *more: object) -> WarmProcess:
    """Start task 1 and wait until it encodes."""
    process = bundle.start(1, "--ffmpeg", ffmpeg, *more)
    wait_until(lambda: ffmpegs_below(bundle.here / "out"))
    return process


def test_the_first_signal_lets_the_clip_finish_and_starts_no_other(
    two: Bundle, tools: Tools
) -> None:
    process = held(two, holding(tools, two.here, seconds=2.5))
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert [clip.status for clip in two.result(1).clips] == ["COMPLETED", "NOT_RUN"]
    told = heard(said)
    assert ("status", "clip 1 of 2: encoding A.mov", False) in told
    assert ("progress", 50.0, False) in told
    assert told[-1] == ("fail", "ENCODE_STOPPED: A person stopped the job", False)
    assert two.task(1).code == 130


def test_a_job_that_is_done_when_it_ends_is_done(bundle: Bundle, tools: Tools) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    process = held(bundle, holding(tools, bundle.here, seconds=0.5))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (process.returncode, bundle.result(1).status) == (0, "COMPLETED")


def test_the_second_signal_ends_the_clip_and_writes_the_truth(two: Bundle, tools: Tools) -> None:
    process = held(two, holding(tools, two.here))
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - begun < 10
    assert [clip.status for clip in two.result(1).clips] == ["FAILED", "NOT_RUN"]
    assert leavings(two.here / "out") == []


def test_the_truth_is_written_before_the_farm_kills(two: Bundle, tools: Tools) -> None:
    session = two.here / "session"
    session.mkdir()
    rules = write_rules(session / "rules.json")
    process = held(two, holding(tools, two.here), "--rules", rules)
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=9)
    (session / NOTICE).write_text(json.dumps({"NotifyEnd": f"{end:%Y-%m-%dT%H:%M:%SZ}"}))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert datetime.now(UTC) < end
    assert process.returncode == 130
    assert [clip.status for clip in two.result(1).clips] == ["FAILED", "NOT_RUN"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"NotifyEnd": 7}',
        '{"NotifyEnd": "soon"}',
        '{"NotifyEnd": "2026-01-31T12:00:00"}',
        "[" * 9000,
    ],
)
def test_a_notice_that_says_nothing_is_none(tmp_path: Path, text: str) -> None:
    assert read_notice(tmp_path / NOTICE) is None
    (tmp_path / NOTICE).write_text(text, "utf-8")
    assert read_notice(tmp_path / NOTICE) is None


def test_a_task_whose_reader_is_gone_ends_in_order_when_it_is_asked(
    two: Bundle, tools: Tools
) -> None:
    process = two.start_cold(1, "--ffmpeg", holding(tools, two.here))
    wait_until(lambda: ffmpegs_below(two.here / "out"))
    assert process.stdout is not None
    process.stdout.close()
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 130
    failure = two.result(1).failure
    assert failure is not None
    assert failure.code == "ENCODE_STOPPED"


def test_a_killed_task_is_settled_by_the_next_and_not_run(two: Bundle, tools: Tools) -> None:
    process = held(two, holding(tools, two.here, only="B.mov"))
    wait_until(lambda: (two.here / "out" / "A.mov").exists())
    wait_until(lambda: ffmpegs_below(two.here / "out"))
    kill(process)
    before = two.proxies()
    said = two.task(1)
    assert said.code == 1
    assert heard(said.out)[-1][1].startswith("CLAIM_INTERRUPTED: The process that ran the job is")
    assert [clip.status for clip in two.result(1).clips] == ["COMPLETED", "FAILED"]
    assert two.proxies() == before
    assert leavings(two.here) == []
    assert two.task(1).code == 1
    wait_until(lambda: not running_below(two.here / "out"))


def test_a_task_that_runs_is_not_run_a_second_time(two: Bundle, tools: Tools) -> None:
    process = held(two, holding(tools, two.here))
    said = two.task(1)
    assert said.code == 1
    told = heard(said.out)[-1]
    assert told[1].startswith("CLAIM_LOCKED: The job is being run by another process")
    assert f"proxx release {two.job(1)} --reason TEXT" in said.out
    assert len(heard(said.out)) == 1
    assert not place_of_job(two.job(1)).result.exists()
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert two.result(1).status == "FAILED"


def test_a_task_of_a_host_that_is_gone_is_a_persons_to_settle(two: Bundle, tools: Tools) -> None:
    process = held(two, holding(tools, two.here))
    kill(process)
    wait_until(lambda: not ffmpegs_below(two.here / "out"))
    lock = place_of_job(two.job(1)).lock
    told = json.loads(lock.read_bytes())
    told["owner"] |= {"machine_id": "another", "boot_id": "another", "host": "node-7"}
    lock.write_text(json.dumps(told), "utf-8")
    for _ in range(2):
        said = two.task(1)
        assert said.code == 1
        assert heard(said.out)[-1][1].startswith("CLAIM_LOCKED: ")
        assert f"proxx release {two.job(1)} --reason TEXT" in said.out
    assert not place_of_job(two.job(1)).result.exists()
    assert two.proxies() == {}
