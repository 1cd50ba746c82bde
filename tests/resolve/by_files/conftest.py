"""A Resolve whose menu starts no program, and the files between it and Proxx."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.fakes.resolve import FakeResolve
from tests.resolve.by_files.file_desk import FileDesk
from tests.resolve.linking.link_scene import LinkScene


@pytest.fixture
def there(fake: FakeResolve, tmp_path: Path, tools: Tools) -> LinkScene:
    return LinkScene(fake, tmp_path / "Überflug 東京", tools)


@pytest.fixture
def desk(there: LinkScene, monkeypatch: pytest.MonkeyPatch) -> FileDesk:
    desk = FileDesk(there.folder, there.fake, there.settings, monkeypatch)
    desk.exchange()
    return desk
