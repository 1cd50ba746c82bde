"""`proxx qc` in this process, and a short clip with its proxy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.altered_profiles import run
from tests.end_to_end.look_pictures import looking
from tests.qc.measured import Qc, make_qc
from tests.support import MakeClip, Ran

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "mjpeg", "-q:v", "2")


@pytest.fixture
def qc(capsys: pytest.CaptureFixture[str]) -> Qc:
    """Return `proxx qc`, called in this process."""
    return make_qc(capsys)


@pytest.fixture
def source(make_clip: MakeClip, tmp_path: Path) -> Path:
    """One second of a moving picture, which a test may spoil."""
    path = tmp_path / "footage" / "A001.mov"
    path.parent.mkdir()
    shutil.copyfile(make_clip("clip.mov", *PICTURE), path)
    return path


@pytest.fixture
def ran(source: Path, tools: Tools, tmp_path: Path) -> Ran:
    """Its proxy, in full size and nearly without loss."""
    done = run(source, tmp_path, tools, looking("prores_hq"))
    assert done.result.status == "COMPLETED", done.result.failure
    return done
