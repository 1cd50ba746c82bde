"""One browser for the tests of a file; for each test a small server and the page that it serves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.report.browser.opened import started_chromium
from tests.service.pages.overviews import overview
from tests.service.pages.served import Opener, Service, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; not for the whole session, for its loop would be every other test's too."""
    with started_chromium() as started:
        yield started


@pytest.fixture
def service() -> Iterator[Service]:
    """A service on which all is well."""
    with served(Service(overview=overview())) as answering:
        yield answering


@pytest.fixture
def open_page(browser: Browser, service: Service) -> Iterator[Opener]:
    """Open its page; it may ask nobody else for anything, nor do anything wrong."""
    opener = Opener(browser, service)
    yield opener
    opener.close()
    assert opener.wrong == []
