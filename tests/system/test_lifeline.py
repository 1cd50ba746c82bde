"""The lifeline passes on how a command ends, and ends the command when its parent is gone."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from proxx_engine.system import lifeline

START = [sys.executable, "-I", "-S", str(lifeline.__file__)]


def run(*command: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command on a lifeline that stays open."""
    with subprocess.Popen(
        [*START, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said, complained = process.stdout.read(), process.stderr.read()
        return subprocess.CompletedProcess(command, process.wait(), said, complained)


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("code", [0, 1, 69, 183, 228, 255])
def test_an_exit_code_is_passed_on(code: int) -> None:
    assert run("sh", "-c", f"exit {code}").returncode == code


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGPIPE, signal.SIGXFSZ]
)
def test_the_signal_that_ended_the_command_is_passed_on(number: signal.Signals) -> None:
    assert run("sh", "-c", f"ulimit -c 0; kill -{int(number)} $$").returncode == -number


def test_what_the_command_says_is_passed_on_and_its_input_is_empty() -> None:
    ended = run("sh", "-c", "cat; echo said; echo complained >&2")
    assert (ended.stdout, ended.stderr) == (b"said\n", b"complained\n")


@pytest.mark.parametrize("name", ["/nowhere/ffmpeg", "/"])
def test_a_command_that_cannot_start_is_named(name: str) -> None:
    ended = run(name)
    assert ended.returncode == lifeline.CANNOT_START
    assert ended.stderr.startswith(f"[fatal] cannot start {name}: ".encode())


def test_the_command_gets_the_signals_that_python_ignores_back() -> None:
    ended = run("sh", "-c", "grep SigIgn /proc/$$/status || true")
    if not ended.stdout:
        pytest.skip("this system does not show the signals of a process")
    ignored = int(ended.stdout.split()[1], 16)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        assert not ignored >> (number - 1) & 1


PARENT = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=sys.stdout)
child.wait()
"""


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(None, id="alone"),
        pytest.param(signal.SIGKILL, id="after its lifeline"),
        pytest.param(signal.SIGSTOP, id="while its lifeline is stopped"),
    ],
)
def test_a_killed_parent_takes_command_and_grandchildren_with_it(
    first: signal.Signals | None,
) -> None:
    script = "sleep 60 & echo $$ $! $PPID; wait"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *START, "sh", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    command, grandchild, own = map(int, parent.stdout.readline().split())
    if first is not None and sys.platform != "linux":
        pytest.skip("only Linux kills by the kernel")
    if first is not None:
        os.kill(parent.pid, signal.SIGSTOP)
        os.kill(own, first)
    parent.kill()
    parent.communicate()
    assert gone(command)
    assert gone(grandchild)
    assert gone(own)


def test_closing_the_lifeline_ends_a_command_that_is_stopped() -> None:
    process = subprocess.Popen(
        [*START, "sh", "-c", "echo $$; kill -STOP $$"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    command = int(process.stdout.readline())
    process.communicate(timeout=5)
    assert process.returncode == -signal.SIGKILL
    assert gone(command)


def test_a_pause_of_the_command_is_not_its_end() -> None:
    with subprocess.Popen(
        [*START, "sh", "-c", "echo $$; sleep 0.5; exit 7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        command = int(process.stdout.readline())
        os.kill(command, signal.SIGSTOP)
        time.sleep(0.1)
        assert process.poll() is None
        os.kill(command, signal.SIGCONT)
        process.stdout.read()
        assert process.wait() == 7


def test_it_leads_its_own_group_so_that_it_never_kills_its_parents() -> None:
    ended = run("sh", "-c", "ps -o pgid= -p $$ 2>/dev/null || echo -")
    group = ended.stdout.strip()
    assert group == b"-" or int(group) != os.getpgrp()


def test_it_starts_at_once() -> None:
    bare = [sys.executable, "-I", "-S", "-c", "pass"]
    costs = {}
    for name, command in (("bare", bare), ("lifeline", [*START, "true"])):
        seconds = []
        for _ in range(9):
            begun = time.perf_counter()
            with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
                process.wait()
            seconds.append(time.perf_counter() - begun)
        costs[name] = statistics.median(seconds)
    # Its imports cost a few milliseconds; subprocess and threading would cost twenty.
    assert costs["lifeline"] < costs["bare"] + 0.03


def test_it_needs_nothing_of_the_package() -> None:
    assert "proxx" not in Path(lifeline.__file__).read_text("utf-8")
