"""What the API's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.service.parts import Parts
from tests.service.api.serving import Api, parts_in, served


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Parts below a folder of the test's own."""
    with parts_in(tmp_path / "service") as ready:
        yield ready


@pytest.fixture
def api(parts: Parts) -> Iterator[Api]:
    """The API over these parts, by a real server."""
    with served(parts) as api:
        yield api


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One API for all requests of a module that leave no job."""
    limits = {"max_body_bytes": 256 * 1024, "max_upload_bytes": 512 * 1024}
    folder = tmp_path_factory.mktemp("service")
    with parts_in(folder, **limits) as parts, served(parts) as api:
        yield api
