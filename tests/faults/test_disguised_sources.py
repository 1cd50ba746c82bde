"""What is no media, though its name says so: playlists, pipes, folders, monstrous pictures."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from proxx_engine import (
    CreationRequest,
    JobSpec,
    ProbeError,
    Tools,
    create_jobs,
    find_profile,
    probe_source,
)
from tests.faults.conftest import Try
from tests.faults.scenes import leavings, proxies, proxx, snapshot
from tests.support import CREATED_BY, MakeClip, execute, make_job

PLAYLISTS = [
    pytest.param(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{0}\n#EXT-X-ENDLIST\n", id="HLS playlist"
    ),
    pytest.param("ffconcat version 1.0\nfile {0}\n", id="ffconcat"),
    pytest.param("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n", id="HLS, http"),
]


def disguise(path: Path, text: str, clip: Path) -> None:
    """Write a playlist of a real clip under a name of media; padded to the clip's own size."""
    written = text.format(clip.name).encode()
    link = path.with_name(clip.name)
    if not link.exists():
        link.write_bytes(clip.read_bytes())
    path.write_bytes(written.ljust(clip.stat().st_size, b"\n"))


@pytest.mark.parametrize("text", PLAYLISTS)
def test_a_playlist_named_mp4_is_no_source(
    clip: Path, tmp_path: Path, tools: Tools, out: Path, text: str
) -> None:
    source = tmp_path / "in" / "shot.mp4"
    source.parent.mkdir()
    disguise(source, text, clip)
    with pytest.raises(ProbeError) as caught:
        probe_source(source, tools.prober)
    assert caught.value.code == "SOURCE_UNREADABLE"

    ended = proxx("create", source, "--out", out)
    assert ended.returncode == 2
    assert "shot.mp4" in ended.stdout
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("text", PLAYLISTS)
def test_a_playlist_put_in_the_place_of_a_source_is_a_changed_source(
    attempt: Try, clip: Path, tmp_path: Path, out: Path, text: str
) -> None:
    source = tmp_path / "shot.mp4"
    source.write_bytes(clip.read_bytes())

    def replace(spec: JobSpec) -> JobSpec:
        disguise(source, text, clip)
        return spec

    ran = attempt(source, change=replace)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_CHANGED"
    assert (proxies(out), leavings(out)) == ([], [])


@pytest.mark.parametrize("text", PLAYLISTS)
def test_ffmpeg_itself_refuses_a_playlist_that_passed_every_look(
    attempt: Try, clip: Path, tmp_path: Path, out: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "shot.mp4"
    source.write_bytes(clip.read_bytes())
    monkeypatch.setattr("proxx_engine.preflight.source_changes", lambda _clip: ())

    def replace(spec: JobSpec) -> JobSpec:
        disguise(source, text, clip)
        return spec

    ran = attempt(source, change=replace)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_UNREADABLE", ran.result.failure
    assert (proxies(out), leavings(out)) == ([], [])


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: os.mkfifo(path), id="a pipe"),
        pytest.param(lambda path: path.mkdir(), id="a folder"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), id="a device"),
    ],
)
def test_what_is_no_file_is_never_waited_for(
    attempt: Try, clip: Path, tmp_path: Path, tools: Tools, out: Path, make: object
) -> None:
    source = tmp_path / "shot.mp4"
    source.write_bytes(clip.read_bytes())
    spec = make_job(source, out, tools)
    source.unlink()
    make(source)  # type: ignore[operator]
    ran = execute(spec, out, tools)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_NOT_FILE"
    request = CreationRequest((source,), out, find_profile("prores_proxy"), CREATED_BY)
    assert create_jobs(request, prober=tools.prober).jobs == ()


@pytest.mark.parametrize(
    ("befall", "code"),
    [
        pytest.param(lambda path: path.unlink(), "SOURCE_MISSING", id="is gone"),
        pytest.param(lambda path: path.write_bytes(b""), "SOURCE_CHANGED", id="is empty"),
        pytest.param(
            lambda path: (path.unlink(), path.symlink_to(path.name)),
            "SOURCE_UNREADABLE",
            id="is a link to itself",
        ),
    ],
)
def test_a_source_that_cannot_be_read_says_why(
    clip: Path, tmp_path: Path, tools: Tools, out: Path, befall: object, code: str
) -> None:
    source = tmp_path / "shot.mp4"
    source.write_bytes(clip.read_bytes())
    spec = make_job(source, out, tools)
    befall(source)  # type: ignore[operator]
    ran = execute(spec, out, tools)

    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == (code, "preflight")
    assert proxies(out) == []


def test_a_source_that_changes_while_it_is_read_is_told(
    attempt: Try, clip: Path, tmp_path: Path, tools: Tools, out: Path
) -> None:
    from tests.faults.scenes import wrap_ffmpeg

    source = tmp_path / "shot.mp4"
    source.write_bytes(clip.read_bytes())
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=f'"$real" "$@"; printf X >> "{source}"')
    ran = attempt(source, tools=wrapped)

    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_CHANGED"
    assert proxies(out) == []


def test_a_picture_of_monstrous_size_is_refused_without_the_memory_for_it(
    make_clip: MakeClip, tools: Tools, out: Path
) -> None:
    source = make_clip(
        "huge.mov",
        *("-f", "lavfi", "-i", "color=size=64x64:rate=1:duration=1"),
        *("-vf", "scale=16000:12000", "-c:v", "qtrle"),
    )
    before = snapshot(source)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with tools.prober.__class__() as prober, pytest.raises(ProbeError) as caught:
        probe_source(source, prober)
    assert caught.value.code == "SOURCE_UNREADABLE"
    assert "larger than is opened" in caught.value.detail
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(peak, 200_000)
    assert snapshot(source) == before
