"""Limits of time, a clip that stands still, and people who stop a run."""

from __future__ import annotations

import json
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from proxx_engine import Tools
from tests.faults.conftest import Try
from tests.faults.scenes import (
    ffmpegs_below,
    proxies,
    proxx,
    read_result,
    start_proxx,
    wait_until,
    with_limits,
    wrap_ffmpeg,
    write_jobs,
)

pytestmark = pytest.mark.usefixtures("nothing_left")

SLEEPS = "sleep 60 & wait"
BUSY = "while :; do :; done"


@dataclass
class Flags:
    """Stop flags that a test sets."""

    soft: bool = False
    hard: bool = False
    lost: bool = False


def test_a_clip_that_takes_longer_than_its_limit_is_ended(
    attempt: Try, tools: Tools, tmp_path: Path
) -> None:
    started = time.monotonic()
    ran = attempt(
        change=with_limits(clip_timeout_seconds=1),
        tools=wrap_ffmpeg(tools, tmp_path, encode=BUSY),
    )
    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_TIMEOUT"
    assert "after 1 s" in ran.result.failure.sentence
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "encode",
    [pytest.param(SLEEPS, id="sleeps"), pytest.param("kill -STOP $$", id="is stopped by a signal")],
)
def test_an_ffmpeg_that_stands_still_is_ended(
    attempt: Try, tools: Tools, tmp_path: Path, encode: str
) -> None:
    ran = attempt(
        change=with_limits(stall_seconds=1), tools=wrap_ffmpeg(tools, tmp_path, encode=encode)
    )
    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_STALLED"


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(f"timeout 2 sh -c '{BUSY}'", id="uses the processor"),
        pytest.param(
            'for n in 1 2 3 4 5 6 7 8; do sleep 0.3; echo >> "${out:-/dev/null}"; done',
            id="writes its file",
        ),
    ],
)
def test_an_ffmpeg_that_works_is_not_called_still(
    attempt: Try, tools: Tools, tmp_path: Path, encode: str
) -> None:
    from tests.faults.scenes import OUTPUT

    body = f'{OUTPUT}; {encode}; rm -f "$out"; exec "$real" "$@"'
    ran = attempt(
        change=with_limits(stall_seconds=1), tools=wrap_ffmpeg(tools, tmp_path, encode=body)
    )
    assert ran.result.status == "COMPLETED", ran.result.failure


def test_a_hard_stop_ends_the_running_clip(attempt: Try, tools: Tools, tmp_path: Path) -> None:
    flags = Flags()
    threading.Timer(0.5, lambda: setattr(flags, "hard", True)).start()
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, encode=SLEEPS), stop=flags)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_STOPPED"
    assert ran.result.clips[0].status == "FAILED"


def test_a_soft_stop_before_the_first_clip_runs_nothing(attempt: Try) -> None:
    ran = attempt(stop=Flags(soft=True))

    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_STOPPED"
    assert [clip.status for clip in ran.result.clips] == ["NOT_RUN"]


def test_the_first_signal_lets_the_clip_finish_and_starts_no_other(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    jobs = _two_jobs(clip, tools, tmp_path, out)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode='sleep 1; exec "$real" "$@"')
    running = start_proxx("run", *jobs, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: ffmpegs_below(out))
    running.send_signal(signal.SIGINT)
    _said, complained = running.communicate(timeout=30)

    assert running.returncode == 130
    assert "finishing the running clip" in complained
    assert proxies(out) == ["one.mov"]
    assert read_result(jobs[0])["status"] == "COMPLETED"
    assert not jobs[1].with_name(jobs[1].name.replace(".job.", ".result.")).exists()


def test_the_second_signal_ends_the_clip(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    jobs = _two_jobs(clip, tools, tmp_path, out)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=SLEEPS)
    running = start_proxx("run", *jobs, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: ffmpegs_below(out))
    running.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)

    assert running.returncode == 130
    assert proxies(out) == []
    assert read_result(jobs[0])["failure"]["code"] == "ENCODE_STOPPED"


def test_a_stop_of_the_terminal_is_not_passed_on_to_ffmpeg(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode='sleep 0.7; exec "$real" "$@"')
    running = start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg)
    encoder = wait_until(lambda: ffmpegs_below(out))[0]
    assert _session(encoder) != _session(psutil.Process(running.pid))
    running.communicate(timeout=30)
    assert running.returncode == 0


def _session(process: psutil.Process) -> int:
    import os

    return os.getsid(process.pid)


def _two_jobs(clip: Path, tools: Tools, folder: Path, out: Path) -> list[Path]:
    jobs = []
    for name in ("one", "two"):
        source = folder / f"{name}.mp4"
        source.write_bytes(clip.read_bytes())
        jobs += write_jobs(source, out, tools)
    return jobs


@pytest.mark.parametrize(
    ("second", "code"),
    [
        pytest.param("good", 0, id="both good"),
        pytest.param("damaged", 1, id="one fails"),
        pytest.param("no place", 3, id="one has no place"),
        pytest.param("wrong", 2, id="one is wrong"),
    ],
)
def test_several_jobs_end_with_the_gravest_code_and_each_runs(
    clip: Path, tools: Tools, tmp_path: Path, out: Path, second: str, code: int
) -> None:
    good, other = _two_jobs(clip, tools, tmp_path, out)
    if second == "damaged":
        (tmp_path / "two.mp4").write_bytes(b"no media")
    elif second == "no place":
        spec = json.loads(other.read_text("utf-8"))
        spec["output"]["directory"] = str(tmp_path / "unmounted")
        other.write_text(json.dumps(spec), "utf-8")
    elif second == "wrong":
        other.write_text("{}", "utf-8")
    # The failing one first: what befalls it must not keep the other from running.
    ended = proxx("run", other, good)

    assert ended.returncode == code, ended.stdout + ended.stderr
    ran = proxies(out)
    assert ("one.mov" in ran) is (code != 2), "a wrong request runs none; else each runs"
    assert ("two.mov" in ran) is (code == 0)


def test_an_unmounted_volume_is_not_replaced_by_a_new_folder_between_two_clips(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    from proxx_engine import CreationRequest, create_jobs, find_profile
    from tests.support import CREATED_BY, execute

    footage, place = tmp_path / "footage", tmp_path / "volume"
    footage.mkdir()
    place.mkdir()
    for name in ("one.mp4", "two.mp4"):
        (footage / name).write_bytes(clip.read_bytes())
    request = CreationRequest(
        (footage,), place, find_profile("prores_proxy"), CREATED_BY, clips_per_job=2
    )
    spec = create_jobs(request, prober=tools.prober).jobs[0].spec

    class Unmounting(Flags):
        """The volume goes when the engine asks, before the second clip, whether to stop."""

        asked = 0

        def __getattribute__(self, name: str) -> object:
            if name == "soft":
                type(self).asked += 1
                if type(self).asked == 2:
                    place.rename(tmp_path / "away")
                return False
            return super().__getattribute__(name)

    ran = execute(spec, out, tools, stop=Unmounting())
    assert ran.result.failure is not None
    assert (ran.result.status, ran.result.failure.code) == ("PARTIAL", "STORAGE_OUTPUT_MISSING")
    assert not place.exists()
    assert proxies(tmp_path / "away") == ["one.mov"]
