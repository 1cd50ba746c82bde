"""Places that are full, closed or gone: found before the first frame, or told in mid-encode."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools, look_at_place
from tests.faults.conftest import Try
from tests.faults.scenes import leavings, proxies, proxx, read_result, write_jobs
from tests.support import MakeClip, execute, make_job


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """A volume of 3 MB."""
    place = tmp_path / "volume"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=3m", "proxx-test", str(place)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if mounted.returncode:
        pytest.skip("only root may mount a small volume")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def large(make_clip: MakeClip) -> Path:
    """A clip whose proxy takes about 5 MB."""
    return make_clip(
        "large.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25:duration=4,noise=alls=40"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-pix_fmt", "yuv420p"),
    )


def test_a_volume_that_is_too_small_is_found_before_the_first_frame(
    large: Path, tools: Tools, small_volume: Path, out: Path
) -> None:
    spec = make_job(large, small_volume, tools)
    (small_volume / "filler").write_bytes(bytes(2_900_000))
    ran = execute(spec, out, tools)

    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == ("STORAGE_FULL", "preflight")
    assert ran.result.clips[0].invocation.executed_command is None
    assert [p.name for p in small_volume.iterdir() if p.suffix != ".json"] == ["filler"]


@pytest.mark.parametrize(
    "job_there", [pytest.param(False, id="job elsewhere"), pytest.param(True, id="job on it")]
)
def test_a_volume_that_fills_up_in_mid_encode_is_told_and_left_clean(
    large: Path,
    tools: Tools,
    small_volume: Path,
    out: Path,
    job_there: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("proxx_engine.preflight.free_bytes", lambda _folder: 10**12)
    ran = execute(make_job(large, small_volume, tools), small_volume if job_there else out, tools)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "STORAGE_FULL", ran.result.failure
    assert (proxies(small_volume), leavings(small_volume)) == ([], [])
    assert small_volume.stat().st_dev != out.stat().st_dev


def test_the_command_ends_with_3_when_the_volume_is_full(
    large: Path, tools: Tools, small_volume: Path
) -> None:
    (job,) = write_jobs(large, small_volume, tools)
    ended = proxx("run", job)
    assert ended.returncode == 3
    assert "STORAGE_FULL" in ended.stdout
    assert read_result(job)["failure"]["code"] == "STORAGE_FULL"


@pytest.fixture
def closed(tmp_path: Path, clip: Path, tools: Tools) -> Iterator[tuple[JobSpec, Path]]:
    """A job whose output folder nobody may write."""
    place = tmp_path / "closed"
    spec = make_job(clip, place, tools)
    if os.geteuid() != 0:
        place.chmod(0o555)
        yield spec, place
        place.chmod(0o755)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "proxx-test", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("root may write everywhere, and may not mount a closed volume here")
    yield spec, place
    subprocess.run(["umount", str(place)], check=True)


def test_a_folder_that_may_not_be_written_is_found_before_the_first_frame(
    closed: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    spec, place = closed
    ran = execute(spec, out, tools)

    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == (
        "STORAGE_NOT_WRITABLE",
        "preflight",
    )
    assert list(place.iterdir()) == []
    assert any("only record" in issue.sentence for issue in ran.result.issues)


def test_an_output_folder_that_is_gone_is_not_made_anew(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    place = tmp_path / "volume"
    spec = make_job(clip, place, tools)
    place.rmdir()
    ran = execute(spec, out, tools)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "STORAGE_OUTPUT_MISSING"
    assert not place.exists()


def test_the_place_of_a_job_is_looked_at_without_its_sources(
    clip: Path, tools: Tools, tmp_path: Path
) -> None:
    place = tmp_path / "volume"
    spec = make_job(clip, place, tools)
    missing = spec.clips[0].source.model_copy(update={"path": "/no", "files": ("/no",)})
    clips = (spec.clips[0].model_copy(update={"source": missing}),)
    spec = spec.model_copy(update={"clips": clips})
    assert look_at_place(spec, tools) == ()
    assert list(place.iterdir()) == []
    without = dataclasses.replace(tools, encoders=frozenset({"pcm_s16le", "pcm_s24le"}))
    assert [o.code for o in look_at_place(spec, without)] == ["TOOL_ENCODER_MISSING"]
    place.rmdir()
    assert [o.code for o in look_at_place(spec, tools)] == ["STORAGE_OUTPUT_MISSING"]


def test_a_share_that_does_not_answer_is_a_place_that_is_missing(
    clip: Path, tools: Tools, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(folder: Path) -> int:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(folder))

    spec = make_job(clip, out, tools)
    monkeypatch.setattr("proxx_engine.preflight.free_bytes", stale)
    (obstacle,) = look_at_place(spec, tools)
    assert obstacle.code == "STORAGE_OUTPUT_MISSING"
    assert os.strerror(errno.ESTALE) in obstacle.detail
    ran = execute(spec, out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "STORAGE_OUTPUT_MISSING"


def test_a_proxy_that_cannot_be_read_is_not_the_one_to_replace(
    clip: Path, tools: Tools, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_job(clip, out, tools)
    replaces = (spec.clips[0].model_copy(update={"replaces": "ab" * 32}),)
    output = spec.output.model_copy(update={"on_existing": "replace"})
    spec = spec.model_copy(update={"clips": replaces, "output": output})
    (out / "clip.mov").write_bytes(b"old")

    def refuse(path: Path) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr("proxx_engine.preflight.hash_file", refuse)
    ran = execute(spec, out, tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "OUTPUT_CHANGED"
    assert (out / "clip.mov").read_bytes() == b"old"


def test_a_subfolder_that_is_a_file_fails_the_clip_and_touches_nothing(
    attempt: Try, out: Path
) -> None:
    (out / "day").write_bytes(b"a file")

    def below(spec: JobSpec) -> JobSpec:
        clip = spec.clips[0].model_copy(update={"output_subdirectory": "day"})
        return spec.model_copy(update={"clips": (clip,)})

    ran = attempt(change=below)
    assert ran.result.failure is not None
    assert ran.result.failure.code.startswith("STORAGE_")
    assert (out / "day").read_bytes() == b"a file"
    assert leavings(out) == []
