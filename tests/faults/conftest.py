"""Clips of the fault tests, and the promise that every one of them is held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.faults.scenes import leavings, running_below, snapshot, words_of
from tests.faults.shim import Shim, build_shim, why_no_shim
from tests.faults.watch_rounds import Rounds, open_rounds
from tests.faults.watch_scene import Footage, make_footage
from tests.support import MakeClip, Ran, execute, make_job

Try = Callable[..., Ran]


@pytest.fixture(scope="session")
def clip(make_clip: MakeClip) -> Path:
    """One second of picture and sound."""
    return make_clip(
        "clip.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1"),
        *("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=1"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
        *("-c:a", "pcm_s16le", "-f", "mov"),
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def nothing_left(tmp_path: Path, clip: Path) -> Iterator[None]:
    """Hold a test to the promise: no hidden file, no lock, no process, sources as they were."""
    before = snapshot(clip), sorted(p.name for p in clip.parent.iterdir())
    yield
    assert leavings(tmp_path) == []
    assert [words for p in running_below(tmp_path) if (words := words_of(p))] == []
    assert (snapshot(clip), sorted(p.name for p in clip.parent.iterdir())) == before


@pytest.fixture
def attempt(tools: Tools, out: Path, clip: Path) -> Try:
    """Return a function that makes the job of a source, changes it, and executes it."""

    def run(
        source: Path = clip,
        *,
        change: Callable[..., object] = lambda spec: spec,
        tools: Tools = tools,
        stop: object = None,
        profile: str = "prores_proxy",
    ) -> Ran:
        spec = make_job(source, out, tools, profile=profile)
        return execute(change(spec), out, tools, stop=stop)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that counts calls and makes the k-th one fail."""
    reason = why_no_shim()
    if reason is not None:
        pytest.skip(reason)
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="session")
def footage(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Two tiny clips, and a job for each."""
    return make_footage(tmp_path_factory.mktemp("footage"), tools)


@pytest.fixture(scope="session")
def rounds(tmp_path_factory: pytest.TempPathFactory, footage: Footage, shim: Shim) -> Rounds:
    """What one fault at one call of a watch comes to."""
    return open_rounds(tmp_path_factory.mktemp("rounds"), footage, shim)
