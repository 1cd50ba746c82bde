"""What the double's own tests start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.resolve import FakeResolve, Footage, Profile, Scene, make_resolve

Start = Callable[..., FakeResolve]


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """One FFmpeg for all; what was written once is copied."""
    return Footage(kept_in=tmp_path_factory.mktemp("footage"))


@pytest.fixture
def start(footage: Footage) -> Start:
    """Start a Resolve: fields of Profile by name; `real_time` goes to make_resolve."""

    def begin(*, real_time: bool = False, **profile: object) -> FakeResolve:
        return make_resolve(Profile(**profile), footage=footage, real_time=real_time)  # type: ignore[arg-type]

    return begin


@pytest.fixture
def fake(start: Start) -> FakeResolve:
    """A Studio 21.0.4 on Linux in English, with an empty project."""
    return start()


@pytest.fixture
def scene(fake: FakeResolve, tmp_path: Path) -> Scene:
    """The empty project, to be filled."""
    return Scene(fake, tmp_path / "media")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that renders go to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder
