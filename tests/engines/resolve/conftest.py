"""What the driver's tests start from: time passes only where they say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools
from proxx_engine.system import clock
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Footage, Profile, make_resolve

MakeStage = Callable[..., Stage]


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """One FFmpeg for all; what was written once is copied."""
    return Footage(kept_in=tmp_path_factory.mktemp("footage"))


@pytest.fixture
def make_stage(
    footage: Footage, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> MakeStage:
    """Start a Resolve (`resolve` are fields of Profile) with a user at work and one raw clip."""

    def make(resolve: dict[str, Any] | None = None, **stage: Any) -> Stage:
        fake = make_resolve(Profile(**(resolve or {})), footage=footage, seconds_per_job=20.0)
        monkeypatch.setattr(clock, "wait_seconds", fake.advance)
        monkeypatch.setattr(clock, "monotonic_seconds", fake.clock.now)
        return Stage(fake, tmp_path, tools, **stage)

    return make
