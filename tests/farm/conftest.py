"""What several tests of the farm share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.farm.scenes import caller
from tests.sidecar.calling import Proxx


@pytest.fixture
def farm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proxx:
    """`proxx` in this process; its folder is empty."""
    return caller(tmp_path, capsys)
