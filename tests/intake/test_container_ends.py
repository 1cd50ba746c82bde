"""A container that does not reach its end is not whole, however long it stands still."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.intake.container_ends import why_not_ended
from tests.support import MakeClip

_BARS = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=1")
_SOUND = ("-f", "lavfi", "-i", "sine=r=48000:d=1")
KINDS = {
    "a.mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "fast.mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le", "-movflags", "+faststart"),
    "parts.mp4": ("-c:v", "libx264", "-movflags", "+frag_keyframe+empty_moov"),
    "a.mxf": ("-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "pcm_s16le"),
    "a.avi": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "a.mkv": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "a.webm": ("-c:v", "libvpx-vp9", "-c:a", "libopus"),
}
NAMES = tuple(KINDS)


@pytest.fixture(params=NAMES)
def whole(request: pytest.FixtureRequest, make_clip: MakeClip) -> Path:
    return make_clip(request.param, *_BARS, *_SOUND, "-shortest", *KINDS[request.param])


def test_a_whole_file_is_whole(whole: Path) -> None:
    assert why_not_ended(whole) is None


def test_real_clips_are_whole(shared_media: Path) -> None:
    assert [why_not_ended(path) for path in shared_media.iterdir()] == [None] * 10


@pytest.mark.parametrize("keep", [0.3, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_is_not(whole: Path, keep: float, tmp_path: Path) -> None:
    cut = tmp_path / whole.name
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * keep)])
    assert why_not_ended(cut) is not None


def test_nor_is_one_that_lacks_its_last_byte(whole: Path, tmp_path: Path) -> None:
    cut = tmp_path / whole.name
    cut.write_bytes(whole.read_bytes()[:-1])
    assert why_not_ended(cut) is not None


def test_nor_is_one_whose_size_came_before_its_bytes(whole: Path, tmp_path: Path) -> None:
    hollow = tmp_path / whole.name
    hollow.write_bytes(bytes(whole.stat().st_size))
    assert why_not_ended(hollow) is not None


@pytest.mark.parametrize("name", ["a.mov", "a.mxf"])
def test_nor_is_one_whose_end_is_still_a_hole(
    name: str, make_clip: MakeClip, tmp_path: Path
) -> None:
    whole = make_clip(name, *_BARS, *_SOUND, "-shortest", *KINDS[name])
    data = whole.read_bytes()
    hollow = tmp_path / name
    hollow.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    assert why_not_ended(hollow) is not None


def test_an_empty_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.mts").touch()
    assert why_not_ended(tmp_path / "a.mts") == "is empty"


def test_kinds_that_state_no_end_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.mts"
    path.write_bytes(b"\x47" * 188)
    assert why_not_ended(path) is None


def test_bytes_behind_the_last_box_are_the_cameras_own(make_clip: MakeClip, tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(make_clip("a.mov", *_BARS, *KINDS["a.mov"][:2]).read_bytes() + bytes(5))
    assert why_not_ended(path) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 8, 15, 16, 17, 40, 64, 100])
def test_a_few_bytes_of_anything_raise_nothing(name: str, size: int, tmp_path: Path) -> None:
    for byte in (b"\x00", b"\x7f", b"\xff"):
        path = tmp_path / name
        path.write_bytes(byte * size)
        why_not_ended(path)
