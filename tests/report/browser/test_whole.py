"""The page as a whole: harm, paper, colours, people who hear it, browsers without scripts."""

from __future__ import annotations

import dataclasses

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sidecar.report.model import Headline, ReportView
from tests.report.browser.opened import Opener, names, row, shown
from tests.report.samples import clip, night, quality, view
from tests.report.whole_views import HOSTILE_NAMES, a_night, hostile

pytestmark = pytest.mark.timeout(60)

NOTHING = view(headline=Headline("quiet", "no clip yet", ()))
ALL_FAILED = view(
    *(clip(n, "failed") for n in range(9)), night=night(tuple(clip(n, "failed") for n in range(9)))
)
_NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"


def open_rows(page: Page, *keys: str) -> None:
    for key in keys:
        row(page, key).locator(".open").click()


def test_no_name_does_harm_and_each_is_shown(open_view: Opener) -> None:
    page = open_view(hostile())
    for head in page.locator(".open").all():
        head.click()
    for number, name in enumerate(HOSTILE_NAMES[:4]):
        assert page.locator(f"#r-c{number} .open").text_content() == name
        for cell in ("proof", "facts"):
            table = page.locator(f"#d-c{number} table").nth(0 if cell == "proof" else 1)
            assert table.locator("tbody th").text_content() == name
        assert page.locator(f"#d-c{number} .command pre").text_content() == name
    assert page.locator("#r-c4 .open").text_content() == r"invoice\u202egpj.vom"
    assert page.locator("#d-c5 .command pre").text_content() == "two\nlines\\r\tand\\x00more.mov"
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    assert page.title().startswith("Review of </script>")


def test_a_name_from_right_to_left_turns_nothing_else_around(open_view: Opener) -> None:
    page = open_view(hostile())
    head = page.locator("#r-c7 .open bdi")
    assert head.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"
    left = page.locator("#r-c7 .told").bounding_box()
    other = page.locator("#r-c8 .told").bounding_box()
    assert left is not None
    assert other is not None
    assert left["x"] == other["x"]


@pytest.mark.parametrize("width", [1440, 800])
@pytest.mark.parametrize("shown_view", [a_night(), hostile(), NOTHING], ids=["night", "harm", "no"])
def test_the_page_never_scrolls_sideways(
    open_view: Opener, shown_view: ReportView, width: int
) -> None:
    page = open_view(shown_view, viewport={"width": width, "height": 900})
    for head in page.locator(".open").all()[:8]:
        head.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("early", ["", _NO_CLIPBOARD], ids=["clipboard", "selection"])
def test_a_command_is_copied_by_one_click(open_view: Opener, early: str) -> None:
    page = open_view(a_night(), early=early)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_rows(page, "c6")
    page.get_by_role("button", name="Copy command").click()
    expect(page.locator("#d-c6 .command .copy")).to_have_text("Copied")
    expect(page.locator("#said")).to_have_text("Copied")
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_role("searchbox")).to_have_value(a_night().clips[6].command)


def test_where_nothing_may_be_copied_it_is_selected_and_said(open_view: Opener) -> None:
    page = open_view(a_night(), early=f"{_NO_CLIPBOARD} document.execCommand = () => false;")
    open_rows(page, "c6")
    page.get_by_role("button", name="Copy command").click()
    expect(page.locator("#said")).to_contain_text("Selected")
    assert page.evaluate("getSelection().toString()") == a_night().clips[6].command


def test_on_paper_failures_are_open_and_there_is_nothing_to_press(open_view: Opener) -> None:
    page = open_view(a_night(), color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("#d-c0")).to_be_visible()
    expect(page.locator("#d-c3")).to_be_visible()
    assert page.locator("#d-c6").count() == 0
    for gone in (".controls", ".tools", "#d-c0 .command .copy"):
        expect(page.locator(gone)).to_be_hidden()
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    assert page.locator("body").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.emulate_media(media="screen")
    expect(page.locator("#d-c0")).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


def background(page: Page) -> str:
    told: str = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    return told


def test_colours_follow_the_system_until_a_person_chooses(open_view: Opener) -> None:
    page = open_view(a_night(), color_scheme="light")
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert light != dark
    theme = page.get_by_role("button", name="Colours")
    seen = []
    for _ in range(3):
        theme.click()
        seen.append((theme.text_content(), background(page)))
    assert [(words or "").strip() for words, _ in seen] == ["Light", "Dark", "Auto"]
    assert [colour for _, colour in seen] == [light, dark, dark]


# Chromium itself may lose on a busy machine what was stored right before a reload: two halves.
def test_the_chosen_colours_are_kept(open_view: Opener) -> None:
    page = open_view(a_night(), color_scheme="light")
    page.get_by_role("button", name="Colours").click(click_count=2)
    assert page.evaluate("localStorage.getItem('proxx-report-theme')") == "dark"
    dark = background(page)
    kept = "localStorage.setItem('proxx-report-theme', 'dark');"
    again = open_view(a_night(), early=kept, color_scheme="light")
    assert background(again) == dark
    expect(again.get_by_role("button", name="Colours: dark")).to_be_visible()


def test_where_a_page_may_keep_nothing_it_works_all_the_same(open_view: Opener) -> None:
    refused = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    page = open_view(a_night(), early=refused, color_scheme="light")
    light = background(page)
    page.get_by_role("button", name="Colours").click(click_count=2)
    assert background(page) != light
    assert shown(page).count() == 18


def test_without_scripts_rows_and_headline_are_readable(open_view: Opener) -> None:
    page = open_view(a_night(), java_script_enabled=False)
    assert len(names(page)) == 20
    expect(page.get_by_text("without JavaScript")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(row(page, "c0").get_by_text("Copy the clip from the card again")).to_be_visible()
    for pressed in (".controls", ".tools"):
        expect(page.locator(pressed)).to_be_hidden()


@pytest.mark.parametrize(
    ("theme", "width"),
    [("light", 1440), pytest.param("dark", 1440, marks=pytest.mark.slow), ("dark", 800)],
)
def test_axe_finds_nothing(open_view: Opener, theme: str, width: int) -> None:
    measured = dataclasses.replace(clip(0, "failed"), quality=quality())
    rows = (measured, *a_night().clips[1:])
    page = open_view(
        dataclasses.replace(a_night(), clips=rows),
        color_scheme=theme,
        viewport={"width": width, "height": 1400},
    )
    open_rows(page, "c0", "c6")
    page.get_by_label("done again or replaced").check()
    page.locator(".chip").first.hover()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("shown_view", [NOTHING, ALL_FAILED], ids=["nothing", "all failed"])
def test_axe_finds_nothing_where_there_is_little_or_much_harm(
    open_view: Opener, shown_view: ReportView
) -> None:
    page = open_view(shown_view)
    page.locator("#show-keys").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_states_are_told_in_words_and_shapes_not_by_colour_alone(open_view: Opener) -> None:
    page = open_view(a_night())
    for each in shown(page).all():
        state = each.locator("td.state")
        tone = (each.get_attribute("class") or "").split("tone-")[1].split()[0]
        assert (state.text_content() or "").strip()
        assert state.locator("use").get_attribute("href") == f"#i-{tone}"
