"""Both hosts, each on a stage of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resolve_scripts.stage import LANGUAGES, Stage


@pytest.fixture(params=LANGUAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    """A stage in a folder with a space and letters that are no ASCII in its name."""
    return Stage(tmp_path / "Prüf Ordner", request.param)
