"""The operator's page as a whole: harm, keys, files, colours, people who hear it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.service.pages import overviews
from tests.service.pages.overviews import HARM, failed, overview, running, stale
from tests.service.pages.served import TOKEN, Opener, Service
from tests.service.pages.test_states import look_again, says

pytestmark = pytest.mark.timeout(60)
STATES = {
    "well": overview(),
    "trouble": overviews.in_trouble(),
    "away": overviews.table_away(),
    "nothing": overviews.nothing_yet(),
    "harm": overviews.hostile(),
}


def opened(open_page: Opener, service: Service, state: str, **context: object) -> Page:
    service.overview = STATES[state]
    page = open_page(**context)  # type: ignore[arg-type]
    expect(page.locator("#told .columns")).to_be_visible()
    look_again(page)
    return page


def test_no_text_does_harm_and_each_is_shown(open_page: Opener, service: Service) -> None:
    page = opened(open_page, service, "harm")
    shown = page.locator("section.workers .why").all_text_contents()
    assert sorted(HARM[:4]) == sorted(text for text in shown if text in HARM[:4])
    assert r"invoice\u{202e}gpj.vom" in shown
    assert r"one\u{a}two\u{2028}three\u{0}\u{1b}[31m" in shown
    for hurt in ("window.hurt", "window.hurt_by"):
        assert page.evaluate(hurt) is None
    assert page.locator("img, iframe, script:not(head script, body > script)").count() == 0
    page.locator("section.failures [data-act=result]").first.click()
    assert set(service.asked) == {"/v1/overview"}


@pytest.mark.parametrize("state", STATES)
def test_the_page_never_scrolls_sideways(open_page: Opener, service: Service, state: str) -> None:
    page = opened(open_page, service, state)
    for width in (1440, 800, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("state", [pytest.param("well", marks=pytest.mark.slow), "trouble", "harm"])
def test_axe_finds_nothing(open_page: Opener, service: Service, state: str) -> None:
    page = opened(open_page, service, state)
    for theme in ("light", "dark") if state != "harm" else ("light",):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_where_nothing_is_known_or_it_is_old(
    open_page: Opener, service: Service
) -> None:
    page = open_page(hash_="", color_scheme="dark")
    says(page, "The service asks for a token")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    service.overview = STATES["trouble"]
    page.evaluate("token => { location.hash = `token=${token}`; }", TOKEN)
    expect(page.locator("#told .columns")).to_be_visible()
    service.gone = True
    page.clock.fast_forward(4100)
    expect(page.locator("#told")).to_have_class("old")
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_only_what_changes_for_a_person_is_said_aloud(open_page: Opener, service: Service) -> None:
    page = open_page()
    said = page.locator("#said")
    expect(said).to_have_text("All is well")
    page.evaluate(
        """() => {
        const said = document.getElementById("said");
        window.said = [];
        const note = () => window.said.push(said.textContent);
        new MutationObserver(note).observe(said, { childList: true });
    }"""
    )
    service.overview = overview(running=(running(0),))
    look_again(page)
    expect(page.locator("section.running li")).to_have_count(1)
    service.overview = overview(running=(stale(0),))
    look_again(page)
    expect(said).to_have_text("1 job is stale")
    look_again(page)
    assert page.evaluate("window.said") == ["1 job is stale"]


def test_focus_and_selection_stay_while_the_page_hears_more(
    open_page: Opener, service: Service
) -> None:
    service.overview = overview(running=(stale(1), stale(2)), failures=(failed(1),))
    page = open_page()
    copy = page.locator(".need").nth(1).locator(".copy")
    copy.focus()
    page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('.failures .sentence bdi'))"
    )
    told = page.evaluate("getSelection().toString()")
    assert told.startswith("The proxy")
    service.overview = overview(running=(stale(2),), failures=(failed(0), failed(1)))
    look_again(page)
    expect(page.locator(".need")).to_have_count(2)
    expect(page.locator(".need").first.locator(".copy")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == told


def test_everything_is_reached_and_done_by_keys(open_page: Opener, service: Service) -> None:
    service.overview = overview(running=(stale(1),))
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    says(page, "1 job is stale")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To what goes on")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".need .job")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == overviews.job_id(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".need .copy")).to_have_text("Copied")
    cure = f"proxx release {overviews.job_id(1)} --service SETTINGS.toml --reason TEXT"
    assert page.evaluate("navigator.clipboard.readText()") == cure


def test_without_a_clipboard_ids_and_commands_are_copied_by_selection(
    open_page: Opener, service: Service
) -> None:
    """A page that is read from another host without TLS has no clipboard."""
    service.overview = overview(running=(stale(1),))
    page = open_page(early="Object.defineProperty(navigator, 'clipboard', { value: undefined });")
    page.evaluate(
        "document.addEventListener('copy', () => { window.copied = `${getSelection()}`; })"
    )
    page.locator(".need .job").click()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("window.copied") == overviews.job_id(1)
    page.locator(".need .copy").click()
    assert page.evaluate("window.copied").startswith("proxx release")


def test_a_result_is_fetched_with_the_token_and_saved_under_its_name(
    open_page: Opener, service: Service
) -> None:
    page = open_page()
    with page.expect_download() as saving:
        page.locator("section.completed [data-act=result]").first.click()
    saved = saving.value
    assert saved.suggested_filename == f"{overviews.job_id(200)}.result.json"
    assert saved.path().read_bytes() == service.result
    assert TOKEN not in saved.url


def test_a_result_that_is_not_there_is_said(open_page: Opener, service: Service) -> None:
    service.result = None
    page = open_page()
    button = page.locator("section.completed [data-act=result]").first
    button.click()
    expect(button).to_have_text("Not there")
    expect(page.locator("#said")).to_have_text("Not there")
    page.clock.fast_forward(2600)
    expect(button).to_have_text("Result")


def test_without_scripts_the_page_says_what_tells_the_same(open_page: Opener) -> None:
    page = open_page(java_script_enabled=False, clock=False)
    expect(page.get_by_text("proxx queue list SETTINGS.toml")).to_be_visible()


def test_where_less_motion_is_asked_for_nothing_moves(open_page: Opener) -> None:
    page = open_page(reduced_motion="reduce")
    bar = page.locator(".progress .done").first
    assert bar.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


def test_the_chosen_colours_are_those_of_every_page_of_proxx(open_page: Opener) -> None:
    page = open_page(color_scheme="light")
    page.get_by_role("button", name="Colours").click(click_count=2)
    assert page.evaluate("localStorage.getItem('proxx-report-theme')") == "dark"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
