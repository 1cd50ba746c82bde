"""What a row tells when it is opened, and how it opens."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import Page, expect

from sidecar.report.model import Measure
from tests.report.browser.opened import Opener, row, shown
from tests.report.samples import clip, quality, view

pytestmark = pytest.mark.timeout(60)


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


def test_text_is_selected_in_a_row_without_opening_it_and_the_keys_open_it_all_the_same(
    page: Page,
) -> None:
    told = row(page, "c0").locator(".why")
    box = told.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 6)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()") != ""
    expect(page.locator("#d-c0")).to_have_count(0)
    row(page, "c0").locator(".open").press("Enter")
    expect(page.locator("#d-c0")).to_be_visible()


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


def test_a_measure_that_hardly_changes_is_drawn_nearly_flat(open_view: Opener) -> None:
    steady = Measure("SSIM", "", (0, 24, 48), (0.991, 0.990, 0.992), 0.990, 0.991)
    dipping = Measure("VMAF", "", (0, 24, 48), (95.0, 60.0, 96.0), 60.0, 83.7)
    drawn = dataclasses.replace(quality(), measures=(steady, dipping), pictures=())
    page = open_view(view(clip(0, quality=drawn)))
    row(page, "c0").locator(".open").click()
    height = "all => all.map((one) => one.getBBox().height)"
    flat, deep = page.locator(".measure .line").evaluate_all(height)
    assert flat < 5
    assert deep > 60
    expect(page.locator(".measure h4").nth(1)).to_have_text(
        "VMAFmean 83.7, lowest 60.0 at picture 24"
    )


def test_details_are_built_when_a_row_opens_and_not_before(page: Page) -> None:
    assert page.locator(".opened").count() == 0
    row(page, "c6").get_by_role("button").click()
    assert page.locator(".opened").count() == 1
