"""kill -9 in mid-encode: of FFmpeg, of its lifeline, of the whole command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from proxx_engine import Tools, is_interrupted, place_of_job
from tests.faults.conftest import Try
from tests.faults.scenes import (
    ffmpegs_below,
    leavings,
    proxies,
    proxx,
    read_result,
    running_below,
    start_proxx,
    wait_until,
    words_of,
    wrap_ffmpeg,
    write_jobs,
)

SLOW = "sleep 60 & wait"
"""An encode that lasts, with a grandchild of its own."""


def lifelines(folder: Path) -> list[psutil.Process]:
    return [p for p in running_below(folder) if "lifeline.py" in " ".join(words_of(p)[:5])]


def sleepers() -> set[int]:
    """The grandchildren: their command names no folder."""
    return {p.pid for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "60"]}


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "victim", [pytest.param(ffmpegs_below, id="FFmpeg"), pytest.param(lifelines, id="its lifeline")]
)
def test_a_killed_encode_fails_its_clip_and_leaves_nothing(
    attempt: Try,
    tools: Tools,
    tmp_path: Path,
    out: Path,
    victim: Callable[[Path], list[psutil.Process]],
) -> None:
    before = sleepers()

    def kill() -> None:
        wait_until(lambda: sleepers() - before)
        wait_until(lambda: victim(out))[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, encode=SLOW))
    killer.join()

    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_KILLED"
    assert proxies(out) == []
    wait_until(lambda: sleepers() <= before)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "also_the_lifeline",
    [pytest.param(False, id="the command"), pytest.param(True, id="the command and its lifeline")],
)
def test_a_killed_command_takes_ffmpeg_with_it_and_the_next_run_tells_the_truth(
    clip: Path, tools: Tools, tmp_path: Path, out: Path, also_the_lifeline: bool
) -> None:
    before = sleepers()
    (job,) = write_jobs(clip, out, tools)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=SLOW)
    running = start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: sleepers() - before)
    held = lifelines(out)
    if also_the_lifeline:
        held[0].send_signal(signal.SIGSTOP)
    running.kill()
    if also_the_lifeline:
        held[0].kill()
    running.communicate()

    wait_until(lambda: not running_below(out), seconds=5)
    wait_until(lambda: sleepers() <= before, seconds=5)
    assert is_interrupted(place_of_job(job).journal)

    ended = proxx("run", job)
    result = read_result(job)
    assert ended.returncode == 1
    assert (result["status"], result["failure"]["code"]) == ("FAILED", "CLAIM_INTERRUPTED")
    assert proxies(out) == []
    assert leavings(out) == []

    again = proxx("run", job)
    assert again.returncode == 2, "a job that was settled is never run again"
    assert proxies(out) == []


@pytest.mark.usefixtures("nothing_left")
def test_a_command_killed_while_it_stands_still_leaves_no_process(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode="kill -STOP $$")
    running = start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: [p for p in ffmpegs_below(out) if p.status() == psutil.STATUS_STOPPED])
    running.kill()
    running.communicate()

    wait_until(lambda: not running_below(out), seconds=5)
    assert proxx("run", job).returncode == 1
