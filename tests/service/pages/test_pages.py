"""Both pages as they are written: whole, closed to all but their own service, harmless."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from sidecar.service.api.pages import Page, description_page, operator_page
from tests.report.test_page import Parsed, hashed
from tests.service.pages.documents import small_document
from tests.service.pages.rewrite import kept_pages
from tests.service.pages.served import Opener, Service

pytestmark = pytest.mark.timeout(60)
HARM = "\"><script>window.hurt = 1</script>' onclick='window.hurt=1' {{ 7 * 7 }}"
PAGES = {"operator": operator_page(), "description": description_page(small_document())}
EACH_PAGE = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def rules(page: Page) -> dict[str, list[str]]:
    each = (rule.split() for rule in page.policy.split("; "))
    return {name: values for name, *values in each}


def test_the_pages_are_the_kept_ones() -> None:
    for path, text in kept_pages().items():
        assert text == path.read_text("utf-8"), (
            "python -m tests.service.pages.rewrite writes it anew; read the diff"
        )


def test_the_operators_page_may_run_its_scripts_and_ask_its_own_service() -> None:
    page = PAGES["operator"]
    parsed = Parsed(page.body.decode())
    assert rules(page) == {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": [hashed(text) for text in parsed.raw["style"]],
        "script-src": [hashed(text) for text in parsed.raw["script"]],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    assert len(parsed.raw["script"]) == 2


def test_the_description_has_no_script_and_may_ask_nobody() -> None:
    page = PAGES["description"]
    parsed = Parsed(page.body.decode())
    assert set(rules(page)) == {
        *("default-src", "img-src", "style-src", "base-uri", "form-action", "frame-ancestors")
    }
    assert parsed.named("script") == []


def test_no_script_makes_markup_or_code_of_a_text() -> None:
    script = "".join(Parsed(PAGES["operator"].body.decode()).raw["script"])
    for way in (
        "erHTML",
        "tHTML(",
        "document.write",
        "eval(",
        "Function(",
        'setAttribute("on',
        "DOMParser",
    ):
        assert way not in script, way


@EACH_PAGE
def test_nothing_on_a_page_leads_away_from_it(page: Page) -> None:
    for tag, attributes in Parsed(page.body.decode()).elements:
        assert tag not in ("form", "base", "iframe", "meta http-equiv"), tag
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "srcset", "action", "formaction", "ping"), (tag, name)
            if name in ("href", "src"):
                assert (value or "").startswith(("#", "data:image/svg+xml,")), (tag, value)


def test_texts_of_a_document_stay_texts() -> None:
    harmed = Parsed(description_page(small_document(HARM)).body.decode())
    plain = Parsed(description_page(small_document(" none")).body.decode())
    assert [tag for tag, _ in harmed.elements] == [tag for tag, _ in plain.elements]
    assert [set(one) for _, one in harmed.elements] == [set(one) for _, one in plain.elements]


def test_each_route_is_told_with_a_call_and_what_it_answers(
    open_page: Opener, service: Service
) -> None:
    service.page = PAGES["description"]
    page = open_page(hash_="", clock=False, java_script_enabled=False)
    one = page.locator("#get-v1-jobs-job-id")
    expect(one.locator("h2")).to_have_text("GET /v1/jobs/{job_id}")
    expect(one.locator("pre")).to_have_text(
        "curl http://127.0.0.1:8025/v1/jobs/JOB_ID \\\n"
        '  -H "Authorization: Bearer $(cat TOKEN_FILE)"'
    )
    expect(one.locator(".refusals td")).to_have_text(["API_NO_JOB", "There is no such job"])
    expect(page.locator("#every-route td code")).to_have_text(["API_TOKEN"])
    sent = page.locator("#post-v1-jobs .call")
    expect(sent).to_contain_text("-H 'Content-Type: application/json' \\\n  --data-binary @job")
    expect(page.locator("#post-v1-jobs .body").first).to_contain_text("Job or object of upload_id")
    expect(page.locator("#post-v1-jobs .example pre")).to_have_text('{"upload_id": "0b1f6c1e"}')
    expect(page.locator("#get-healthz")).to_contain_text("no token")
    expect(page.locator("#get-healthz pre")).not_to_contain_text("Authorization")
    limit = page.locator("#get-v1-jobs .type").first
    expect(limit).to_have_text("integer (at least 1, at most 500) or null")
    told = page.locator("#shape-Job tbody td.type").all_text_contents()
    assert told == [
        '"pending" or "running"',
        "list of Job",
        "object of string (9 characters or fewer)",
        '"proxy"',
        "anything",
    ]


@pytest.mark.parametrize("width", [1440, 360])
def test_the_description_can_be_read_by_everybody(
    open_page: Opener, service: Service, width: int
) -> None:
    service.page = description_page(small_document(" " + "x" * 300))
    page = open_page(hash_="", clock=False, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
