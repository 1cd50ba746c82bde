"""The CSV: what a reader gets back, and that no spreadsheet makes a formula of a name."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.report.exports.table import COLUMNS, as_written, harmless, write_table
from sidecar.report.rows import Row
from tests.report.exports.rows import put, rows_below
from tests.results.scenes import PROXY, failed, write_result

KEPT = [
    *("kind", "state", "status", "verification", "name", "source", "proxy", "batch", "label"),
    *("job_id", "clip", "engine", "engine_version", "host", "code", "sentence", "next_step"),
    *("size_bytes", "sha256", "seconds", "ended", "told", "told_by"),
]


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def row(name: str) -> Row:
    return Row("waiting", "", name, "not run yet", None, None, None, None, None, {}, "job")


def test_the_columns_that_others_build_on_stay_where_they_are() -> None:
    assert list(COLUMNS[: len(KEPT)]) == KEPT
    data = write_table(())
    assert data == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


def test_a_line_tells_all_of_a_clip_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = put(tmp_path, "A.mov", minute=7, duration_seconds=1.25)
    data = write_table(rows_below(tmp_path))
    [line] = read(data)
    assert line["state"] == "proven"
    assert line["status"] == "COMPLETED"
    assert line["verification"] == "conform"
    assert (line["name"], line["source"], line["proxy"]) == ("A.mov", "/card/A.mov", str(path))
    assert line["engine"] == "ffmpeg"
    assert line["ended"] == "2026-02-13T20:07:00Z"
    assert f",{len(PROXY)},".encode() in data
    assert b",1.25," in data
    assert Path(line["told_by"]).is_file()
    assert line["code"] == line["sentence"] == ""


def test_what_failed_what_waits_and_what_cannot_be_read_stand_in_it_too(tmp_path: Path) -> None:
    write_result(tmp_path, failed("B.mov", tmp_path))
    write_result(tmp_path, label="C", status="FAILED", issues=[], engine=None, worker=None)
    (tmp_path / "broken.12345678.result.json").write_text("{")
    lines = {line["state"]: line for line in read(write_table(rows_below(tmp_path)))}
    assert lines["failed"]["kind"] == "clip"
    broken = lines["unreadable"]
    assert broken["kind"] == "file"
    assert broken["told_by"].endswith("broken.12345678.result.json")
    [told] = [line for line in read(write_table(rows_below(tmp_path))) if line["code"]]
    assert (told["sentence"], told["next_step"]) == ("It broke", "Mend.")
    assert told["sha256"] == told["size_bytes"] == ""


@pytest.mark.parametrize(
    "name",
    [
        'a "b", c',
        "line\nbreak",
        "cr\rlf\r\n",
        "semi;colon",
        "tab\tbed",
        "ümlaut 映画 🎬",
        " x ",
        "",
    ],
)
def test_whatever_a_name_holds_a_reader_gets_it_back(name: str) -> None:
    [line] = read(write_table([row(name)]))
    assert as_written(line["name"]) == name
    assert line["state"] == "waiting"


@pytest.mark.parametrize(
    "name",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "==", "＝1", "＋1", "－1", "＠a"),
        *("\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", '"=1"', "'=1", "''=1"),
        *("﹦1", "⁺1", "−1", "”=1", "\x00=1", "\u202e=1"),
        *("a;=1", "a\n=1", "a\r\n@x", "a\t+1", 'a;"=1"', "a; =1", "a|=1", "a\u2028=1"),
    ],
)
def test_a_name_that_could_be_a_formula_is_made_harmless(name: str) -> None:
    [line] = read(write_table([row(name)]))
    assert line["name"] == harmless(name) != name
    assert as_written(line["name"]) == name


@pytest.mark.parametrize(
    "name", ["A-1.mov", "a=b", "x@y", "1+1", "C:\\a-b", "it's", "A_001", "a; b"]
)
def test_any_other_name_is_left_as_it_is(name: str) -> None:
    assert harmless(name) == name


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@';\"\t\r\n 　＝"))))
def test_no_text_becomes_a_formula_and_each_comes_back(text: str) -> None:
    cell = harmless(text)
    assert as_written(cell) == text
    for piece in cell.replace("\t", "\n").replace("\r", "\n").replace(";", "\n").split("\n"):
        bare = piece.strip(' \u3000"')
        assert unicodedata.normalize("NFKC", bare[:1])[:1] not in set("=+-@")


def test_a_name_that_is_no_text_is_written_and_its_broken_part_shown() -> None:
    [line] = read(write_table([row("a\udcffb\ud800.mov")]))
    assert line["name"] == r"a\udcffb\ud800.mov"


def test_a_moment_of_another_age_is_none(tmp_path: Path) -> None:
    put(tmp_path, "A.mov")
    path = next(tmp_path.glob("*.result.json"))
    text = path.read_text()
    path.write_text(text.replace("2026-02-13T20:00:00.000Z", "0001-01-01T00:00:00+02:00"))
    assert write_table(rows_below(tmp_path))
