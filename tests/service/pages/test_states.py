"""What the operator's page says first, and what it tells a person to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sidecar.service.api.overview_shapes import Line
from tests.service.pages import overviews
from tests.service.pages.overviews import failed, job_id, overview, running, stale, worker
from tests.service.pages.served import Opener, Service

pytestmark = pytest.mark.timeout(60)


def look_again(page: Page) -> None:
    """Let the page ask once more, and wait until it was answered."""
    with page.expect_response("**/v1/overview"):
        page.clock.fast_forward(4100)


def says(page: Page, sentence: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(sentence)


def test_all_is_well_is_said_with_what_goes_on(open_page: Opener) -> None:
    page = open_page()
    says(page, "All is well: 3 running, 12 waiting")
    expect(page.locator("#headline")).to_contain_text("6 workers on 3 hosts")
    expect(page.get_by_text("Needs a person")).to_have_count(0)
    expect(page.locator(".figures dd")).to_have_text(["3", "12", "1,204", "9"])
    expect(page.locator("section.running .clips")).to_have_text(
        ["1 of 24 clips", "4 of 24 clips", "measures"]
    )
    assert page.title() == "All is well: 3 running, 12 waiting · Proxx"
    expect(page.locator("link[rel=icon]")).to_have_attribute("data-tone", "good")


def test_a_service_that_has_done_nothing_yet_is_well(open_page: Opener, service: Service) -> None:
    service.overview = overviews.nothing_yet()
    page = open_page()
    says(page, "All is well: nothing runs and nothing waits")
    for words in ("Nothing runs.", "Nothing waits.", "No job has failed.", "forgets what waits"):
        expect(page.locator("#told")).to_contain_text(words)


def test_a_stale_job_is_told_with_its_host_and_how_it_is_released(
    open_page: Opener, service: Service
) -> None:
    service.overview = overview(running=(stale(1), running(0)))
    page = open_page()
    says(page, "1 job is stale")
    need = page.locator(".need")
    expect(need).to_contain_text("render-02:2012 was not heard of for 14 min")
    cure = f"proxx release {job_id(1)} --service SETTINGS.toml --reason TEXT"
    expect(need.locator("code")).to_have_text(cure)
    expect(page.locator("section.running li").first).to_contain_text("stale, silent for 14 min")


def test_a_job_is_shown_by_its_label_with_its_first_digits(
    open_page: Opener, service: Service
) -> None:
    labels = {job_id(1): "A001_C004", job_id(100): "B002"}
    service.overview = overview(running=(stale(1),), failures=(failed(0),), labels=labels)
    page = open_page()
    for place in (".need.tone-bad .sentence >> nth=0", "section.running .name"):
        expect(page.locator(place)).to_contain_text(f"A001_C004 {job_id(1)[:8]}")
    expect(page.locator("section.failures .name")).to_contain_text("B002")
    service.overview = overview(running=(stale(1),), failures=(failed(0),))
    look_again(page)
    expect(page.locator("section.failures .name")).not_to_contain_text("B002")


def test_rows_are_lost_when_two_looks_miss_them_and_not_at_the_first(
    open_page: Opener, service: Service
) -> None:
    service.overview = overview(lost=overviews.lost(70, 71))
    page = open_page()
    says(page, "All is well: 3 running, 12 waiting")
    service.overview = overview(lost=overviews.lost(71, 72))
    look_again(page)
    says(page, "1 job lost its place in the line")
    expect(page.locator(".need code")).to_have_text("proxx queue refill SETTINGS.toml")
    service.overview = overview()
    look_again(page)
    says(page, "All is well: 3 running, 12 waiting")


def test_a_blocked_worker_is_told_with_its_cause(open_page: Opener, service: Service) -> None:
    blocked = worker(2, state="blocked", blocked_by="/mnt/nas is not there", job_id=None)
    service.overview = overview(workers=(worker(0), blocked))
    page = open_page()
    says(page, "1 worker is blocked")
    expect(page.locator("#headline")).to_have_class("headline tone-warn")
    expect(page.locator(".need")).to_contain_text("/mnt/nas is not there")
    expect(page.locator("section.workers .why")).to_have_text("/mnt/nas is not there")


def test_jobs_that_wait_where_nobody_works_are_told(open_page: Opener, service: Service) -> None:
    service.overview = overview(running=(), workers=(worker(4, silent=True, silent_seconds=9e5),))
    page = open_page()
    says(page, "no worker is heard of while 12 jobs wait")
    expect(page.locator(".need code")).to_have_text("proxx worker SETTINGS.toml")
    expect(page.locator("section.workers")).to_contain_text("silent for 10 days")
    line = Line(queue="memory", outlives_us=False, waiting=0, first=())
    service.overview = overview(running=(), workers=(), line=line)
    look_again(page)
    expect(page.locator(".need")).to_contain_text("in its own process")
    expect(page.locator(".need code")).to_have_count(0)


@pytest.mark.parametrize("may_store", [True, False], ids=["stored", "not stored"])
def test_failures_are_told_until_a_person_has_seen_them(
    open_page: Opener, service: Service, *, may_store: bool
) -> None:
    refused = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    service.overview = overview(failures=(failed(1), failed(3), failed(30)))
    page = open_page(early="" if may_store else refused)
    says(page, "2 jobs failed in the last 24 hours")
    expect(page.locator(".need")).to_contain_text("1 × VERIFY_FRAMES, 1 × SOURCE_TRUNCATED")
    page.get_by_role("button", name="Mark as seen").click()
    says(page, "All is well: 3 running, 12 waiting")
    service.overview = overview(failures=(failed(0), failed(1), failed(3)))
    look_again(page)
    says(page, "1 job failed since 13 Feb, 23:51 UTC")


def test_a_failure_is_told_with_code_sentence_next_step_and_age(
    open_page: Opener, service: Service
) -> None:
    service.overview = overview(failures=tuple(map(failed, range(12))))
    row = open_page().locator("section.failures li").first
    expect(row.locator(".code")).to_have_text("SOURCE_TRUNCATED")
    expect(row).to_contain_text("The source ends early")
    expect(row.locator(".next")).to_have_text("Copy the clip from the card again.")
    expect(row.locator("time")).to_have_text("21 min ago 02:51")


def test_a_long_list_shows_all_when_it_is_asked_to(open_page: Opener) -> None:
    page = open_page()
    rows = page.locator("section.completed li")
    expect(rows).to_have_count(8)
    page.get_by_role("button", name="Show the latest 20").click()
    expect(rows).to_have_count(20)
    look_again(page)
    expect(rows).to_have_count(20)
    page.get_by_role("button", name="Show fewer").click()
    expect(rows).to_have_count(8)


def test_a_table_that_is_away_is_told_and_the_rest_is_shown(
    open_page: Opener, service: Service
) -> None:
    service.overview = overviews.table_away()
    page = open_page()
    says(page, "the job table does not answer")
    expect(page.locator(".need")).to_contain_text("connection refused")
    expect(page.locator(".need")).to_contain_text("See that its database runs")
    expect(page.locator("section.running")).to_contain_text("Not known")
    expect(page.locator(".figures dd")).to_have_text(["–"] * 4)
    expect(page.locator("section.waiting .job")).to_have_count(6)


def test_what_is_gravest_is_said_first_and_much_of_a_kind_is_cut_short(
    open_page: Opener, service: Service
) -> None:
    service.overview = overviews.in_trouble()
    page = open_page()
    says(page, "1 job is stale · 1 worker is blocked · 8 jobs failed in the last 24 hours")
    service.overview = overview(running=tuple(map(stale, range(40))))
    look_again(page)
    says(page, "40 jobs are stale")
    expect(page.locator(".need")).to_have_count(5)
    expect(page.locator(".needs .rest")).to_contain_text("and 35 more")
