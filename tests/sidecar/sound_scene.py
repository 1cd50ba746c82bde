"""A shot of a second and a bit, and `proxx create` with sound that was recorded apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.recorded_apart import make_picture
from tests.sidecar.calling import Proxx
from tests.support import MakeClip

Shoot = Any


@pytest.fixture
def shoot(proxx: Proxx, make_clip: MakeClip) -> Shoot:
    """Put a clip of one second and a bit, from 01:00:00:00 on, into the footage folder."""

    def shoot(name: str = "A001.mov", **how: Any) -> Path:
        clip = make_picture(make_clip, f"shot {name}", **how)
        path = proxx.folder / "footage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clip.read_bytes())
        return path

    return shoot


def create(proxx: Proxx, *more: object) -> Any:
    return proxx("create", "footage", "--out", "out", "--sound", "sound", *more)
