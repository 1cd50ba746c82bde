"""A service of each test's own, and a job that completes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools
from sidecar.cli.main import main
from tests.service.worker.scenes import Service, open_service
from tests.sidecar.calling import Said
from tests.support import MakeClip, make_job
from tests.watch.conftest import PICTURE


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """SQLite, memory and a local folder."""
    with open_service(tmp_path) as opened:
        yield opened


@pytest.fixture
def shared(tmp_path: Path, redis_url: str) -> Iterator[Service]:
    """A service whose queue several processes share."""
    with open_service(tmp_path, queue=redis_url) as opened:
        yield opened


@pytest.fixture
def footage(service: Service, make_clip: MakeClip) -> Path:
    """A whole clip below the service's roots."""
    path = service.folder / "footage" / "good.mov"
    path.write_bytes(make_clip("good.mov", *PICTURE).read_bytes())
    return path


@pytest.fixture
def good(service: Service, footage: Path, tools: Tools) -> JobSpec:
    """A job that completes."""
    return make_job(footage, service.out, tools)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return `proxx`, called in this process."""

    def proxx(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return proxx
