"""One bounded run of a tool: limits, life signs, messages, the end of everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from proxx_engine.system import process as process_module
from proxx_engine.system.process import Limits, Outcome, end_tools_in, run_briefly, run_tool
from proxx_engine.system.stopping import NeverStop
from tests.faults.scenes import is_over, start_orphan

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


def test_a_tool_that_only_wakes_up_now_and_then_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg looks twice a second whether to end: in minutes that comes to a tick of the clock."""
    began = time.monotonic()

    def sixty_times_as_fast() -> float:
        return (time.monotonic() - began) * 60

    monkeypatch.setattr(process_module, "monotonic_seconds", sixty_times_as_fast)
    monkeypatch.setattr(process_module, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(
        process_module, "_cpu_seconds", lambda _pid: sixty_times_as_fast() // 20 * 0.01
    )
    assert run("sleep 20", tmp_path, Limits(6000, 60)) == Outcome("stalled", -9)
    assert 60 <= sixty_times_as_fast() < 200


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


@pytest.fixture
def start() -> Iterator[Callable[[Path, Path], psutil.Process]]:
    """Return a function that starts an orphan; all are ended afterwards."""
    started: list[psutil.Process] = []

    def begin(folder: Path, named: Path) -> psutil.Process:
        started.append(start_orphan(folder, named))
        return started[-1]

    yield begin
    for process in started:
        if process.is_running():
            os.killpg(process.pid, signal.SIGKILL)


Start = Callable[[Path, Path], psutil.Process]


def test_what_works_in_a_folder_and_names_it_is_ended(tmp_path: Path, start: Start) -> None:
    work = tmp_path / ".proxx-12345678"
    orphan = start(work / ".witnesses", work / "clip.mov")
    stopped = start(work, work / "clip.mov")
    stopped.suspend()
    assert end_tools_in(work)
    assert is_over(orphan)
    assert is_over(stopped)


def test_what_only_names_the_folder_or_only_works_there_is_left_alone(
    tmp_path: Path, start: Start
) -> None:
    work = tmp_path / ".proxx-12345678"
    living = [
        start(tmp_path, work / "clip.mov"),
        start(work, tmp_path / "other.mov"),
        start(work, tmp_path / ".proxx-123456789" / "clip.mov"),
    ]
    assert end_tools_in(work)
    assert not any(is_over(process) for process in living)


def test_what_we_started_ourselves_is_no_orphan(tmp_path: Path) -> None:
    words = ("/bin/sh", "-c", "sleep 60 & wait", "ffmpeg", f"file:{tmp_path}/clip.mov")
    with subprocess.Popen(words, cwd=tmp_path) as ours:
        assert end_tools_in(tmp_path)
        assert ours.poll() is None
        for below in psutil.Process(ours.pid).children():
            below.kill()


def test_a_folder_that_nobody_knows_has_nothing_to_end(tmp_path: Path) -> None:
    assert end_tools_in(tmp_path / ".proxx-12345678")


def test_what_cannot_be_ended_is_told(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / ".proxx-12345678"
    orphan = start(work, work / "clip.mov")

    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    with monkeypatch.context() as closed:
        closed.setattr(psutil.Process, "kill", refuse)
        closed.setattr("proxx_engine.system.process._END_SECONDS", 0.2)
        assert not end_tools_in(work)
    assert not is_over(orphan)


def test_a_tool_that_answers_too_late_is_told(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="no answer within 1 s"):
        run_briefly(["/bin/sleep", "20"], timeout_seconds=1)
