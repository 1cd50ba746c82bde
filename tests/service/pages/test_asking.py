"""How the page asks: with the token, one request at a time, and what it says without an answer."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import Page, expect

from tests.service.pages.served import TOKEN, Opener, Service
from tests.service.pages.test_states import look_again, says

pytestmark = pytest.mark.timeout(60)
WELL = "All is well: 3 running, 12 waiting"
ASKS = "The service asks for a token"


def paste(page: Page, text: str) -> None:
    page.get_by_label("Token").fill(text)
    page.keyboard.press("Enter")


def stored(page: Page) -> str:
    told: str = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    return told


def hide(page: Page, *, hidden: bool) -> None:
    """Put the tab behind others, or before them again."""
    page.evaluate(
        """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }""",
        hidden,
    )


def test_the_token_leaves_the_address_and_outlives_a_reload(open_page: Opener) -> None:
    page = open_page()
    says(page, WELL)
    assert TOKEN not in page.url
    page.reload()
    says(page, WELL)
    assert TOKEN not in page.url


def test_without_a_token_the_page_asks_for_one_and_keeps_what_is_pasted_nowhere(
    open_page: Opener, service: Service
) -> None:
    page = open_page(hash_="")
    says(page, ASKS)
    expect(page.get_by_label("Token")).to_be_focused()
    assert service.asked == []
    paste(page, f"  {TOKEN}\n")
    says(page, WELL)
    expect(page.get_by_label("Token")).to_be_hidden()
    assert TOKEN not in stored(page) + page.url
    page.reload()
    says(page, ASKS)


def test_where_a_page_may_keep_nothing_it_works_all_the_same(open_page: Opener) -> None:
    refused = "Object.defineProperty(window, '{}', {{ get() {{ throw new Error('no'); }} }});"
    early = refused.format("sessionStorage") + refused.format("localStorage")
    says(open_page(early=early), WELL)


@pytest.mark.parametrize("wrong", ["another", "line\nline", "snow ☃ man"])
def test_a_token_that_is_not_taken_is_asked_for_again(open_page: Opener, wrong: str) -> None:
    page = open_page(hash_="")
    paste(page, wrong)
    expect(page.locator("#ask-words")).to_contain_text("does not take this token")
    paste(page, TOKEN)
    says(page, WELL)


def test_a_service_started_anew_with_another_token_is_asked_no_more(
    open_page: Opener, service: Service
) -> None:
    page = open_page()
    says(page, WELL)
    service.token = "another"
    look_again(page)
    says(page, ASKS)
    assert TOKEN not in stored(page)
    expect(page.locator("#told")).to_be_hidden()
    asked = len(service.asked)
    page.clock.fast_forward(60_000)
    assert len(service.asked) == asked
    page.evaluate("location.hash = 'token=another'")
    says(page, WELL)


def test_a_service_that_is_gone_is_said_and_what_it_told_stays_greyed(
    open_page: Opener, service: Service
) -> None:
    page = open_page()
    says(page, WELL)
    expect(page.locator("#heard")).to_have_text("Heard just now")
    service.gone = True
    page.clock.fast_forward(4100)
    says(page, "The service does not answer")
    expect(page.locator("#told")).to_have_class("old")
    expect(page.locator("section.running li")).to_have_count(3)
    expect(page.locator("#headline")).to_contain_text("what stands below is from 03:12 UTC")
    page.clock.fast_forward(60_000)
    expect(page.locator("#heard")).to_have_text("Last heard 1 min ago")
    service.gone = False
    look_again(page)
    says(page, WELL)
    expect(page.locator("#told")).not_to_have_class("old")


def test_a_service_that_never_answered_is_asked_on(open_page: Opener, service: Service) -> None:
    page = open_page(hash_="")
    service.gone = True
    paste(page, TOKEN)
    says(page, "The service does not answer")
    expect(page.locator("#headline")).to_contain_text("nothing was heard yet")
    service.gone = False
    look_again(page)
    says(page, WELL)


def test_an_error_of_the_service_is_told_in_its_words(open_page: Opener, service: Service) -> None:
    service.status = 500
    page = open_page()
    says(page, "The service refuses: A defect of ours API_DEFECT")


@pytest.mark.parametrize("strange", [[], {}, "text", {"made_at": "2026-02-14T03:12:41Z"}, None])
def test_an_answer_that_is_no_overview_is_told(
    open_page: Opener, service: Service, strange: object
) -> None:
    service.overview = strange
    page = open_page()
    expect(page.get_by_role("heading", level=1)).to_contain_text("what this page cannot read")


def test_a_request_never_overlaps_the_one_before(open_page: Opener, service: Service) -> None:
    service.hold = threading.Event()
    page = open_page()
    expect(page.get_by_role("heading", level=1)).to_have_text("Proxx, the job service")
    until = time.monotonic() + 20
    while service.at_once == 0 and time.monotonic() < until:
        time.sleep(0.01)
    for hidden in (True, False, True, False):
        hide(page, hidden=hidden)
        page.clock.fast_forward(3500)
    assert service.at_once == 1
    service.hold.set()
    says(page, WELL)
    assert service.most_at_once == 1


def test_a_request_that_is_not_answered_is_given_up_and_said(
    open_page: Opener, service: Service
) -> None:
    service.hold = threading.Event()
    page = open_page()
    page.clock.fast_forward(15_100)
    says(page, "The service does not answer")
    service.hold.set()
    look_again(page)
    says(page, WELL)


def test_a_tab_behind_others_asks_seldom_and_at_once_when_it_is_seen(
    open_page: Opener, service: Service
) -> None:
    page = open_page()
    says(page, WELL)
    hide(page, hidden=True)
    asked = len(service.asked)
    page.clock.fast_forward(25_000)
    assert len(service.asked) == asked
    with page.expect_response("**/v1/overview"):
        page.clock.fast_forward(6000)
    with page.expect_response("**/v1/overview"):
        hide(page, hidden=False)
    assert len(service.asked) == asked + 2
