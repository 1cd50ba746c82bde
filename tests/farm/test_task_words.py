"""What a task says to the farm: its own words, and nobody else's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from proxx_engine import Tools
from sidecar.farm.lines import fail_line, harmless, standing, tell_changes
from tests.farm.task_scenes import Bundle, heard, needs_full
from tests.farm.task_scenes import bundle as bundle
from tests.faults.scenes import wrap_ffmpeg

SPEAKING = (
    "openjd_fail: taken over",
    "openjd_env: A=B",
    "openjd_env take 2",
    "OpenJD_Redacted_Env: A=B",
    "openjd_progress: 99",
    "openjd_session_runtime_loglevel: ERROR",
)


@pytest.mark.parametrize("name", SPEAKING)
def test_no_name_of_a_clip_speaks_for_us(bundle: Bundle, name: str) -> None:
    bundle.proxx.shoot("A.mov", "B.mov")
    footage = bundle.here / "footage"
    for clip in ("A.mov", "B.mov"):
        (footage / clip).rename(footage / f"{name}{clip}")
    bundle.make(f"{name}A.mov", f"{name}B.mov", clips_per_job=2)
    said = bundle.task(1)
    assert said.code == 0, said.err
    told = heard(said.out + said.err)
    assert [each[0] for each in told] == ["progress", "status"]
    assert told == [("progress", 100.0, False), ("status", "COMPLETED", False)]


def test_no_word_of_an_ffmpeg_speaks_for_us(bundle: Bundle, tools: Tools) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    words = "; ".join(f"echo '{line}' >&2; echo '{line}'" for line in SPEAKING)
    wrapped = wrap_ffmpeg(tools, bundle.here, encode=f"{words}; exit 1")
    said = bundle.task(1, "--ffmpeg", wrapped.ffmpeg)
    assert said.code == 1
    told = [each for each in heard(said.out + said.err) if each[0] not in ("progress", "status")]
    failure = bundle.result(1).failure
    assert failure is not None
    assert told == [("fail", f"{failure.code}: {failure.sentence}", False)]


def test_no_word_of_a_wrong_job_speaks_for_us(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    (job,) = bundle.make("A.mov")
    text = job.read_text("utf-8")
    for word in SPEAKING:
        job.write_text(text.replace('"label"', f'"{word}": 1, "label"', 1), "utf-8")
        said = bundle.task(1)
        assert said.code == 2
        assert [each[0::2] for each in heard(said.out + said.err)] == [("fail", False)]


@pytest.mark.parametrize("line", [*SPEAKING, "    openjd_env x", "openjd_fail: a\nopenjd_env: b"])
def test_a_line_for_people_is_heard_by_no_runtime(line: str) -> None:
    assert heard(harmless(line)) == []
    assert "\n" not in harmless(line)


def test_a_failure_is_one_line_that_no_runtime_cuts() -> None:
    line = fail_line("ENCODE_FAILED", "a\nopenjd_env: b\r\x85" + "x" * 100_000)
    assert len(line) <= 2000
    assert [each[0] for each in heard(line)] == ["fail"]


def test_where_a_job_stands_is_told_in_finished_clips() -> None:
    facts: list[dict[str, object]] = [
        {"event": "lock_taken"},
        {"event": "job_started", "clips": 3, "worker": "host:1"},
        {"event": "clip_started", "source": "P:\\shoot\\A.mov"},
        {"event": "clip_encoded"},
        {"event": "published"},
        {"event": "clip_started", "source": "/mnt/B.mov"},
        {"event": "published"},
        {"event": "clip_started", "source": "C.mov"},
        {"event": "clip_failed"},
        {"event": "job_finished", "status": "PARTIAL"},
    ]
    said, before = [], None
    for number in range(len(facts) + 1):
        now = standing(facts[:number], "host:1")
        said += tell_changes(before, now)
        before = now
    assert said == [
        "openjd_progress: 0",
        "openjd_status: looking at the place and the sources",
        "openjd_status: clip 1 of 3: encoding A.mov",
        "openjd_status: clip 1 of 3: proving A.mov",
        "openjd_progress: 33.33",
        "openjd_status: clip 2 of 3: encoding B.mov",
        "openjd_progress: 66.67",
        "openjd_status: clip 3 of 3: encoding C.mov",
        "openjd_status: PARTIAL",
    ]
    assert tell_changes(before, standing(facts, "host:1")) == []
    assert tell_changes(None, standing(facts, "host:2")) == []


@pytest.mark.parametrize(
    "facts",
    [
        [{"event": "job_started", "clips": "openjd"}],
        [{"event": "job_started"}, {"event": "published"}],
        [{"event": "job_started", "clips": 1}, {"event": "published"}, {"event": "published"}],
        [{"event": "job_started", "clips": -1}],
        [{"event": "clip_started", "source": ["a"]}],
        [{"event": "job_started", "clips": 10**400}],
    ],
)
def test_a_journal_that_was_tampered_with_breaks_nothing(facts: list[dict[str, object]]) -> None:
    start: dict[str, object] = {"event": "lock_taken", "worker": "host:1"}
    for line in tell_changes(None, standing([start, *facts], "host:1")):
        assert heard(line), line


def test_a_reader_that_goes_away_does_not_end_the_job(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    process = bundle.start_cold(1)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert bundle.result(1).status == "COMPLETED"


@needs_full
def test_a_log_that_is_full_does_not_end_the_job(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    with open("/dev/full", "w") as full:
        process = bundle.start_cold(1, stdout=full, stderr=subprocess.STDOUT)
        assert process.wait(timeout=60) == 0
    assert bundle.result(1).status == "COMPLETED"


def test_names_that_the_log_cannot_hold_are_told_all_the_same(bundle: Bundle) -> None:
    bundle.proxx.shoot("Sonnenblume 🌻.mov")
    bundle.make("Sonnenblume 🌻.mov")
    process = bundle.start_cold(1, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Sonnenblume \\U0001f33b  COMPLETED" in said


def test_the_outputs_of_a_task_are_lines_for_people_too(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    last = bundle.task(1).out.splitlines()[-1]
    assert last.startswith("task 1  A  COMPLETED  ")
    assert Path(bundle.result(1).clips[0].output.path).exists()
