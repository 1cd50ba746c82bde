"""Both pages as the API itself serves them, behind its guard, with what its parts hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sidecar.service.rows import Beat
from tests.service.api.serving import (
    BY,
    TOKEN,
    Api,
    end_job,
    id_of,
    jobspec,
    parts_in,
    result_for,
    served,
)
from tests.service.pages.served import Opener, Service
from tests.service.pages.test_states import says

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """The API over parts of its own."""
    with parts_in(tmp_path) as parts, served(parts) as answering:
        yield answering


@pytest.fixture
def open_page(browser: Browser, api: Api) -> Iterator[Opener]:
    """Open what the API serves; no page may do anything wrong."""
    opener = Opener(browser, Service(address=f"http://{api.host}"))
    yield opener
    opener.close()
    assert opener.wrong == []


def test_the_operators_page_shows_the_service_and_saves_a_result(
    open_page: Opener, api: Api
) -> None:
    specs = [jobspec(label=f"night {number}") for number in range(4)]
    for spec in specs:
        assert api.submit(spec).status_code == 201
    done, failed, going, _waiting = map(id_of, specs)
    end_job(api.parts, done)
    end_job(api.parts, failed, status="failed")
    assert api.parts.table.claim(going, BY)
    api.parts.table.beat(Beat(BY, "running", going, clips_done=1, clips_total=2))
    page = open_page(hash_=f"#token={TOKEN}", clock=False)
    says(page, "1 job failed in the last 24 hours")
    assert TOKEN not in page.url
    expect(page.locator(".figures dd")).to_have_text(["1", "1", "1", "1"])
    expect(page.locator("section.running .clips")).to_have_text("1 of 2 clips")
    expect(page.locator("section.failures .sentence")).to_have_text("FFmpeg failed")
    with page.expect_download() as saving:
        page.locator("section.completed [data-act=result]").click()
    assert saving.value.suggested_filename == f"{done}.result.json"
    assert saving.value.path().read_bytes() == result_for(done)
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("All is well: 1 running")


def test_every_link_in_the_description_of_the_whole_api_leads_somewhere(open_page: Opener) -> None:
    page = open_page(path="/docs", hash_="", clock=False)
    expect(page.locator("#post-v1-jobs .call")).to_contain_text("curl -X POST")
    lost = """() => [...document.querySelectorAll("a[href^='#']")]
        .map((link) => link.getAttribute("href"))
        .filter((target) => !document.getElementById(target.slice(1)))"""
    assert page.evaluate(lost) == []
