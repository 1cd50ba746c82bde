"""What every test shares: the tools, real clips, generated clips, and one way to run a job."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from proxx_engine import Tools, find_tools
from tests.hashed_once import hash_ffmpeg_once
from tests.service.servers.told import servers_told
from tests.support import MakeClip, RunClip, run_one_clip
from tests.warm_probe import cold_probe as cold_probe
from tests.warm_probe import warm_probes

# A time limit for each example would fail on a busy machine for no fault of the product.
settings.register_profile("proxx", deadline=None)
settings.load_profile("proxx")

# What shows a page to a person shows none to a test.
os.environ["BROWSER"] = "true"

SHARED_MEDIA = Path(__file__).resolve().parents[2] / "shared" / "media"


@pytest.fixture(scope="session")
def tools(_started_once: None) -> Iterator[Tools]:
    """The embedded FFmpeg and one probe child for the whole session."""
    with find_tools(threads=2) as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _started_once() -> Iterator[None]:
    """Import and hash once a session what each run of this process would do anew."""
    with hash_ffmpeg_once(), warm_probes():
        yield


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """Real clips that stand beside the checkout where the project is developed."""
    if not SHARED_MEDIA.is_dir():
        pytest.skip("the folder of real clips is not beside this checkout")
    return SHARED_MEDIA


@pytest.fixture(scope="session")
def make_clip(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> MakeClip:
    """Return a maker of clips: name and FFmpeg arguments → path, made once a session."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str, *arguments: str) -> Path:
        key = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:8]
        path = folder / key / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            command = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-y", *arguments]
            subprocess.run([*command, f"file:{path}"], check=True, cwd=path.parent)
        return path

    return make


@pytest.fixture
def run_clip(tools: Tools, tmp_path: Path) -> RunClip:
    """Return a function that creates and executes the one-clip job of a source."""

    def run(source: Path, **options: object) -> object:
        return run_one_clip(source, tmp_path, tools, **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the real servers that the run started."""
    if lines := servers_told(config):
        terminalreporter.section("servers")
        for line in lines:
            terminalreporter.line(line)
