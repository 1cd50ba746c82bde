"""`proxx report`: one page, written whole, in the place of an older one and of nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from html import unescape
from pathlib import Path

import pytest

from tests.results.scenes import clip_document, failed, put_proxy, write_result
from tests.sidecar.calling import Proxx, fail, record

PAGE = "proxx-report.html"


def text_of(page: Path) -> str:
    """What a person reads, without the script and the style."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def make_night(proxx: Proxx) -> None:
    """A night of three clips, one of which was copied in part."""
    fail(proxx, "A.mov", "B.mov", "sub/C.mov")


def test_the_page_of_a_night_stands_in_its_folder(proxx: Proxx) -> None:
    make_night(proxx)
    before = record(proxx.folder)
    said = proxx("report", "out")
    assert said.code == 1
    page = proxx.folder / "out" / PAGE
    assert said.out.splitlines() == ["of 3 clips 1 NOT COMPLETED", f"page: {page}"]
    after = record(proxx.folder)
    assert after.pop(f"out/{PAGE}")
    assert after == before, "a view changes nothing"
    told = text_of(page)
    for word in ("B.mov", "C.mov", "SOURCE_TRUNCATED", "day 1", "NOT COMPLETED"):
        assert word in told


def test_a_page_takes_the_place_of_an_older_one(proxx: Proxx) -> None:
    put_proxy(proxx.folder / "out" / "A.mov")
    out = proxx.folder / "out"
    write_result(out, clip_document("A.mov", out), label="A")
    assert proxx("report", "out").code == 0
    write_result(out, failed("B.mov", out), label="B")
    assert proxx("report", "out").code == 1
    assert "B.mov" in text_of(out / PAGE)
    assert not list(out.glob(".*")), "nothing hidden is left"


def test_a_file_of_somebody_else_is_not_replaced(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, failed("A.mov", out), label="A")
    (out / PAGE).write_text("<p>notes of a person</p>")
    said = proxx("report", "out")
    assert said.code == 2
    assert "is no page of Proxx" in said.err
    assert "--out" in said.err
    assert (out / PAGE).read_text() == "<p>notes of a person</p>"


@pytest.mark.parametrize(
    ("out", "told"),
    [("out", "is a folder"), ("nowhere/page.html", "is not there")],
)
def test_a_place_where_no_page_can_be_is_told(proxx: Proxx, out: str, told: str) -> None:
    folder = proxx.folder / "out"
    write_result(folder, failed("A.mov", folder), label="A")
    said = proxx("report", "out", "--out", out)
    assert said.code == 2
    assert told in said.err


def test_nothing_found_writes_nothing(proxx: Proxx) -> None:
    (proxx.folder / "out").mkdir()
    said = proxx("report", "out")
    assert said.code == 2
    assert "no result and no job like that in out" in said.err
    assert not list((proxx.folder / "out").iterdir())


def test_one_batch_alone(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    for batch in ("one", "two"):
        put_proxy(out / f"{batch}.mov")
        write_result(out, clip_document(f"{batch}.mov", out), label=batch, batch=batch)
    assert proxx("report", "out", "--batch", "two").code == 0
    told = text_of(out / PAGE)
    assert "two.mov" in told
    assert "one.mov" not in told


def test_a_batch_is_known_however_its_umlaut_is_written(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    put_proxy(out / "A.mov")
    write_result(out, clip_document("A.mov", out), label="A", batch="Köln")
    apart = unicodedata.normalize("NFD", "Köln")
    assert proxx("report", "out", "--batch", apart).code == 0
    assert proxx("results", "out", "--batch", apart).code == 0


def test_a_page_says_whether_proxies_still_stand(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    put_proxy(out / "A.mov", b"the bytes of a prox?")
    write_result(out, clip_document("A.mov", out), label="A")
    assert proxx("report", "out").code == 0
    said = proxx("report", "out", "--verify")
    assert said.code == 1
    assert "1 NOT PROVEN any more" in said.out
    assert "CHANGED" in text_of(out / PAGE)


def test_a_program_is_told_the_same(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, failed("A.mov", out), label="A")
    told = proxx.json("report", "out", "--out", "night.html")
    page = str(proxx.folder / "night.html")
    assert told == {"page": page, "headline": "of 1 clip 1 NOT COMPLETED", "rows": 1}


def test_open_shows_the_page_in_the_browser(proxx: Proxx, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(shown.append(url)) or True)
    out = proxx.folder / "out"
    write_result(out, failed("A.mov", out), label="A")
    proxx("report", "out", "--open")
    assert shown == [(out / PAGE).as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda _url: False)
    assert "no browser could be started here" in proxx("report", "out", "--open").out


def test_names_that_are_markup_are_shown_as_they_are(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    name = "</script><b>A\u202e.mov"
    clip = failed(name, out)
    write_result(out, clip, label="A")
    assert proxx("report", "out").code == 1
    page = (out / PAGE).read_text("utf-8")
    assert "</script><b>" not in page
    assert "&lt;/script&gt;&lt;b&gt;A" in page


@pytest.mark.parametrize("name", ["A.mov", "B.12345678.result.json", "B.job.json", "page"])
def test_a_page_is_called_so_that_it_is_never_taken_for_anything_else(
    proxx: Proxx, name: str
) -> None:
    out = proxx.folder / "out"
    write_result(out, clip_document("A.mov", out), label="A")
    said = proxx("report", "out", "--out", f"out/{name}")
    assert said.code == 2
    assert "expected a name like" in said.err
    assert not (out / name).exists(), "the proxy is away, and may come back"


def test_a_link_to_a_page_stays_one_and_leads_to_the_new_page(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, failed("A.mov", out), label="A")
    place, link = proxx.folder / "pages", proxx.folder / "night.html"
    place.mkdir()
    link.symlink_to(place / "1.html")
    for _time in range(2):
        assert proxx("report", "out", "--out", "night.html").code == 1
        assert link.is_symlink()
        assert "A.mov" in text_of(place / "1.html")


def test_a_link_to_a_place_that_is_away_is_not_replaced(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, failed("A.mov", out), label="A")
    link = proxx.folder / "night.html"
    link.symlink_to(proxx.folder / "away" / "1.html")
    said = proxx("report", "out", "--out", "night.html")
    assert said.code == 2
    assert "is not there" in said.err
    assert link.is_symlink()


@pytest.mark.parametrize("asked", [("nights/day 2",), ("nights", "--batch", "night 2")])
def test_what_is_not_there_takes_the_place_of_no_good_page(
    proxx: Proxx, asked: tuple[str, ...]
) -> None:
    nights = proxx.folder / "nights"
    write_result(nights, failed("A.mov", nights), label="A", batch="night 1")
    (nights / "torn.result.json").write_text("{")
    assert proxx("report", "nights").code == 1
    before = (nights / PAGE).read_bytes()
    said = proxx("report", *asked)
    assert said.code == 2
    assert "no result and no job" in said.err
    assert (nights / PAGE).read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="a browser of POSIX")
def test_what_a_browser_says_is_no_word_of_ours_and_it_keeps_no_reader_waiting(
    tmp_path: Path,
) -> None:
    write_result(tmp_path / "out", failed("A.mov", tmp_path / "out"), label="A")
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho Opening in existing browser session.\nexec sleep 20\n")
    browser.chmod(0o755)
    said = subprocess.run(
        [sys.executable, "-m", "sidecar.cli.main", "report", "out", "--open", "--json"],
        cwd=tmp_path,
        env=os.environ | {"BROWSER": f"{browser} %s &"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=15,
        check=False,
    )
    assert json.loads(said.stdout)["rows"] == 1
