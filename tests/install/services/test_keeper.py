"""The keeper of launchd's and Task Scheduler's services, run as launchd would run it."""

from __future__ import annotations

import os
import plistlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from install.services import keeper
from install.services.keeping import keeper_code, keeper_words
from install.services.launchd import Launchd
from install.services.manager import (
    ASKED,
    DOWN_FOR_GOOD,
    LOOK_SECONDS,
    MOST_STARTS,
    REST_SECONDS,
    STARTS_WITHIN_SECONDS,
)
from install.services.service import Service, services_of
from sidecar.folders.actions import read_actions
from tests.faults.scenes import proxx, wait_until
from tests.folders.scenes import make_folder
from tests.support import MakeClip

CLIP = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=8", "-c:v", "mjpeg", "-q:v", "2")


@dataclass
class Kept:
    """A keeper that runs."""

    service: Service
    box: Path
    out: Path
    log: Path
    process: subprocess.Popen[bytes]

    def told(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def child(self) -> psutil.Process:
        (found,) = wait_until(lambda: psutil.Process(self.process.pid).children())
        return found


Keep = Callable[..., Kept]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """Start the agent of a watch folder; whatever still runs at the end is ended."""
    place = tmp_path / 'Jürgen\'s 50% "best" takes'
    box, out = place / "box", place / "out"
    for folder in (box, out, tmp_path / "logs"):
        folder.mkdir(parents=True)
    manager = Launchd(agents=tmp_path, keepers=tmp_path / "kept", logs=tmp_path / "logs", uid=501)
    started: list[psutil.Process] = []

    def start(*words: str, made: bool = True) -> Kept:
        if made:
            assert proxx("watch", box, "--once").returncode == 0
        (service,) = services_of(python=Path(sys.executable), watch=box, words=words)
        for path, content in manager.files(service).items():
            Path(path).parent.mkdir(exist_ok=True)
            hurried = content.replace(b"REST_SECONDS = 10.0", b"REST_SECONDS = 0.1")
            Path(path).write_bytes(hurried.replace(b"LOOK_SECONDS = 15.0", b"LOOK_SECONDS = 0.1"))
        agent = plistlib.loads((tmp_path / f"{service.name}.plist").read_bytes())
        process = subprocess.Popen(agent["ProgramArguments"], cwd="/", stdin=subprocess.DEVNULL)
        started.append(psutil.Process(process.pid))
        return Kept(service, box, out, Path(manager.log_file(service)), process)

    yield start
    for process in started:
        for one in (*process.children(recursive=True), process) if process.is_running() else ():
            one.kill()


def test_a_job_runs_to_its_proof_and_a_stop_is_in_order(keep: Keep, make_clip: MakeClip) -> None:
    kept = keep()
    clip = make_clip("clip.mov", *CLIP)
    assert proxx("create", clip, "--out", kept.out, "--into", kept.box).returncode == 0
    wait_until(lambda: list((kept.box / "running").glob("*/*.*")))
    kept.process.send_signal(signal.SIGTERM)
    assert kept.process.wait(60) == 0
    assert "COMPLETED" in kept.told()
    assert "finishing the running clip" in kept.told()
    assert f"ended with {ASKED}" in kept.told()
    assert (kept.out / "clip.mov").is_file()


def test_a_crash_is_followed_by_a_start_that_settles_what_was_left(
    keep: Keep, make_clip: MakeClip
) -> None:
    kept = keep()
    clip = make_clip("clip.mov", *CLIP)
    assert proxx("create", clip, "--out", kept.out, "--into", kept.box).returncode == 0
    wait_until(lambda: list((kept.box / "running").glob("*/*.*")))
    kept.child().kill()
    wait_until(lambda: "CLAIM_INTERRUPTED" in kept.told())
    assert kept.told().count("watching") == 2
    assert "keeper: died with -9; it is started again" in kept.told()
    kept.process.send_signal(signal.SIGTERM)
    assert kept.process.wait(60) == 0


def test_whoever_ends_the_keeper_lets_the_running_clip_be_finished(
    keep: Keep, make_clip: MakeClip
) -> None:
    kept = keep()
    clip = make_clip("clip.mov", *CLIP)
    assert proxx("create", clip, "--out", kept.out, "--into", kept.box).returncode == 0
    wait_until(lambda: list((kept.box / "running").glob("*/*.*")))
    child = kept.child()
    kept.process.kill()
    kept.process.wait(10)
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running()
    assert "clip  COMPLETED" in kept.told()


def test_what_a_person_stops_by_the_folder_stays_down(keep: Keep) -> None:
    kept = keep()
    wait_until(lambda: list((kept.box / "workers").glob("*.json")))
    assert proxx("stop", kept.box).returncode == 0
    assert kept.process.wait(30) == 0


@pytest.mark.parametrize(
    ("words", "code"), [(("--workers", "0"), 2), (("--ffmpeg", "/nowhere/ffmpeg"), 3)]
)
def test_what_a_person_has_to_see_to_is_not_started_again(
    keep: Keep, words: tuple[str, str], code: int
) -> None:
    kept = keep(*words)
    assert kept.process.wait(30) == 0
    assert f"ended with {code}; it stays down" in kept.told()
    assert words[1] in kept.told()


def test_what_dies_at_every_start_is_given_up(tmp_path: Path) -> None:
    program = tmp_path / "keeper.py"
    program.write_bytes(keeper_code().replace(b"REST_SECONDS = 10.0", b"REST_SECONDS = 0.01"))
    log = tmp_path / "log"
    words = (sys.executable, str(program), "--log", str(log), "--", sys.executable, "-I", "-m")
    done = subprocess.run((*words, "no_such_module"), timeout=60, check=False)
    assert done.returncode == 0
    assert log.read_text().count("died with 1; it is started again") == MOST_STARTS - 1
    assert "5 times within an hour; it stays down" in log.read_text()


def test_a_place_that_is_away_is_waited_for_and_a_stop_ends_the_waiting(keep: Keep) -> None:
    kept = keep(made=False)
    wait_until(lambda: "waiting for" in kept.told())
    assert proxx("watch", kept.box, "--once").returncode == 0
    wait_until(lambda: "watching" in kept.told())
    kept.process.send_signal(signal.SIGTERM)
    assert kept.process.wait(30) == 0

    (kept.box / "watch.toml").unlink()
    again = subprocess.Popen(kept.process.args, cwd="/", stdin=subprocess.DEVNULL)
    wait_until(lambda: kept.told().count("waiting for") == 2)
    again.send_signal(signal.SIGTERM)
    assert again.wait(10) == 0
    assert kept.told().count("watching") == 1


def test_a_full_log_is_put_aside_at_a_start(keep: Keep, tmp_path: Path) -> None:
    (service,) = services_of(python=Path(sys.executable), watch=tmp_path)
    log = tmp_path / "logs" / f"{service.name}.log"
    words = keeper_words(service, Path(sys.executable), tmp_path / "keeper.py", log)
    (tmp_path / "keeper.py").write_bytes(keeper_code())
    log.touch()
    os.truncate(log, keeper.FULL_LOG + 1)
    waiting = subprocess.Popen(words)
    wait_until(lambda: log.exists() and b"waiting for" in log.read_bytes())
    waiting.terminate()
    assert waiting.wait(10) == 0
    assert Path(f"{log}.before").stat().st_size == keeper.FULL_LOG + 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_log_on_a_full_disk_ends_nothing(tmp_path: Path) -> None:
    program, count = tmp_path / "keeper.py", tmp_path / "count"
    program.write_bytes(keeper_code().replace(b"REST_SECONDS = 10.0", b"REST_SECONDS = 0.01"))
    (tmp_path / "dying.py").write_text(
        f"import sys\nopen({str(count)!r}, 'a').write('x')\nsys.exit(1)\n"
    )
    words = (sys.executable, str(program), "--log", "/dev/full", "--", sys.executable, "-m")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run((*words, "dying"), timeout=60, check=False, env=environment)
    assert done.returncode == 0
    assert count.read_text() == "x" * MOST_STARTS


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_jobs_are_made_whether_or_not_the_log_takes_what_is_said_of_them(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 2)  # two that fail, which is told as well
    program = tmp_path / "keeper.py"
    program.write_bytes(keeper_code().replace(b"REST_SECONDS = 10.0", b"REST_SECONDS = 0.01"))
    (service,) = services_of(
        python=Path(sys.executable), watch=folder.root, words=("--poll-seconds", "0.2")
    )
    words = keeper_words(service, Path(sys.executable), program, Path("/dev/full"))
    keeping = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(list((folder.root / "failed").glob("*/*/*.claim"))) == 2)
        assert keeping.poll() is None
    finally:
        keeping.terminate()
        assert keeping.wait(30) == 0
    started = [line for line in read_actions(folder) if line["action"] == "worker_started"]
    assert len(started) == 1


def test_a_full_log_that_cannot_be_put_aside_is_written_on(tmp_path: Path) -> None:
    # On Windows as long as a watch that was stopped finishes its clip, and says so there.
    program, log = tmp_path / "keeper.py", tmp_path / "log"
    program.write_bytes(keeper_code())
    log.touch()
    os.truncate(log, keeper.FULL_LOG + 1)
    Path(f"{log}.before").mkdir()
    words = (sys.executable, str(program), "--log", str(log), "--needs", str(tmp_path / "away"))
    waiting = subprocess.Popen((*words, "--", sys.executable, "-m", "none"))
    wait_until(lambda: waiting.poll() is not None or b"waiting for" in log.read_bytes())
    waiting.terminate()
    assert waiting.wait(10) == 0


def test_it_decides_as_systemd_is_told_to() -> None:
    assert {*keeper.OWN_CHOICE} == {0, ASKED, *DOWN_FOR_GOOD}
    assert keeper.REST_SECONDS == REST_SECONDS
    assert keeper.LOOK_SECONDS == LOOK_SECONDS
    assert keeper.MOST_STARTS == MOST_STARTS
    assert keeper.STARTS_WITHIN_SECONDS == STARTS_WITHIN_SECONDS
