"""The page as it is written: whole, closed to the network, and the same for the same view."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from sidecar.report.model import Headline, ReportView
from sidecar.report.page import EARLY, SCRIPTS, STYLES, json_in_html, render_page
from tests.report.rewrite import GOLDEN, kept_page
from tests.report.samples import clip, sizes, view
from tests.report.whole_views import HOSTILE_NAMES, a_night, hostile

ASSETS = files("sidecar.report") / "assets"
VIEWS = {"a night": a_night(), "harm": hostile(), "nothing": view()}
EACH_VIEW = pytest.mark.parametrize("shown", VIEWS.values(), ids=VIEWS)


class Parsed(HTMLParser):
    """A page's elements, the text of its scripts and styles, and all other text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": [], "json": []}
        self.texts: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("style", "script"):
            self._inside = "json" if dict(attrs).get("type") == "application/json" else tag
            self.raw[self._inside].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside][-1] += data
        else:
            self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy_of(parsed: Parsed) -> dict[str, list[str]]:
    (said,) = (m for m in parsed.named("meta") if "http-equiv" in m)
    assert said["http-equiv"] == "Content-Security-Policy"
    rules = (rule.split() for rule in (said["content"] or "").split("; "))
    return {name: values for name, *values in rules}


def test_a_kept_view_gives_the_kept_page() -> None:
    assert kept_page() == GOLDEN.read_text("utf-8"), (
        "python -m tests.report.rewrite writes it anew; read the diff"
    )


@EACH_VIEW
def test_the_same_view_gives_the_same_page(shown: ReportView) -> None:
    assert render_page(shown) == render_page(dataclasses.replace(shown))


@EACH_VIEW
def test_the_policy_allows_what_stands_on_the_page_and_nothing_else(shown: ReportView) -> None:
    parsed = Parsed(render_page(shown))
    assert policy_of(parsed) == {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": [hashed(text) for text in parsed.raw["style"]],
        "script-src": [hashed(text) for text in parsed.raw["script"]],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    assert (len(parsed.raw["style"]), len(parsed.raw["script"])) == (1, 2)


@EACH_VIEW
def test_nothing_on_the_page_leads_away_from_it(shown: ReportView) -> None:
    for tag, attributes in Parsed(render_page(shown)).elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "srcset", "action", "formaction", "ping"), (tag, name)
            if name in ("href", "src"):
                assert (value or "").startswith(("#", "data:image/svg+xml,")), (tag, value)


@EACH_VIEW
def test_a_page_can_be_written_as_utf_8(shown: ReportView) -> None:
    page = render_page(shown)
    assert page.encode("utf-8").decode("utf-8") == page
    assert page.startswith("<!doctype html>\n<html lang=")


def test_text_that_means_harm_stays_text() -> None:
    harmed, plain = Parsed(render_page(hostile())), Parsed(render_page(_harmless()))
    assert [tag for tag, _ in harmed.elements] == [tag for tag, _ in plain.elements]
    assert [set(one) for _, one in harmed.elements] == [set(one) for _, one in plain.elements]
    shown = " ".join(harmed.texts)
    for name in HOSTILE_NAMES[:4]:
        assert name in shown


def _harmless() -> ReportView:
    """Return the hostile view with a letter for every text that means harm."""
    calm = {name: chr(ord("a") + number) for number, name in enumerate(HOSTILE_NAMES)}

    def calmed(value: object) -> object:
        if isinstance(value, str):
            return calm.get(value, value)
        if isinstance(value, tuple):
            return tuple(map(calmed, value))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            known = {f.name: calmed(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return dataclasses.replace(value, **known)  # type: ignore[arg-type]
        return value

    found = calmed(hostile())
    assert isinstance(found, ReportView)
    return found


def test_what_no_one_can_see_in_a_name_is_written_out() -> None:
    page = render_page(hostile())
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u2028\u2029\x00\x1b\r]", page)
    shown = " ".join(Parsed(page).texts)
    for written in (
        r"invoice\u202egpj.vom",
        r"two\nlines\r\tand\x00more.mov",
        r"broken \udcff\x1b[31m.mov",
        r"a\u2028b\u2029c.mov",
        "קליפ שלום.mov",
        "🎬 take 2.mov",
    ):
        assert written in shown


def test_a_command_and_messages_keep_their_lines() -> None:
    told = {"command": "Format: mov\nCodec: a\u202eb", "messages": "one\r\n\ttwo\x1b[0m"}
    (data,) = Parsed(render_page(view(clip(**told)))).raw["json"]
    details = json.loads(data)
    assert details["command"] == "Format: mov\nCodec: a\\u202eb"
    assert details["messages"] == "one\n\ttwo\\x1b[0m"


@pytest.mark.parametrize("text", ["</script>", "<!--", "&lt;", "\u2028\u2029", 'a"b\\', "é🎬"])
def test_json_in_the_page_is_read_as_json_alone(text: str) -> None:
    written = json_in_html({"text": text})
    assert not re.search("[<>&\u2028\u2029]", written)
    assert json.loads(written) == {"text": text}


def test_without_scripts_every_row_tells_its_outcome() -> None:
    shown = a_night()
    parsed = Parsed(render_page(shown))
    text = " ".join(" ".join(parsed.texts).split())
    assert "without JavaScript" in text
    assert all(detail in text for detail in (shown.headline.sentence, *shown.headline.details))
    for row in shown.clips:
        assert row.name in text
        assert row.words in text
        if row.failure:
            for said in (row.failure.code, row.failure.sentence, row.failure.next_step):
                assert said in text


def test_a_page_without_rows_says_so_and_offers_nothing_to_press() -> None:
    parsed = Parsed(render_page(view(headline=Headline("quiet", "no clip yet", ()))))
    assert "No result was found." in parsed.texts
    assert parsed.named("table") == parsed.named("input") == []


def test_a_filter_for_what_is_all_the_same_is_left_out() -> None:
    alike = Parsed(render_page(view(clip(0, batch="one"), clip(1, batch="one"))))
    assert alike.named("select") == []
    other = Parsed(render_page(view(clip(0, batch="one"), clip(4, batch="two"))))
    assert [each["id"] for each in other.named("select")] == ["engine", "batch"]


def test_proxies_that_weigh_more_than_their_sources_fit_on_the_plot() -> None:
    heavy = dataclasses.replace(sizes(), source_bytes=100, proxy_bytes=250, proxy_share=2.5)
    bars = [
        bar["width"]
        for bar in Parsed(render_page(view(clip(), sizes=heavy))).named("rect")
        if (bar["class"] or "").startswith("bar")
    ]
    assert bars == ["40%", "100%"]


def test_every_style_and_script_that_lies_there_is_on_the_page() -> None:
    assert {each.name for each in ASSETS.iterdir()} == {*STYLES, *EARLY, *SCRIPTS}


@pytest.mark.parametrize("name", [*STYLES, *EARLY, *SCRIPTS])
def test_an_asset_can_stand_inside_a_page(name: str) -> None:
    text = (ASSETS / name).read_text("utf-8")
    assert not re.search(r"</(script|style)|<!--|innerHTML|outerHTML|insertAdjacent|eval\(", text)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", text)
