"""Lists that other tools write, OpenTimelineIO's adapters → the same use, whatever the format."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange

from proxx_engine import frames_of
from sidecar.timelines.model import Frames, Timecodes, Used
from sidecar.timelines.reading import read_timelines
from tests.sidecar.calling import Proxx
from tests.timelines.conftest import Shoot

WRITERS = {"edl": "cmx_3600", "xml": "fcp_xml", "fcpxml": "fcpx_xml", "ale": "ale"}
STARTS = {"A001C001": "01:00:00:00", "B 2": "10:59:58:12", "C003": "00:00:00:00"}
FIRST = 37
"""The used range begins so many frames into each clip."""


def _frames(timecode: str, rate: int) -> int:
    return frames_of(timecode, rate=Fraction(rate))


def _write(folder: Path, ext: str, rate: int, media: Path) -> Path:
    """Write a cut of one clip of each start, 48 frames long; the ways in which tools are told."""
    clips = []
    for name, start in STARTS.items():
        begin = _frames(start, rate)
        available = TimeRange(RationalTime(begin, rate), RationalTime(250, rate))
        url = (media / f"{name}.mov").as_uri()
        reference = otio.schema.ExternalReference(url, available)
        used = TimeRange(RationalTime(begin + FIRST, rate), RationalTime(48, rate))
        clips.append(otio.schema.Clip(name, reference, used))
    track = otio.schema.Track("V1", kind="Video", children=clips)
    cut: Any = otio.schema.Timeline("cut", tracks=[track])
    more: dict[str, Any] = {}
    if ext == "edl":
        more["rate"] = rate
    if ext == "ale":
        cut = otio.schema.SerializableCollection("cut", [clip.deepcopy() for clip in clips])
        more["fps"] = rate
    path = folder / f"cut.{ext}"
    otio.adapters.write_to_file(cut, str(path), adapter_name=WRITERS[ext], **more)
    return path


def _begin(used: Used, rate: int) -> int:
    if isinstance(used.span, Timecodes):
        return _frames(used.span.start, rate)
    assert isinstance(used.span, Frames)
    assert used.span.rate == rate
    return int(used.span.start)


@pytest.mark.parametrize("rate", [24, 25, 30])
@pytest.mark.parametrize("ext", WRITERS)
def test_every_format_tells_the_same_use(tmp_path: Path, ext: str, rate: int) -> None:
    [timeline] = read_timelines((_write(tmp_path, ext, rate, Path("/shoot")),))
    begins = {used.names[-1]: _begin(used, rate) for used in timeline.used}
    assert begins == {name: _frames(start, rate) + FIRST for name, start in STARTS.items()}


@pytest.mark.parametrize("ext", WRITERS)
def test_the_media_of_every_format_are_found_below_search(
    proxx: Proxx, shoot: Shoot, ext: str
) -> None:
    for name, start in STARTS.items():
        shoot(f"cards/{name}.mov", timecode=start)
    cut = _write(proxx.folder, ext, 25, Path("/gone"))
    told = proxx.json("create", "--timeline", str(cut), "--search", "cards", "--out", "out")
    assert len(told["jobs"]) == len(STARTS)
