"""Which library looks at media is known before it is asked, so that no result tells of another."""

from __future__ import annotations

from proxx_engine import Prober, Tools
from tests.support import MakeClip


def test_it_is_what_the_child_itself_says(make_clip: MakeClip, tools: Tools) -> None:
    clip = make_clip("any.mov", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", "-c:v", "mjpeg")
    with Prober() as fresh:
        before = fresh.version
        assert fresh.probe(clip)["prober"] == before == fresh.version
