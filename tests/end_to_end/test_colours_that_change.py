"""A proxy has one tag for all its pictures: a source whose values change their meaning is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.support import MakeClip, RunClip

PART = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-pix_fmt", "yuv420p")
MPEG2 = ("-c:v", "mpeg2video", "-f", "mpeg2video")


def tagged(matrix: str, transfer: str) -> tuple[str, ...]:
    return ("-color_primaries", transfer, "-color_trc", transfer, "-colorspace", matrix)


BT709, SMPTE170M = tagged("bt709", "bt709"), tagged("smpte170m", "smpte170m")
SAME_MATRIX = tagged("bt709", "smpte170m")


def joined(make_clip: MakeClip, tools: Tools, folder: Path, *parts: tuple[str, ...]) -> Path:
    """Return a MOV of parts in a row, each with tags of its own, nothing encoded anew."""
    pieces = [make_clip("part.m2v", *PART, *MPEG2, *tags) for tags in parts]
    whole = folder / "whole.m2v"
    whole.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    source = folder / "joined.mov"
    copy = [str(tools.ffmpeg), "-v", "error", "-i", str(whole), "-c", "copy", str(source)]
    subprocess.run(copy, check=True)
    return source


def test_pictures_whose_matrix_changes_midway_are_no_clip(
    make_clip: MakeClip, tools: Tools, tmp_path: Path, run_clip: RunClip
) -> None:
    ran = run_clip(joined(make_clip, tools, tmp_path, BT709, SMPTE170M))
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_UNEVEN"
    assert "colours as smpte170m after bt709" in ran.result.failure.sentence
    assert not ran.proxy.exists()


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((BT709, BT709), id="the same tags"),
        pytest.param((BT709, SAME_MATRIX), id="only other primaries and transfer"),
        pytest.param(((), BT709), id="no tags, then some"),
        pytest.param((BT709, ()), id="tags, then none"),
    ],
)
def test_pictures_that_contradict_no_matrix_are_a_clip(
    parts: tuple[tuple[str, ...], ...],
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
    run_clip: RunClip,
) -> None:
    ran = run_clip(joined(make_clip, tools, tmp_path, *parts))
    assert ran.result.status == "COMPLETED", ran.result.failure
