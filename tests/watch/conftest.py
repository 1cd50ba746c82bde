"""A watch folder of each test's own, and jobs that complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools
from sidecar.folders.layout import WatchFolder
from tests.folders.scenes import make_folder
from tests.support import MakeClip, make_job

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "mjpeg", "-q:v", "2")
LONG = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=24", "-c:v", "mjpeg", "-q:v", "2")


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box")


@pytest.fixture
def good(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> JobSpec:
    """A job that completes."""
    return make_job(make_clip("good.mov", *PICTURE), tmp_path / "proxies", tools)


@pytest.fixture
def long(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> JobSpec:
    """A job that runs for some seconds."""
    return make_job(make_clip("long.mov", *LONG), tmp_path / "proxies", tools)
