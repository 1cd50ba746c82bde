"""The command line, and clips that carry a timecode and a name, in folders of each test's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import pytest

from tests.sidecar.calling import Proxx, make_proxx
from tests.support import MakeClip


class Shoot(Protocol):
    """Puts clips below the test's folder."""

    def __call__(
        self, *names: str, timecode: str | None = ..., rate: str = ..., frames: int = ...
    ) -> list[Path]: ...


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    """Return `proxx`, called in this process."""
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)


@pytest.fixture
def shoot(proxx: Proxx, make_clip: MakeClip) -> Shoot:
    """Return what puts clips of ten seconds below the folder, as `cards/A/A001C001.mov`."""

    def put(
        *names: str, timecode: str | None = "01:00:00:00", rate: str = "25", frames: int = 250
    ) -> list[Path]:
        looks = ("-f", "lavfi", "-i", f"testsrc2=s=128x72:r={rate}", "-frames:v", str(frames))
        stamp = ("-timecode", timecode) if timecode else ()
        clip = make_clip("clip.mov", *looks, "-c:v", "mjpeg", *stamp)
        paths = [proxx.folder / name for name in names]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(clip, path)
        return paths

    return put
