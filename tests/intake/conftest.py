"""A hot folder for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.scene import PICTURE, Scene
from tests.support import MakeClip


@pytest.fixture
def scene(tmp_path: Path, make_clip: MakeClip) -> Scene:
    return Scene(tmp_path, make_clip("clip.mov", *PICTURE))
