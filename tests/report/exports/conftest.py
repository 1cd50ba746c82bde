"""A place for histories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.exports.rows import put


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with two proven proxies."""
    put(tmp_path / "dailies", "A.mov")
    put(tmp_path / "dailies", "sub/B.mov")
    return tmp_path / "dailies"
