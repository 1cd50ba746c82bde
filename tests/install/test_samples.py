"""The sample clips: their FFmpeg arguments to the letter, and what PyAV sees in the files.

After a wanted change of the arguments, write the golden file anew from `_golden_text()`.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
from pathlib import Path

import av
import pytest

from install.environment import Environment
from install.samples import make_samples, pass_commands, sample_clips
from install.steps import SetupError

GOLDEN = Path(__file__).parent / "golden" / "sample_arguments.txt"


def _golden_text() -> str:
    blocks = []
    for sample in sample_clips():
        lines = [f"# {sample.name}"]
        for command in pass_commands(sample, ffmpeg="ffmpeg", folder=Path("/folder")):
            lines.append(" ".join(command))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def test_arguments() -> None:
    assert _golden_text() == GOLDEN.read_text(encoding="utf-8")


def test_names_are_three_and_differ_without_their_endings() -> None:
    assert len({Path(sample.name).stem.casefold() for sample in sample_clips()}) == 3


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The environment that runs the tests, under the place it would have."""
    environment = Environment(folder=tmp_path_factory.mktemp("Prüf Ordner") / ".venv")
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environment.python.chmod(0o755)
    return environment


@pytest.fixture(scope="module")
def folder(environment: Environment) -> Path:
    """The three clips, made once."""
    folder = environment.folder.parent / "demo-output" / "samples"
    assert make_samples(environment, folder) == 3
    return folder


def _samples(path: Path, stream: int) -> int:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=stream))


def _frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def test_xdcam_mxf(folder: Path) -> None:
    path = folder / "A001_XDCAM_4mono_dropframe.mxf"
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.profile) == ("mpeg2video", "4:2:2")
        assert (video.width, video.height, video.pix_fmt) == (1920, 1080, "yuv422p")
        assert str(video.average_rate) == "30000/1001"
        assert [stream.channels for stream in container.streams.audio] == [1, 1, 1, 1]
        assert {stream.codec_context.name for stream in container.streams.audio} == {"pcm_s24le"}
        assert container.metadata["timecode"] == "00:59:58;28"
        # The universal label of OP1a, so that it is what an XDCAM card holds.
        assert container.metadata["operational_pattern_ul"].startswith(
            "060e2b34.04010101.0d010201.01"
        )
    frames = _frames(path)
    assert len(frames) == 60
    assert all(frame.interlaced_frame for frame in frames)
    assert [_samples(path, stream) for stream in range(4)] == [96096] * 4


def test_prores_mov(folder: Path) -> None:
    path = folder / "A002_ProRes_HQ_10bit.mov"
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.profile) == ("prores", "HQ")
        assert (video.width, video.height, video.pix_fmt) == (1920, 1080, "yuv422p10le")
        assert str(video.average_rate) == "24000/1001"
        context = video.codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace)
        assert tuple(map(int, tags)) == (1, 1, 1)
        assert [stream.channels for stream in container.streams.audio] == [2]
        timecode = container.streams.data[0].metadata
        assert (timecode["timecode"], timecode["reel_name"]) == ("01:00:00:00", "A002")
    assert len(_frames(path)) == 48
    assert _samples(path, 0) == 96096


def test_rotated_mp4(folder: Path) -> None:
    path = folder / "A003_H264_rotated.mp4"
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.width, video.height) == ("h264", 1280, 720)
        assert [stream.codec_context.name for stream in container.streams.audio] == ["aac"]
    frames = _frames(path)
    assert len(frames) == 50
    assert {frame.rotation for frame in frames} == {90}


def test_every_picture_differs_from_the_one_before(folder: Path) -> None:
    for sample in sample_clips():
        pictures = [
            hashlib.sha256(bytes(frame.planes[0])).digest()
            for frame in _frames(folder / sample.name)
        ]
        assert all(one != next_one for one, next_one in itertools.pairwise(pictures))


def test_each_channel_has_its_own_sound(folder: Path) -> None:
    path = folder / "A001_XDCAM_4mono_dropframe.mxf"
    sounds = set()
    for stream in range(4):
        with av.open(str(path)) as container:
            sounds.add(b"".join(bytes(f.planes[0]) for f in container.decode(audio=stream)))
    assert len(sounds) == 4


def test_again_makes_nothing_and_a_missing_one_byte_for_byte(
    environment: Environment, folder: Path
) -> None:
    assert make_samples(environment, folder) == 0
    clip = folder / "A003_H264_rotated.mp4"
    before = clip.read_bytes()
    clip.unlink()
    assert make_samples(environment, folder) == 1
    assert clip.read_bytes() == before
    assert [entry.name for entry in folder.parent.iterdir()] == ["samples"]


def test_without_ffmpeg_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="FFmpeg") as caught:
        make_samples(Environment(folder=tmp_path / ".venv"), tmp_path / "samples")
    assert caught.value.exit_code == 3
    assert not (tmp_path / "samples").exists()
