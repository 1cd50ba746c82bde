"""`proxx results` says where a proxy was linked, and why where it was not."""

from __future__ import annotations

import pytest

from sidecar.resolve.linking.records import LinkRecord, add_record
from tests.sidecar.calling import Proxx


def note(proxx: Proxx, **fields: object) -> None:
    """Record an attempt to link the first proxy, as the plugin would."""
    [result, *_] = proxx.results()
    record = LinkRecord(
        at="2026-02-13T20:15:00.000Z",
        project_id="p",
        project_name="Film",
        item_id="i",
        media_id=None,
        clip_name="A.mov",
        clip_index=0,
        proxy="/out/A.mov",
        size_bytes=1,
        modified_at="2026-02-13T20:00:00+00:00",
        sha256=None,
        outcome="linked",
        reason=None,
        read_back=("160x90", "/out/A.mov"),
    ).model_copy(update=fields)
    path = result.with_name(result.name.removesuffix(".result.json") + ".links.jsonl")
    add_record(path, record)


@pytest.fixture
def done(proxx: Proxx) -> Proxx:
    """Two clips that are made."""
    proxx.shoot("A.mov", "B.mov")
    proxx("create", "footage", "--out", "out", "--clips-per-job", "2")
    assert proxx("run", "out").code == 0
    return proxx


def test_the_state_of_a_link_stands_below_its_clip(done: Proxx) -> None:
    note(done, item_id="j", outcome="already")
    note(done, outcome="refused", reason="no reason given")
    note(done, outcome="linked")
    note(done, project_id="q", project_name="Trailer", outcome="refused", reason="it is closed")
    said = done("results", "out")
    assert said.code == 0
    lines = [line.strip() for line in said.out.splitlines()]
    at = next(place for place, line in enumerate(lines) if "A.mov" in line)
    assert lines[at + 1 : at + 3] == ["linked in Film", "link refused in Trailer: it is closed"]
    assert "B.mov" in lines[at + 3]


def test_a_program_reads_the_newest_record_of_each_item(done: Proxx) -> None:
    note(done, outcome="refused", reason="no reason given")
    note(done, outcome="linked")
    one, other = done.json("results", "out")["clips"]
    [link] = one["links"]
    assert (link["outcome"], link["project_name"], link["reason"]) == ("linked", "Film", None)
    assert other["links"] == []


def test_a_record_that_cannot_be_read_is_told(done: Proxx) -> None:
    note(done)
    [path] = (done.folder / "out").glob("*.links.jsonl")
    path.write_bytes(path.read_bytes() + b"?\n")
    said = done("results", "out")
    assert said.code == 0
    assert "linked in Film" in said.out
    assert "line 2: no link record" in said.out


def test_records_are_no_footage(done: Proxx) -> None:
    note(done)
    left = done.json("create", "out", "--out", "more").get("left_out", [])
    reasons = {entry["reason"] for entry in left if entry["path"].endswith((".jsonl", ".json"))}
    assert reasons == {"made by Proxx"}
