"""One bounded run of a tool: limits, life signs, messages, the end of everything it started."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from proxx_engine.system.process import Limits, NeverStop, Outcome, run_briefly, run_tool

PATIENT = Limits(timeout_seconds=30, stall_seconds=30)


def run(script: str, folder: Path, limits: Limits = PATIENT) -> Outcome:
    """Run a shell script as a tool."""
    return run_tool(
        ["/bin/sh", "-c", script],
        folder=folder,
        log=folder / "log",
        limits=limits,
        stop=NeverStop(),
        growing=folder / "growing",
    )


def test_messages_are_appended_and_the_working_folder_is_the_given_one(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before\n")
    assert run("pwd >&2; exit 5", tmp_path) == Outcome("exited", 5)
    assert (tmp_path / "log").read_text() == f"before\n{tmp_path}\n"


def test_the_end_is_noticed_without_delay(tmp_path: Path) -> None:
    begun = time.monotonic()
    run("exit 0", tmp_path)
    assert time.monotonic() - begun < 0.4


def test_a_tool_that_closes_its_outputs_is_still_waited_for(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert run("exec >&- 2>&-; sleep 0.7; exit 4", tmp_path) == Outcome("exited", 4)
    assert time.monotonic() - begun > 0.6


def test_a_grandchild_that_holds_the_outputs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert run("sleep 20 & exit 0", tmp_path) == Outcome("exited", 0)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("script", "limits", "ending"),
    [
        pytest.param("sleep 20 & wait", Limits(1, 30), "timeout", id="too long"),
        pytest.param("sleep 20 & wait", Limits(30, 1), "stalled", id="no sign of life"),
        pytest.param("kill -STOP $$", Limits(30, 1), "stalled", id="stopped"),
    ],
)
def test_a_limit_ends_the_tool(tmp_path: Path, script: str, limits: Limits, ending: str) -> None:
    begun = time.monotonic()
    outcome = run(script, tmp_path, limits)
    assert (outcome.ending, outcome.exit_code) == (ending, -9)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done", id="uses the processor"),
        pytest.param("for n in 1 2 3 4 5 6; do echo >> growing; sleep 0.3; done", id="writes"),
    ],
)
def test_a_sign_of_life_is_enough(tmp_path: Path, script: str) -> None:
    assert run(script, tmp_path, Limits(30, 1)).ending == "exited"


def test_a_flood_of_messages_ends_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxx_engine.system.process.MAX_LOG_BYTES", 100_000)
    assert run("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa >&2; done", tmp_path) == Outcome(
        "flooded", -9
    )


def test_an_earlier_run_in_the_same_log_is_no_flood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxx_engine.system.process.MAX_LOG_BYTES", 100_000)
    (tmp_path / "log").write_bytes(bytes(99_000))
    said = "head -c 60000 /dev/zero >&2; sleep 0.8"
    assert run(said, tmp_path) == Outcome("exited", 0)


def test_a_tool_that_answers_too_late_is_told(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="no answer within 1 s"):
        run_briefly(["/bin/sleep", "20"], timeout_seconds=1)
