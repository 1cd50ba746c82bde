"""How many pictures a container promises: to the picture, also where it tells times in ms."""

from __future__ import annotations

import pytest

from proxx_engine import Tools, probe_source
from tests.support import MakeClip


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001", "25"])
@pytest.mark.parametrize("count", [20, 22, 25, 34, 35])
def test_matroska_promises_each_picture(
    make_clip: MakeClip, tools: Tools, rate: str, count: int
) -> None:
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=64x64:r={rate}", "-frames:v", str(count))
    source = probe_source(make_clip("A.mkv", *picture, "-c:v", "mjpeg"), tools.prober)
    assert source.video is not None
    promised = source.video.promised_frames
    assert (promised.count, promised.basis) == (count, "duration")
