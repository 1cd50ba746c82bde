from pathlib import Path

import pytest

from tests.support import RunClip


@pytest.mark.parametrize("name", ["apple_prores_lt.mov"])
def test_real_clip(shared_media: Path, run_clip: RunClip, name: str) -> None:
    ran = run_clip(shared_media / name)
    assert ran.result.status == "COMPLETED"
