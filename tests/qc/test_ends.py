"""However a measuring ends, its file is whole or is not there: stopped, killed, no room."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import ClipExecutionResult, ProxySeen, StoredResult, Tools, inspect_proxy
from sidecar.cli.main import main
from tests.altered_profiles import run
from tests.end_to_end.look_pictures import looking
from tests.faults.scenes import (
    ffmpegs_below,
    proxx,
    proxx_command,
    running_below,
    start_proxx,
    wait_until,
)
from tests.faults.shim import Fault, Shim, build_shim, read_calls, why_no_shim
from tests.faults.warm_proxx import run_warm
from tests.qc.measured import Qc, qc_files
from tests.support import MakeClip, Ran

EVERY = ("--frame-stride", "1", "--max-frames", "all")


@pytest.fixture(scope="session")
def two_jobs(make_clip: MakeClip, tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two jobs whose measuring takes seconds."""
    folder = tmp_path_factory.mktemp("two")
    long = ("-f", "lavfi", "-i", "testsrc2=s=960x540:r=25:d=8", "-c:v", "mjpeg", "-q:v", "9")
    for name in ("one", "two"):
        (folder / name).mkdir()
        clip = make_clip(f"{name}.mov", *long)
        ran = run(clip, folder / name, tools, looking("h264_intra"))
        assert ran.result.status == "COMPLETED", ran.result.failure
    return folder


@pytest.fixture
def slow(two_jobs: Path, tmp_path: Path) -> Path:
    """A copy of them for each test."""
    return Path(shutil.copytree(two_jobs, tmp_path / "jobs"))


def begun(folder: Path) -> subprocess.Popen[str]:
    """Start a measuring and wait until FFmpeg compares."""
    process = start_proxx("qc", folder, *EVERY)
    wait_until(lambda: ffmpegs_below(folder))
    return process


@pytest.mark.slow
def test_one_interrupt_finishes_the_clip_and_begins_no_other(slow: Path) -> None:
    process = begun(slow)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "finishing the running clip" in err
    assert len(qc_files(slow)) == 1
    assert "1 job not begun or not finished" in out
    assert proxx("qc", slow, *EVERY).returncode == 0
    assert len(qc_files(slow)) == 2


def test_two_interrupts_end_it_at_once_and_leave_nothing(slow: Path) -> None:
    before = sorted(slow.rglob("*"))
    process = begun(slow)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "once more ends it" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert sorted(slow.rglob("*")) == before
    assert running_below(slow) == []


def test_asked_to_end_while_proxies_are_read_it_reads_no_other(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(source, source.with_name("B001.mov"))
    out = str(tmp_path / "out")
    assert main(["create", str(source.parent), "--out", out, "--clips-per-job", "2"]) == 0
    assert main(["run", out]) == 0
    read: list[str] = []

    def inspect(stored: StoredResult, clip: ClipExecutionResult, **how: Any) -> ProxySeen:
        read.append(clip.output.relative_path)
        os.kill(os.getpid(), signal.SIGINT)
        return inspect_proxy(stored, clip, **how)

    monkeypatch.setattr("sidecar.qc.jobs.inspect_proxy", inspect)
    assert main(["qc", out]) == 130
    assert read == ["A001.mov"]
    assert "1 job not begun or not finished" in capfd.readouterr().out
    assert qc_files(tmp_path) == []


def test_killed_it_leaves_no_file_and_no_ffmpeg(slow: Path) -> None:
    before = sorted(slow.rglob("*"))
    process = begun(slow)
    process.kill()
    process.communicate(timeout=20)
    wait_until(lambda: not running_below(slow))
    assert sorted(slow.rglob("*")) == before
    assert proxx("qc", slow, "--max-frames", "2").returncode == 0


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    reason = why_no_shim()
    if reason is not None:
        pytest.skip(reason)
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.mark.parametrize("mode", ["ENOSPC", pytest.param("EIO", marks=pytest.mark.slow)])
def test_at_whichever_call_the_disk_is_full_no_half_file_has_the_name(
    mode: str, ran: Ran, shim: Shim, tmp_path: Path
) -> None:
    place, log = tmp_path / "out", tmp_path / "calls"

    def measure(fault: Fault) -> tuple[int, str]:
        for file in qc_files(place):
            file.unlink()
        log.unlink(missing_ok=True)
        told = shim.environment(fault, root=place, log=log)
        ended = run_warm("qc", place, "--max-frames", "1", library=shim.library, **told)
        return ended.returncode, ended.stdout + ended.stderr

    code, said = measure(Fault())
    assert code == 0, said
    calls = len(read_calls(log))
    assert calls > 3
    before = {path for path in place.rglob("*") if not path.name.endswith(".qc.json")}
    for at in range(1, calls + 1):
        code, said = measure(Fault(mode, at))
        left = set(place.rglob("*")) - before
        if code == 0:
            assert len(left) == 1, f"at {at}: {said}"
            continue
        assert (code, left) == (3, set()), f"at {at}: {said}"
        assert str(place) in said
        assert "Traceback" not in said


def test_without_room_for_what_is_written_meanwhile_the_place_is_named(
    ran: Ran, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [*proxx_command(), "qc", str(tmp_path / "out")],
        env={"TMPDIR": "/nowhere/at/all", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        cwd="/proc",
    )
    assert ended.returncode in (0, 3), ended.stderr
    assert "Traceback" not in ended.stderr


def test_two_at_once_make_one_file(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    both = [start_proxx("qc", tmp_path / "out") for _each in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(qc_files(tmp_path)) == 1
    assert qc(tmp_path / "out", every=False).data["jobs"][0]["ending"] == "done before"
