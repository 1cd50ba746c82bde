"""Records of links: appended, never lost by a death, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidecar.resolve.linking.records import LinkRecord, add_record, read_records, told_links

RECORD = LinkRecord(
    at="2026-02-13T20:15:00.000Z",
    project_id="p",
    project_name="Film",
    item_id="i",
    media_id="m",
    clip_name="A001.mov",
    clip_index=0,
    proxy="/proxies/A001.mov",
    size_bytes=100,
    modified_at="2026-02-13T20:00:00+00:00",
    sha256="0" * 64,
    outcome="linked",
    reason=None,
    read_back=("160x90", "/proxies/A001.mov"),
)


def changed(**fields: object) -> LinkRecord:
    return RECORD.model_copy(update=fields)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "A001.0a1b2c3d.links.jsonl"


def test_what_is_added_is_read_in_its_order(file: Path) -> None:
    records = (RECORD, changed(item_id="j", outcome="refused", reason="Élan 東京", read_back=None))
    for record in records:
        add_record(file, record)
    assert read_records(file).records == records
    assert file.read_bytes().isascii()


def test_without_a_file_there_is_nothing(file: Path) -> None:
    assert read_records(file).records == read_records(file).unread == ()


def test_the_newest_line_of_each_item_counts(file: Path) -> None:
    later = changed(at="2026-02-14T08:00:00.000Z", outcome="refused", reason="no")
    other = changed(project_id="q")
    for record in (RECORD, other, later):
        add_record(file, record)
    assert read_records(file).newest() == {("p", "i"): later, ("q", "i"): other}


@given(st.integers(min_value=1))
@example(-1)  # all but the end of its line: a record like any other
def test_a_line_that_a_death_cut_off_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    file = tmp_path_factory.mktemp("cut") / "A001.links.jsonl"
    add_record(file, RECORD)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: cut % len(whole)])
    before = read_records(file)
    assert before.records == (RECORD,) * (2 if cut % len(whole) == len(whole) - 1 else 1)
    assert before.unread == ()
    later = changed(outcome="already")
    add_record(file, later)
    assert read_records(file).records == (*before.records, later)


def test_a_line_that_is_no_record_is_told_and_hides_no_other(file: Path) -> None:
    add_record(file, RECORD)
    with file.open("ab") as lines:
        lines.write(b'{"at": 1}\nno JSON\n\xff\n')
    add_record(file, RECORD)
    read = read_records(file)
    assert read.records == (RECORD, RECORD)
    assert [words.partition(": ")[0] for words in read.unread] == [
        f"{file}, line {number}" for number in (2, 3, 4)
    ]


def test_what_is_no_file_is_told(file: Path) -> None:
    file.mkdir()
    assert read_records(file).records == ()
    assert str(file) in read_records(file).unread[0]


def test_what_a_later_version_adds_is_passed_over(file: Path) -> None:
    add_record(file, RECORD)
    file.write_bytes(file.read_bytes().replace(b"{", b'{"new": 1, ', 1))
    assert read_records(file).records == (RECORD,)


def test_records_in_words() -> None:
    told = told_links(
        (
            RECORD,
            changed(outcome="already", item_id="j"),
            changed(outcome="refused", project_name="Trailer", reason="no reason given"),
            changed(outcome="unlinkable", reason="the clip has 2 frames, its proxy 24"),
        )
    )
    assert told == (
        "linked in Film",
        "link refused in Trailer: no reason given",
        "cannot be linked in Film: the clip has 2 frames, its proxy 24",
    )
