"""The same JobSpec gives the same bytes: whatever the threads, the place, the load or the CPU."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxx_engine import JobExecutionResult, JobSpec, Tools, load_profiles
from tests.end_to_end.conftest import Footage
from tests.end_to_end.results_compared import differences
from tests.support import execute, make_job

PROFILES = tuple(profile.name for profile in load_profiles())
ANY_CPU = tuple(p.name for p in load_profiles() if p.determinism == "any_cpu")
ONE_OF_EACH_KIND = ("prores_proxy", "dnxhr_lb", "dnxhr_lb_mxf", "h264", "h264_mp4", "h265", "vp9")
"""One profile of each encoder and container, for footage that is not the plainest."""
WITHOUT_ASSEMBLER = {
    "cpu-independent=1": "cpu-independent=1:asm=0",
    "log-level=error": "log-level=error:asm=0",
}
"""x264 and x265 look at the CPU themselves: settings, and the same ones on the least CPU."""
SOURCES = {
    "progressive with sound": (
        "testsrc2=size=1280x720:rate=30000/1001:duration=1",
        "null",
        ("-timecode", "01:00:00;00"),
    ),
    "fields": ("testsrc2=size=720x576:rate=50:duration=1", "interlace", ("-flags:v", "+ildct")),
    "variable rate": (
        "testsrc2=size=640x360:rate=25:duration=1",
        "settb=1/90000,setpts=N*3600+mod(N\\,3)*1117",
        ("-fps_mode", "passthrough", "-enc_time_base:v", "1/90000", "-bf", "0"),
    ),
}


PLAIN = "progressive with sound"
CASES = [
    *(pytest.param(PLAIN, profile, id=f"{profile}, {PLAIN}") for profile in PROFILES),
    *(
        pytest.param(kind, profile, id=f"{profile}, {kind}")
        for kind in SOURCES
        if kind != PLAIN
        for profile in ONE_OF_EACH_KIND
    ),
]


def _source(kind: str, footage: Footage) -> Path:
    """Return a clip of a kind."""
    picture, filters, options = SOURCES[kind]
    sounds = ("sine=r=48000:d=1", "sine=f=700:r=48000:d=1")
    return footage(
        "source.mov", "-c:a", "aac", *options, picture=picture, filters=filters, sounds=sounds
    )


def _run(spec: JobSpec, folder: Path, tools: Tools) -> JobExecutionResult:
    """Execute the same JobSpec once more, with its output and its records in another folder."""
    folder.mkdir()
    output = spec.output.model_copy(update={"directory": str(folder)})
    return execute(spec.model_copy(update={"output": output}), folder, tools).result


def _hash(result: JobExecutionResult) -> str:
    assert result.status == "COMPLETED", result.failure
    sha256 = result.clips[0].output_sha256
    assert sha256 is not None
    return sha256


def _limited_to(flags: str, tools: Tools, folder: Path) -> Tools:
    """Return tools whose FFmpeg believes that the CPU has no more than `flags`."""
    program = folder / f"ffmpeg-{flags}"
    program.write_text(
        f"#!{sys.executable} -IS\n"
        "import os, sys\n"
        f"real = {str(tools.ffmpeg)!r}\n"
        "words = sys.argv[1:]\n"
        f"for one, less in {list(WITHOUT_ASSEMBLER.items())!r} if {flags!r} == '0' else ():\n"
        "    words = [word.replace(one, less) for word in words]\n"
        f"os.execv(real, [real, '-cpuflags', {flags!r}, *words])\n"
    )
    program.chmod(0o755)
    return dataclasses.replace(tools, ffmpeg=program)


@contextmanager
def _load() -> Iterator[None]:
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "profile"), CASES)
def test_bytes_and_result_do_not_depend_on_threads_place_clock_zone_or_load(
    kind: str,
    profile: str,
    footage: Footage,
    tools: Tools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = make_job(_source(kind, footage), tmp_path / "made", tools, profile=profile)
    first = _run(spec, tmp_path / "first", tools)
    for threads in (1, 4):
        again = _run(spec, tmp_path / f"{threads}", dataclasses.replace(tools, threads=threads))
        assert _hash(again) == _hash(first)
        assert differences(first, again, same_place=False) == []
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.chdir("/")
    with _load():
        elsewhere = _run(spec, tmp_path / "Größe – 二", tools)
    assert _hash(elsewhere) == _hash(first)
    assert differences(first, elsewhere, same_place=False) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_job_twice_gives_the_same_bytes(
    profile: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "twice.mov",
        *("-c:a", "pcm_s16le"),
        picture="testsrc2=size=1280x720:rate=25:duration=0.3",
        sounds=("sine=r=48000:d=0.3",),
    )
    spec = make_job(source, tmp_path / "made", tools, profile=profile)
    folder = tmp_path / "out"
    one = _run(spec, folder, dataclasses.replace(tools, threads=1))
    shutil.rmtree(folder)
    other = _run(spec, folder, dataclasses.replace(tools, threads=2))
    assert _hash(one) == _hash(other)
    assert differences(one, other) == []


@pytest.mark.slow
@pytest.mark.parametrize("flags", ["0", "sse2"])
@pytest.mark.parametrize("profile", ANY_CPU)
def test_a_profile_that_states_any_cpu_gives_the_same_bytes_on_a_lesser_one(
    profile: str, flags: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage("cpu.mov", picture="testsrc2=size=1280x720:rate=25:duration=1")
    spec = make_job(source, tmp_path / "made", tools, profile=profile)
    assert spec.profile.determinism == "any_cpu"
    lesser = _limited_to(flags, tools, tmp_path)
    full, limited = (
        _run(spec, tmp_path / name, used) for name, used in (("full", tools), ("less", lesser))
    )
    assert _hash(limited) == _hash(full)


def test_a_difference_that_may_not_be_is_found(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    spec = make_job(footage("twice.mov"), tmp_path / "made", tools)
    one = _run(spec, tmp_path / "one", tools)
    clip = one.clips[0].model_copy(update={"output_sha256": "0" * 64, "started_at": "never"})
    other = one.model_copy(update={"clips": (clip,), "duration_seconds": 9.0})
    assert [path.split(":")[0] for path in differences(one, other)] == [".clips[0].output_sha256"]
