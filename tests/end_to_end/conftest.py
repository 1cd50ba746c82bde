"""Generated clips for the tests that follow one clip from footage to proxy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import MakeClip

Footage = Callable[..., Path]


@pytest.fixture
def footage(make_clip: MakeClip) -> Footage:
    """Return a maker of one-second clips out of a picture, sounds, filters and options."""

    def make(
        name: str,
        *options: str,
        picture: str = "testsrc2=size=320x180:rate=25:duration=1",
        sounds: tuple[str, ...] = (),
        filters: str = "null",
        codec: tuple[str, ...] = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    ) -> Path:
        inputs = [part for sound in sounds for part in ("-f", "lavfi", "-i", sound)]
        maps = [part for n in range(len(sounds) + 1) for part in ("-map", str(n))]
        first = ("-f", "lavfi", "-i", picture)
        return make_clip(name, *first, *inputs, *maps, "-vf", filters, *codec, *options)

    return make
