"""What several tests of the farm share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.farm.scenes import caller
from tests.faults.shim import Shim, build_shim, why_no_shim
from tests.sidecar.calling import Proxx, make_proxx
from tests.support import MakeClip


@pytest.fixture
def farm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proxx:
    """`proxx` in this process; its folder is empty."""
    return caller(tmp_path, capsys)


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    """`proxx` in this process, with footage to make."""
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that makes a call fail, or kills at it."""
    reason = why_no_shim()
    if reason is not None:
        pytest.skip(reason)
    return build_shim(tmp_path_factory.mktemp("shim"))
