"""Finding rows: filters, the search, sorting."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.report.browser.opened import Opener, names, press_chip, shown
from tests.report.samples import clip, view
from tests.report.whole_views import a_night

pytestmark = pytest.mark.timeout(60)


def test_states_filter_together_and_say_that_they_do(page: Page) -> None:
    press_chip(page, "failed")
    assert shown(page).count() == 2
    press_chip(page, "gone")
    assert shown(page).count() == 3
    pressed = page.locator(".chip[aria-pressed=true]")
    assert pressed.count() == 2
    expect(page.locator("#shown")).to_have_text("3 of 20 rows")
    press_chip(page, "failed")
    press_chip(page, "gone")
    expect(page.locator("#shown")).to_have_text("18 of 20 rows")


def test_engine_and_batch_filter_with_each_other(page: Page) -> None:
    page.get_by_label("Engine").select_option("resolve")
    assert names(page) == [f"A001_C{n:03d}_0213Q{n - 1}.mov" for n in (5, 10)] + [
        "A001_C015_0213Q4.mov"
    ]
    page.get_by_label("Batch").select_option("DAY 04 Camera B")
    assert names(page) == ["A001_C010_0213Q9.mov"]


def test_rows_that_another_job_did_again_are_shown_when_asked_for(page: Page) -> None:
    assert shown(page).count() == 18
    page.get_by_label("Show 2 done again or replaced").check()
    assert shown(page).count() == 20
    page.get_by_label("Show 2 done again or replaced").uncheck()
    press_chip(page, "replaced")
    assert names(page) == ["A001_C019_0213Q8.mov"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c012", ["A001_C012_0213Q1.mov"]),
        ("source_truncated", ["A001_C001_0213Q0.mov", "A001_C002_0213Q1.mov"]),
        ("truncated c002", ["A001_C002_0213Q1.mov"]),
        ("card_a/dcim/a001/a001_c003", ["A001_C003_0213Q2.mov"]),
        ("3f0a17c2", ["A001_C001_0213Q0.mov"]),
        ("nobody", []),
    ],
)
def test_the_search_looks_through_name_source_code_and_job(
    page: Page, text: str, found: list[str]
) -> None:
    page.get_by_role("searchbox").fill(text)
    assert names(page) == found
    assert page.locator("#nothing").is_visible() is not found


def test_a_name_is_found_however_its_accents_are_composed(open_view: Opener) -> None:
    page = open_view(view(clip(0, name="Ze\u0301.mov"), clip(1, name="b.mov")))
    page.get_by_role("searchbox").fill("z\u00c9")
    assert names(page) == ["Ze\u0301.mov"]


def test_a_search_without_rows_is_cleared_by_one_press(page: Page) -> None:
    page.get_by_role("searchbox").fill("nobody")
    page.get_by_role("button", name="Clear search and filters").click()
    assert shown(page).count() == 18
    assert page.get_by_role("searchbox").input_value() == ""


def test_what_was_done_again_is_offered_where_nothing_else_matches(page: Page) -> None:
    page.get_by_role("searchbox").fill("c020")
    assert shown(page).count() == 0
    page.get_by_role("button", name="Show 1 done again or replaced").click()
    assert names(page) == ["A001_C020_0213Q9.mov"]
    expect(page.get_by_label("Show 2 done again or replaced")).to_be_checked()


def test_a_column_sorts_up_then_down_then_as_it_was(page: Page) -> None:
    given = names(page)
    head = page.get_by_role("columnheader", name="Size")
    button = head.get_by_role("button")
    sizes = {each.name: each.size_bytes for each in a_night().clips}
    known = sorted((n for n in given if sizes[n]), key=lambda n: sizes[n] or 0)
    unknown = [n for n in given if not sizes[n]]
    button.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(page) == known + unknown
    button.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page) == known[::-1] + unknown
    button.click()
    expect(head).not_to_have_attribute("aria-sort")
    assert names(page) == given


def test_numbers_in_names_sort_as_numbers_and_one_column_sorts_at_a_time(
    open_view: Opener,
) -> None:
    page = open_view(view(*(clip(n, name=f"take {n}.mov") for n in (10, 9, 100))))
    page.get_by_role("columnheader", name="State").get_by_role("button").click()
    page.get_by_role("columnheader", name="Clip").get_by_role("button").click()
    assert names(page) == ["take 9.mov", "take 10.mov", "take 100.mov"]
    assert page.locator("[aria-sort]").count() == 1


def test_every_column_sorts_all_rows(page: Page) -> None:
    for column in ("State", "Clip", "Outcome", "Engine", "Size", "Took", "Ended"):
        head = page.get_by_role("columnheader", name=column)
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", "ascending")
        assert shown(page).count() == 18


def test_a_page_that_is_loaded_again_shows_what_its_controls_say(page: Page) -> None:
    page.get_by_label("Engine").select_option("resolve")
    page.get_by_label("done again or replaced").check()
    page.get_by_role("searchbox").fill("c005")
    page.reload()
    assert page.get_by_label("Engine").input_value() == ""
    assert page.get_by_role("searchbox").input_value() == ""
    expect(page.get_by_label("done again or replaced")).not_to_be_checked()
    assert shown(page).count() == 18
