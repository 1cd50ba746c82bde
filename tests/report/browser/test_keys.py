"""Keys, the night and addresses lead to rows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.report.browser.opened import Opener, focused, names, press_chip, shown
from tests.report.whole_views import a_night

pytestmark = pytest.mark.timeout(60)


def test_keys_move_open_find_and_clear(page: Page) -> None:
    given = names(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == given[1]
    page.keyboard.press("ArrowDown")
    assert focused(page) == given[2]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert focused(page) == given[0]
    page.keyboard.press("Enter")
    expect(page.locator("#d-c0")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#d-c0")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("c01j")
    expect(page.get_by_role("searchbox")).to_have_value("c01j")
    assert shown(page).count() == 0
    page.keyboard.press("Escape")
    assert names(page) == given


def test_keys_pass_over_rows_that_are_not_shown(page: Page) -> None:
    press_chip(page, "gone")
    page.keyboard.press("j")
    assert focused(page) == "A001_C004_0213Q3.mov"
    page.keyboard.press("j")
    assert focused(page) == "A001_C004_0213Q3.mov"


@pytest.mark.parametrize("width", [1440, 800])
def test_the_row_with_the_focus_is_never_under_the_heads(open_view: Opener, width: int) -> None:
    page = open_view(a_night(), viewport={"width": width, "height": 500})
    seen = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return document.activeElement.contains(there);
    }"""
    for key in "j" * 14 + "k" * 10:
        page.keyboard.press(key)
        assert page.evaluate(seen), f"{focused(page)} after {key}"


def test_the_keys_are_told(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("j")
    assert focused(page) == ""
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_a_stretch_of_the_night_leads_to_its_row(page: Page) -> None:
    page.get_by_role("searchbox").fill("nobody")
    page.locator('a[href="#r-c9"]').focus()
    page.keyboard.press("Enter")
    assert focused(page) == "A001_C010_0213Q9.mov"
    expect(page.locator("#d-c9")).to_be_in_viewport()
    page.locator('a[href="#r-c18"]').click()
    assert focused(page) == "A001_C019_0213Q8.mov"


def test_the_night_is_one_stop_of_tab_and_arrows_walk_in_it(page: Page) -> None:
    assert page.locator(".lane a[tabindex='0']").count() == 1
    page.locator(".lane a[tabindex='0']").focus()
    here = "document.activeElement.getAttribute('href')"
    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(page.evaluate(here))
    assert len(set(walked)) == 3
    assert walked[0] != walked[1] == walked[2] == walked[3], "before the first there is none"
    assert walked[4] == walked[5], "above the first lane there is none"
    assert page.locator(".lane a[tabindex='0']").get_attribute("href") == walked[-1]


def test_an_address_with_a_row_opens_it(open_view: Opener, page: Page) -> None:
    path = open_view.folder / "page 0.html"
    again = open_view.open(path, hash_="#r-c12")
    expect(again.locator("#r-c12 .open")).to_be_focused()
    expect(again.locator("#d-c12")).to_be_visible()
