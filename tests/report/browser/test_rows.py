"""What a person does with the rows: finding, sorting, opening, by hand and by keys."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import Page, expect

from sidecar.report.model import Measure
from tests.report.browser.opened import Opener, focused, names, row, shown
from tests.report.samples import clip, quality, view
from tests.report.whole_views import a_night

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def page(open_view: Opener) -> Page:
    return open_view(a_night())


def chip(page: Page, state: str) -> None:
    page.locator(f".chip[data-state={state}]").click()


def test_states_filter_together_and_say_that_they_do(page: Page) -> None:
    chip(page, "failed")
    assert shown(page).count() == 2
    chip(page, "gone")
    assert shown(page).count() == 3
    pressed = page.locator(".chip[aria-pressed=true]")
    assert pressed.count() == 2
    expect(page.locator("#shown")).to_have_text("3 of 20 rows")
    chip(page, "failed")
    chip(page, "gone")
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
    chip(page, "replaced")
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


@pytest.mark.parametrize("column", ["State", "Clip", "Outcome", "Engine", "Size", "Took", "Ended"])
def test_every_column_sorts_all_rows(page: Page, column: str) -> None:
    page.get_by_role("columnheader", name=column).get_by_role("button").click()
    assert shown(page).count() == 18


def test_a_row_opens_to_its_failure_and_its_command(page: Page) -> None:
    head = row(page, "c0").locator(".open")
    expect(head).to_have_attribute("aria-expanded", "false")
    head.click()
    expect(head).to_have_attribute("aria-expanded", "true")
    opened = page.locator(f"#{head.get_attribute('aria-controls')}")
    expect(opened).to_be_visible()
    expect(opened).to_contain_text("Copy the clip from the card again")
    expect(opened).to_contain_text("SOURCE_TRUNCATED in execution")
    expect(opened).to_contain_text("partial file")
    expect(opened).to_contain_text("ffmpeg -hide_banner")
    row(page, "c0").locator("td.state").click()
    expect(opened).to_be_hidden()


def test_a_row_opens_to_its_proof_facts_and_pictures(page: Page) -> None:
    row(page, "c6").get_by_role("button").click()
    opened = page.locator("#d-c6")
    proof = opened.locator("table").first
    first = proof.locator("tbody tr").first
    assert first.locator("th, td").all_text_contents() == [
        *("timecode", "10:04:11:07", "10:04:11:07", "different")
    ]
    assert proof.locator("tbody tr").count() == 14
    expect(opened.get_by_role("heading", name="Proof")).to_have_text(
        "Proof: 1 different, 1 unknown, 1 planned, 11 equal"
    )
    assert opened.get_by_role("img", name="PSNR of 22 pictures").is_visible()
    assert opened.locator(".film img").count() == 15
    expect(opened).to_contain_text("proxy, picture 681: could not be read")
    loaded = "all => all.every((one) => one.complete && one.naturalWidth === 32)"
    page.wait_for_function(f"({loaded})([...document.querySelectorAll('.film img')])")
    expect(opened).to_contain_text("attaches by hand")


def test_a_pair_of_pictures_is_looked_at_large(page: Page) -> None:
    row(page, "c6").locator(".open").click()
    page.get_by_role("button", name="Larger: picture 454").click()
    dialog = page.get_by_role("dialog", name="Picture 454, 3 of 8: PSNR 43.8")
    assert dialog.get_by_role("img").count() == 2
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="Picture 681, 4 of 8")
    expect(dialog).to_contain_text("proxy, picture 681: could not be read")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="Picture 0, 1 of 8")).to_be_visible()
    expect(page.get_by_role("button", name="Picture before")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert shown(page).count() == 18


def test_a_measure_of_very_many_pictures_is_drawn_and_keeps_its_lowest(open_view: Opener) -> None:
    values = tuple(0.99 if number != 150_001 else 0.5 for number in range(200_000))
    measure = Measure("SSIM", "", tuple(range(200_000)), values, 0.5, 0.99)
    long = dataclasses.replace(quality(), measures=(measure,), pictures=())
    page = open_view(view(clip(0, quality=long)))
    row(page, "c0").locator(".open").click()
    chart = page.get_by_role("img", name="SSIM of 200000 pictures")
    assert 100 < chart.locator(".hit").count() < 400
    expect(page.locator("#d-c0 .measure h4")).to_contain_text("lowest 0.500 at picture 150001")


def test_details_are_built_when_a_row_opens_and_not_before(page: Page) -> None:
    assert page.locator(".opened").count() == 0
    row(page, "c6").get_by_role("button").click()
    assert page.locator(".opened").count() == 1


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
    chip(page, "gone")
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
