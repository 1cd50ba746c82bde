"""The command line, in a folder of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sidecar.calling import Proxx, make_proxx
from tests.support import MakeClip


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    """Return `proxx`, called in this process."""
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)
