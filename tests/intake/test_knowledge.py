"""The lines of a ledger, folded: in any order of damage, nothing is known that was not so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.intake.knowledge import Clip, IntendedJob, LeftAside
from sidecar.intake.ledger import Ledger, SeenTo
from sidecar.intake.units import Listing

CLIP = Clip({"A.mov": (10, 1)}, "sample", "job", "/out/A.mov")
SEQUENCE = Clip({f"s.{n:02d}.dpx": (5, 1) for n in range(3)}, "sample", "job 2", "/out/s.mov")
JOBS = [
    IntendedJob("job", "A.job", "2026-01-01", "/w/A.job.json", (CLIP,)),
    IntendedJob("job 2", "s.job", "2026-01-01", "/w/s.job.json", (SEQUENCE,)),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path)
    ledger.opened(folder=tmp_path, options="one")
    ledger.intended("act", "unit", JOBS)
    return ledger


def listing(*clips: Clip, **other: tuple[int, int]) -> Listing:
    files = {path: facts for clip in clips for path, facts in clip.files.items()}
    return Listing(files | {name.replace("_", "."): facts for name, facts in other.items()})


def test_what_was_only_intended_is_not_taken(ledger: Ledger) -> None:
    assert set(ledger.knowledge.intended) == {"act"}
    assert ledger.knowledge.sort_files(listing(CLIP)).known == frozenset()


def test_what_is_there_is_taken_and_the_rest_is_new(ledger: Ledger) -> None:
    ledger.done("act", ["job"])
    again = Ledger.read(ledger.home).knowledge
    for knowledge in (ledger.knowledge, again):
        assert knowledge.sort_files(listing(CLIP, SEQUENCE)).known == {"A.mov"}
        assert not knowledge.intended
        assert knowledge.is_known("A.mov", (10, 1))
        assert not knowledge.is_known("A.mov", (11, 1))


def test_sizes_tell_a_change_and_times_a_doubt(ledger: Ledger) -> None:
    ledger.done("act", ["job", "job 2"])
    sort = ledger.knowledge.sort_files
    assert sort(Listing({"A.mov": (11, 1)})).changed == ((CLIP, frozenset({"A.mov"})),)
    assert sort(Listing({"A.mov": (10, 2)})).doubtful == (CLIP,)
    ledger.touched({"A.mov": (10, 2)})
    assert sort(Listing({"A.mov": (10, 2)})).known == {"A.mov"}
    assert sort(listing(SEQUENCE)).known == SEQUENCE.files.keys()


def test_a_sequence_that_grew_is_another_one(ledger: Ledger) -> None:
    ledger.done("act", ["job 2"])
    seen = ledger.knowledge.sort_files(listing(SEQUENCE, s_03_dpx=(5, 1), t_03_dpx=(5, 1)))
    [(clip, files)] = seen.changed
    assert clip == SEQUENCE
    assert files == {*SEQUENCE.files, "s.03.dpx"}
    assert seen.known == frozenset()


def test_what_was_left_aside_is_known_until_it_changes(ledger: Ledger) -> None:
    aside = LeftAside({"x.txt": (1, 1)}, "no footage")
    ledger.noted([SeenTo("unit", "d", (aside,))])
    assert ledger.knowledge.sort_files(Listing({"x.txt": (1, 1)})).known == {"x.txt"}
    assert ledger.knowledge.sort_files(Listing({"x.txt": (2, 1)})).known == frozenset()
    assert ledger.knowledge.at_rest == {"unit": "d"}
    ledger.opened(folder=ledger.home, options="two")
    assert ledger.knowledge.at_rest == {}
    assert ledger.knowledge.left_aside == {}


def test_names_that_are_no_text_come_back_as_they_were(ledger: Ledger) -> None:
    name = "CARD/\udcff\n.mov"
    clip = Clip({name: (1, 1)}, "s", None, "/out/x")
    ledger.noted([SeenTo("unit", None, needless=(clip,))])
    assert Ledger.read(ledger.home).knowledge.is_known(name, (1, 1))


@given(data=st.data())
def test_no_line_whatever_it_says_stops_the_reading(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(home)
    ledger.intended("act", "unit", JOBS)
    ledger.done("act", ["job", "job 2"])
    path = home / "ledger.jsonl"
    good = path.read_bytes()
    values = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
    events = st.sampled_from(["opened", "intended", "done", "noted", "touched", "other"])
    keys = st.sampled_from(["act", "jobs", "there", "unit", "files", "left_aside", "needless"])
    line: dict[str, Any] = data.draw(st.dictionaries(keys, values, max_size=4))
    line["event"] = data.draw(events)
    path.write_bytes(good + json.dumps(line).encode() + b"\n")
    assert CLIP.name in Ledger.read(home).knowledge.clips
