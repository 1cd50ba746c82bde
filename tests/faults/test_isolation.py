"""FFmpeg and the probe child see nothing of the environment and read nothing but the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxx_engine import ProbeError, Tools
from proxx_engine.system.probe import Prober
from tests.faults.conftest import Try
from tests.faults.scenes import ROOT, proxies, proxx, proxx_command, wrap_ffmpeg, write_jobs

CANARY = "PROXX_CANARY_SECRET"
MINIMAL = {"LC_ALL", "TZ", "SVT_LOG"}
pytestmark = pytest.mark.usefixtures("cold_probe")


@pytest.fixture
def prober() -> Iterator[Prober]:
    """A prober of our own, with little patience."""
    with Prober(timeout_seconds=1.0) as own:
        yield own


def test_ffmpeg_sees_nothing_of_the_environment(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    seen = tmp_path / "seen"
    body = f'cat /proc/$$/environ >> "{seen}"; exec "$real" "$@"'
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=body, play=body)
    ended = proxx("run", job, "--ffmpeg", wrapped.ffmpeg, **{CANARY: "hunter2"})

    assert ended.returncode == 0, ended.stdout
    text = seen.read_bytes().decode()
    assert "hunter2" not in text
    assert {entry.split("=")[0] for entry in text.split("\0") if entry} == MINIMAL
    for path in out.iterdir():
        assert b"hunter2" not in path.read_bytes(), path


def test_the_probe_child_sees_nothing_of_the_environment(
    clip: Path, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CANARY, "hunter2")
    prober.probe(clip)
    assert prober._child is not None
    environ = Path(f"/proc/{prober._child._process.pid}/environ")
    if not environ.exists():
        pytest.skip("this system does not show the environment of a process")
    assert {e.split("=")[0] for e in environ.read_text().split("\0") if e} == MINIMAL


def test_ffmpeg_works_in_a_private_empty_folder_with_an_empty_input(
    attempt: Try, tools: Tools, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    body = f'{{ pwd; ls -A; cat; stat -c %a .; }} > "{seen}"; exec "$real" "$@"'
    ran = attempt(tools=wrap_ffmpeg(tools, tmp_path, encode=body))

    assert ran.result.status == "COMPLETED"
    folder, mode = seen.read_text().splitlines()
    assert folder.startswith(str(tmp_path / "out" / ".proxx-"))
    assert mode == "700"


def test_a_run_opens_no_file_for_writing_but_its_own_and_no_media_but_the_source(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here")
    footage = tmp_path / "footage"
    footage.mkdir()
    for name in ("take.mp4", "take1.mp4", "secret.txt"):
        (footage / name).write_bytes(clip.read_bytes())
    (job,) = write_jobs(footage / "take.mp4", out, tools)
    trace = tmp_path / "trace"
    calls = "open,openat,openat2,connect,socket"
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={calls}", "-o", str(trace)]
    ended = subprocess.run(
        [*command, *proxx_command(), "run", str(job)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    if b"ptrace" in ended.stderr:
        pytest.skip("this machine forbids tracing")
    assert ended.returncode == 0, ended.stderr
    lines = trace.read_text("utf-8", "replace").splitlines()
    opening = re.compile(r'open\w*\([^"]*"([^"]*)", ([A-Z_|]+)')
    opened = [found for line in lines if (found := opening.search(line))]
    media = {found[1] for found in opened if str(footage) in found[1]}
    assert media == {str(footage / "take.mp4")}
    written = {
        found[1]
        for found in opened
        if re.search(r"O_(WRONLY|RDWR|CREAT)", found[2]) and not found[1].startswith("/dev/")
    }
    strangers = {path for path in written if path.startswith("/") and str(out) not in path}
    assert {path for path in strangers if "__pycache__" not in path} == set()
    assert not [line for line in lines if "AF_INET" in line and "connect(" in line]


@pytest.fixture
def child_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A probe child that behaves as the file's first line says, once; then as usual."""
    from proxx_engine.system import probe

    script = tmp_path / "child.py"
    script.write_text(
        f"""import json, os, runpy, sys, time
flag = {str(tmp_path / "tried")!r}
if not os.path.exists(flag):
    open(flag, "w").close()
    sys.stdin.readline()
    exec(open({str(tmp_path / "behaviour")!r}).read())
runpy.run_path({str(probe._CHILD)!r}, run_name="__main__")
"""
    )
    monkeypatch.setattr(probe, "_CHILD", script)
    return tmp_path / "behaviour"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        pytest.param("time.sleep(60)", "gave no answer within 1 s", id="hangs"),
        pytest.param("os.kill(os.getpid(), 11)", "the media library crashed", id="crashes"),
        pytest.param("sys.exit(0)", "the media library crashed", id="ends"),
        pytest.param(
            "sys.stdout.write('{'); sys.stdout.flush(); os._exit(1)",
            "the media library crashed",
            id="dies in mid-sentence",
        ),
    ],
)
def test_a_probe_child_that_fails_says_so_and_is_replaced(
    clip: Path, child_script: Path, behaviour: str, words: str
) -> None:
    child_script.write_text(behaviour)
    with Prober(timeout_seconds=1.0) as prober:
        with pytest.raises(ProbeError) as caught:
            prober.probe(clip)
        assert words in caught.value.detail
        assert caught.value.code == "SOURCE_UNREADABLE"
    with Prober(timeout_seconds=20.0) as prober:
        assert prober.probe(clip)["streams"]


def test_a_child_killed_between_two_questions_is_replaced(clip: Path) -> None:
    with Prober(timeout_seconds=20.0) as prober:
        prober.probe(clip)
        assert prober._child is not None
        prober._child._process.kill()
        prober._child._process.wait()
        assert prober.probe(clip)["streams"]


def test_a_child_that_dies_while_it_hashes_ffmpeg_fails_no_clip(
    attempt: Try, tools: Tools, tmp_path: Path, out: Path
) -> None:
    import dataclasses

    class Dying(Prober):
        def start_hash(self, path: Path) -> None:
            super().start_hash(path)
            assert self._child is not None
            self._child._process.kill()

    with Dying() as prober:
        ran = attempt(tools=dataclasses.replace(tools, prober=prober, _build={}))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.result.engine is not None
    assert proxies(out) == ["clip.mov"]


def test_no_probe_child_outlives_its_prober(clip: Path) -> None:
    with Prober(timeout_seconds=20.0) as prober:
        prober.probe(clip)
        assert prober._child is not None
        number = prober._child._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
