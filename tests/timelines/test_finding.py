"""Which file of the folders that are searched is meant, and how sure that is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.sidecar.calling import Proxx, Said
from tests.timelines.conftest import Shoot
from tests.timelines.dialects import asset, clipitem, edl, fcp7, fcpxml, write

USED = ("01:00:01:00", "01:00:03:00")
UNSURE = "found by name alone, as no timecode could be compared: 1"


def _create(proxx: Proxx, *words: object, timeline: str = "cut.edl") -> Said:
    return proxx("create", "--timeline", timeline, *words, "--out", "out")


def _source(proxx: Proxx) -> str:
    [job] = (proxx.folder / "out").rglob("*.job.json")
    path: str = json.loads(job.read_bytes())["clips"][0]["source"]["path"]
    return str(Path(path).relative_to(proxx.folder))


@pytest.mark.parametrize("note", ["FROM FILE", "FROM CLIP"])
def test_a_file_that_only_has_the_name_and_lies_beside_the_list_is_not_taken_unseen(
    proxx: Proxx, shoot: Shoot, note: str
) -> None:
    shoot("C001.mov", timecode="05:00:00:00")
    shoot("cards/C001.mov")
    write(proxx.folder / "cut.edl", edl({"12A": USED}) + f"* {note}: C001.mov\n")
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert _source(proxx) == "cards/C001.mov"


def test_a_file_that_is_reached_in_two_ways_is_one_file(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov")
    (proxx.folder / "raid").symlink_to(proxx.folder / "cards")
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED}))
    said = _create(proxx, "--search", "cards", "--search", "raid")
    assert said.code == 0, said.err
    assert _source(proxx) == "cards/C001.mov"


def test_a_file_that_has_no_timecode_is_said_to_be_found_by_name_alone(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/C001.mov", timecode=None)
    shoot("cards/C002.mov")
    rows = {"C001.mov": ("00:00:01:00", "00:00:03:00"), "C002.mov": USED}
    write(proxx.folder / "cut.edl", edl(rows))
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert UNSURE in said.out


def test_of_many_files_that_are_unsure_a_person_is_shown_some_and_a_program_all(
    proxx: Proxx, shoot: Shoot
) -> None:
    names = [f"C{number:03d}.mov" for number in range(30)]
    shoot(*(f"cards/{name}" for name in names), timecode=None)
    write(proxx.folder / "cut.edl", edl(dict.fromkeys(names, ("00:00:01:00", "00:00:03:00"))))
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert UNSURE.replace(": 1", ": 30") in said.out
    assert said.out.count("cards/C0") == 10
    assert "and 20 more; --json names them all" in said.out
    words = ("--timeline", "cut.edl", "--search", "cards", "--out", "again")
    told = proxx.json("create", *words)["used"]
    assert sum(used["by_name_alone"] for used in told) == 30


def test_where_fcp7_xml_writes_no_timecode_the_name_must_do_and_that_is_said(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/A.mov")
    item = clipitem(0, "A.mov", "file:///gone/A.mov", first=50, frames=50)
    without = re.sub("<timecode>.*?</timecode>", "", item, flags=re.DOTALL)
    write(proxx.folder / "cut.xml", fcp7([without]))
    said = _create(proxx, "--search", "cards", timeline="cut.xml")
    assert said.code == 0, said.out
    assert UNSURE in said.out


def test_of_very_many_that_fit_alike_the_first_are_shown_and_the_others_counted(
    proxx: Proxx, shoot: Shoot
) -> None:
    names = [f"C{number:03d}.mov" for number in range(103)]
    shoot(*(f"{place}/{name}" for place in ("cards", "backup") for name in names), frames=75)
    write(proxx.folder / "cut.edl", edl(dict.fromkeys(names, USED)))
    said = _create(proxx, "--search", "cards", "--search", "backup")
    assert said.code == 2
    assert said.err.count(" fits 2 files: ") == 100
    assert "3 more are as unsure" in said.err


def test_a_name_that_is_the_whole_reel_goes_before_one_that_begins_so(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/A001C001.mov", "cards/A001C001_graded.mov")
    text = edl({"12A": USED}).replace("AX      ", "A001C001")
    write(proxx.folder / "cut.edl", text)
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert _source(proxx) == "cards/A001C001.mov"


@pytest.mark.parametrize("name", ["cuts/cut.fcpxml", "cuts/cut.fcpxmld"])
def test_a_place_is_told_from_the_folder_of_the_xml_on_also_in_a_bundle(
    proxx: Proxx, shoot: Shoot, name: str
) -> None:
    file = Path(name) / "Info.fcpxml" if name.endswith("d") else Path(name)
    [path] = shoot(f"{file.parent}/media/A.mov")
    cut = '<asset-clip ref="r2" offset="0s" duration="1s"/>'
    write(proxx.folder / file, fcpxml(cut, assets=asset("r2", "A", "./media/A.mov")))
    said = _create(proxx, timeline=name)
    assert said.code == 0, said.out
    assert _source(proxx) == str(path.relative_to(proxx.folder))
