"""A watch that goes on: what drops in, what it says meanwhile, how it is ended or killed."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools
from sidecar.folders.heartbeats import read_heartbeats
from sidecar.folders.layout import WatchFolder
from tests.faults.scenes import leavings, start_proxx, wait_until, wrap_ffmpeg
from tests.faults.warm_proxx import run_warm as proxx
from tests.folders.scenes import make_spec, submit
from tests.watch.looking import homes, running, the_result


class Waiting:
    """An FFmpeg that does not begin to encode before it may."""

    def __init__(self, tools: Tools, folder: Path) -> None:
        self._shut = folder / "shut"
        self._shut.touch()
        encode = f'while [ -e "{self._shut}" ]; do sleep 0.05; done; exec "$real" "$@"'
        self.path = wrap_ffmpeg(tools, folder, encode=encode).ffmpeg

    def begin(self) -> None:
        self._shut.unlink()


@pytest.fixture
def waiting(tools: Tools, tmp_path: Path) -> Waiting:
    return Waiting(tools, tmp_path)


def test_the_first_signal_finishes_the_clip_the_second_ends_it(
    folder: WatchFolder, good: JobSpec, waiting: Waiting, tmp_path: Path
) -> None:
    submit(folder, good, make_spec(tmp_path / "proxies", 2))
    watch = start_proxx("watch", folder.root, "--ffmpeg", waiting.path)
    wait_until(lambda: running(folder))
    watch.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    waiting.begin()
    out, err = watch.communicate(timeout=120)
    assert watch.returncode == 130
    assert "finishing the running clip" in err
    assert homes(folder, "completed") == ["good"], out
    assert len(list(folder.pending.iterdir())) == 1


def test_the_second_signal_ends_the_clip(
    folder: WatchFolder, long: JobSpec, tmp_path: Path
) -> None:
    submit(folder, long)
    watch = start_proxx("watch", folder.root)
    wait_until(lambda: running(folder))
    watch.send_signal(signal.SIGINT)
    time.sleep(0.3)
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=60)
    assert watch.returncode == 130
    assert homes(folder, "failed") == ["long"]
    assert the_result(folder, "long")["failure"]["code"] == "ENCODE_STOPPED"
    assert leavings(tmp_path / "proxies") == []


def test_stop_asks_a_worker_by_name_and_drain_lets_it_finish(
    folder: WatchFolder, good: JobSpec, waiting: Waiting
) -> None:
    submit(folder, good)
    watch = start_proxx("watch", folder.root, "--workers", "2", "--ffmpeg", waiting.path)
    try:
        wait_until(lambda: running(folder))
        workers = [beat.worker for beat in read_heartbeats(folder)]
        assert len(workers) == 2
        wrong = proxx("stop", folder.root, "nobody")
        assert wrong.returncode == 2
        assert workers[0] in wrong.stderr
        assert proxx("stop", folder.root, workers[1]).returncode == 0
        time.sleep(1.5)
        assert watch.poll() is None
        asked = proxx("stop", folder.root, "--drain")
        assert asked.returncode == 0
        assert "finishes the running one" in asked.stdout
    finally:
        waiting.begin()
        watch.communicate(timeout=120)
    assert watch.returncode == 130
    assert homes(folder, "completed") == ["good"]
    assert list(folder.workers.iterdir()) == []


@pytest.mark.slow
def test_a_heartbeat_tells_job_and_clip(folder: WatchFolder, long: JobSpec) -> None:
    submit(folder, long)
    watch = start_proxx("watch", folder.root)
    try:
        beat = wait_until(
            lambda: next((b for b in read_heartbeats(folder) if b.clip is not None), None), 40
        )
        assert beat.job_id == long.job_id
        assert beat.clip == long.clips[0].output_name
        assert beat.state == "running"
        assert (folder.root / str(beat.job_folder)).is_dir()
    finally:
        watch.send_signal(signal.SIGINT)
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=60)


def test_what_a_killed_watcher_left_is_settled_by_the_next(
    folder: WatchFolder, long: JobSpec, good: JobSpec, tmp_path: Path
) -> None:
    submit(folder, long, good)
    watch = start_proxx("watch", folder.root)
    wait_until(lambda: running(folder))
    watch.kill()
    watch.communicate()
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 1
    assert "was interrupted" in done.stdout
    assert homes(folder, "failed") == ["long"]
    assert homes(folder, "completed") == ["good"]
    assert the_result(folder, "long")["failure"]["code"] == "CLAIM_INTERRUPTED"
    assert leavings(tmp_path) == []
    assert list(read_heartbeats(folder)) == []


def test_ffmpeg_that_goes_away_meanwhile_blocks_and_costs_no_job(
    folder: WatchFolder, good: JobSpec, tools: Tools, tmp_path: Path
) -> None:
    own = tmp_path / "ffmpeg"
    own.symlink_to(tools.ffmpeg)
    watch = start_proxx("watch", folder.root, "--ffmpeg", own, "--poll-seconds", "0.2")
    try:
        wait_until(lambda: list(read_heartbeats(folder)))
        time.sleep(0.5)
        own.unlink()
        submit(folder, good)
        time.sleep(1.5)
        assert len(list(folder.pending.iterdir())) == 1
        own.symlink_to(tools.ffmpeg)
        wait_until(lambda: homes(folder, "completed"), 60)
    finally:
        watch.send_signal(signal.SIGINT)
        out, _err = watch.communicate(timeout=60)
    assert "TOOL_FFMPEG_MISSING" in out


def test_a_drop_starts_within_one_poll(folder: WatchFolder, good: JobSpec) -> None:
    watch = start_proxx("watch", folder.root, "--poll-seconds", "0.5")
    try:
        wait_until(lambda: list(read_heartbeats(folder)))
        submit(folder, good)
        dropped = time.monotonic()
        wait_until(lambda: not list(folder.pending.iterdir()), 20)
        assert time.monotonic() - dropped < 10  # one poll, on a machine however busy
        wait_until(lambda: homes(folder, "completed"), 60)
    finally:
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=60)
    assert watch.returncode == 130
