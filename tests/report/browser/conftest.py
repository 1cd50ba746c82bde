"""One browser for the tests of a file, one context for each page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.report.browser.opened import Opener, started_chromium
from tests.report.whole_views import a_night


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; not for the whole session, for its loop would be every other test's too."""
    with started_chromium() as started:
        yield started


@pytest.fixture
def open_view(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open views in pages; none may ask the network for anything, or do anything wrong."""
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()
    assert opener.wrong == []


@pytest.fixture
def page(open_view: Opener) -> Page:
    """A night with every state, opened."""
    return open_view(a_night())
