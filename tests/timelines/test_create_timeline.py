"""`proxx create --timeline`: from a cut of another program to jobs of just the media it uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.calling import Proxx, record
from tests.timelines.conftest import Shoot
from tests.timelines.dialects import ALE, AVID_EDL, asset, clipitem, edl, fcp7, fcpxml, write

USED = ("01:00:01:00", "01:00:03:00")


def _sources(proxx: Proxx, where: str = "out") -> list[str]:
    jobs = sorted((proxx.folder / where).rglob("*.job.json"))
    clips: list[dict[str, Any]] = [json.loads(path.read_bytes())["clips"][0] for path in jobs]
    return [str(Path(clip["source"]["path"]).relative_to(proxx.folder)) for clip in clips]


def _create(proxx: Proxx, *words: object, timeline: str = "cut.edl") -> Any:
    return proxx("create", "--timeline", timeline, *words, "--out", "out")


def test_only_what_is_used_becomes_jobs_and_all_else_is_named(proxx: Proxx, shoot: Shoot) -> None:
    for hour in range(1, 7):
        shoot(f"cards/A/A001C00{hour}.mov", timecode=f"0{hour}:00:00:00")
    write(proxx.folder / "cut.edl", AVID_EDL)
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert _sources(proxx) == [f"cards/A/A001C00{hour}.mov" for hour in range(1, 6)]
    assert "1 timeline, 6 events: 5 files used" in said.out
    assert "BL" in said.out
    assert "a generator: black" in said.out


def test_a_file_is_found_by_the_timecode_that_is_used(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/A/C001.mov", timecode="05:00:00:00")
    shoot("cards/B/C001.mov", timecode="01:00:00:00")
    write(proxx.folder / "cut.edl", edl({"C001.MOV": USED}))
    said = _create(proxx, "--search", "cards")
    assert said.code == 0, said.err
    assert _sources(proxx) == ["cards/B/C001.mov"]
    [job] = (proxx.folder / "out").rglob("*.job.json")
    assert json.loads(job.read_bytes())["clips"][0]["output_subdirectory"] == "B"


def test_of_files_that_fit_alike_none_is_guessed_and_all_are_named_at_once(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/A/C001.mov", "cards/B/C001.mov", "cards/A/C002.mov", "cards/B/C002.mov")
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED, "C002": USED}))
    before = record(proxx.folder)
    said = _create(proxx, "--search", "cards")
    assert said.code == 2
    assert "2 problems" in said.err
    for name in ("C001", "C002"):
        assert all(f"cards/{card}/{name}.mov" in said.err for card in "AB")
    assert "SPEC_AMBIGUOUS_MEDIA" in said.err
    assert record(proxx.folder) == before, "a refusal writes nothing"


def test_of_files_that_fit_alike_the_one_of_the_reel_is_meant(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/A001/C001.mov", "cards/B001/C001.mov")
    text = edl({"C001.mov": USED}).replace("AX      ", "B001    ")
    write(proxx.folder / "cut.edl", text)
    assert _create(proxx, "--search", "cards").code == 0
    assert _sources(proxx) == ["cards/B001/C001.mov"]


@pytest.mark.parametrize("reel", ["A001C001", "A001C001_2305", "a001c001.2305"])
def test_a_reel_that_is_cut_off_or_written_otherwise_is_found(
    proxx: Proxx, shoot: Shoot, reel: str
) -> None:
    shoot("cards/A001C001_2305.mov", "cards/A001C002_2305.mov")
    text = edl({"scene 12": USED}).replace("AX      ", reel)
    write(proxx.folder / "cut.edl", text)
    assert _create(proxx, "--search", "cards").code == 0
    assert _sources(proxx) == ["cards/A001C001_2305.mov"]


def test_only_a_name_that_fits_is_not_enough_and_what_it_holds_is_told(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/C001.mov", timecode="05:00:00:00")
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED}))
    said = _create(proxx, "--search", "cards")
    assert said.code == 2
    assert "only its name fits" in said.out
    assert "holds 05:00:00:00 to 05:00:09:24, but 01:00:01:00 to 01:00:02:24 is used" in said.out
    assert not (proxx.folder / "out").exists()


def test_what_is_used_often_and_fits_nowhere_is_told_once(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov", timecode="05:00:00:00")
    cuts = [(f"C001.mov{' ' * n}", (f"01:00:0{n}:00", f"01:00:0{n}:10")) for n in range(9)]
    write(proxx.folder / "cut.edl", edl(dict(cuts)))
    said = _create(proxx, "--search", "cards")
    assert "left out: 1" in said.out
    assert "and 6 more" in said.out


def test_a_name_with_another_ending_is_another_file(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov")
    write(proxx.folder / "cut.edl", edl({"C001.mxf": USED}))
    assert _create(proxx, "--search", "cards").code == 2


def test_media_are_taken_from_where_the_timeline_says(proxx: Proxx, shoot: Shoot) -> None:
    [path] = shoot("here/A001.mov")
    shoot("elsewhere/A001.mov")
    cut = '<asset-clip ref="r2" offset="0s" start="90025/25s" duration="50/25s"/>'
    write(proxx.folder / "cut.fcpxml", fcpxml(cut, assets=asset("r2", "A001", path.as_uri())))
    said = _create(proxx, "--search", "elsewhere", timeline="cut.fcpxml")
    assert said.code == 0, said.err
    assert _sources(proxx) == ["here/A001.mov"]


def test_a_path_map_says_how_a_drive_is_called_here(proxx: Proxx, shoot: Shoot) -> None:
    shoot("drive/day 1/A001.mov")
    items = [clipitem(0, "A001.mov", "file://localhost/D%3a/day%201/A001.mov", first=9, frames=9)]
    write(proxx.folder / "cut.xml", fcp7(items))
    path_map = f"D:\\={proxx.folder / 'drive'}"
    said = _create(proxx, "--path-map", path_map, timeline="cut.xml")
    assert said.code == 0, said.err
    [job] = (proxx.folder / "out").rglob("*.job.json")
    clip = json.loads(job.read_bytes())["clips"][0]
    assert clip["source"]["path"] == "D:\\day 1\\A001.mov"
    assert clip["output_subdirectory"] == "D/day 1", "its place, too, is that of the drive's name"


def test_a_file_that_is_used_often_and_by_several_timelines_is_made_once(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cards/C001.mov", "cards/C002.mov")
    rows = {f"C00{1 + n % 2}.mov": (f"01:00:0{n}:00", f"01:00:0{n + 1}:00") for n in range(8)}
    write(proxx.folder / "a.edl", edl(rows))
    write(proxx.folder / "b.edl", edl({"C001": USED}))
    more = ("--timeline", "b.edl", "--search", "cards", "--search", "cards")
    said = _create(proxx, *more, timeline="a.edl")
    assert said.code == 0, said.err
    assert "2 timelines" in said.out
    assert _sources(proxx) == ["cards/C001.mov", "cards/C002.mov"]


def test_an_ale_makes_jobs_of_the_bin_and_leaves_sound_out(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/A001C001.mov")
    shoot("cards/A001C002.mov", timecode="02:00:00:00")
    write(proxx.folder / "bin.ale", ALE)
    said = _create(proxx, "--search", "cards", timeline="bin.ale")
    assert said.code == 0, said.err
    assert len(_sources(proxx)) == 2
    assert "sound only" in said.out


def test_proxies_of_its_own_are_not_taken_for_the_media(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov")
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED}))
    where = ("--search", ".", "--rule", "resolve")
    assert _create(proxx, *where).code == 0
    assert proxx("run", "out").code == 0
    again = _create(proxx, *where, "--skip-done")
    assert again.code == 0, again.err
    assert "nothing to do" in again.out


def test_what_comes_of_a_timeline_runs_and_is_proven(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov")
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED}))
    assert _create(proxx, "--search", "cards", "--profile", "h264").code == 0
    assert proxx("run", "out").code == 0
    assert proxx("results", "out", "--verify").code == 0


def test_a_program_is_told_each_file_with_its_events(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov")
    rows = {"C001.mov": USED, "lost.mov": USED}
    write(proxx.folder / "cut.edl", edl(rows))
    words = ("--timeline", "cut.edl", "--search", "cards", "--out", "out")
    told = proxx.json("create", *words)
    [used] = told["used"]
    assert used["events"] == ["cut.edl: event 001 (line 4)"]
    assert used["by_name_alone"] is False
    [left] = told["timeline_left_out"]
    assert (left["name"], left["events"]) == ("lost.mov", ["event 002 (line 6)"])
    assert len(told["jobs"]) == 1


def test_every_problem_of_timelines_and_folders_is_told_at_once(proxx: Proxx) -> None:
    write(proxx.folder / "a.edl", "nothing")
    words = ("--timeline", "b.otio", "--timeline", "c.mov", "--search", "nowhere")
    said = _create(proxx, *words, timeline="a.edl")
    assert said.code == 2
    assert "4 problems" in said.err
    for name in ("a.edl", "b.otio", "c.mov", "nowhere"):
        assert name in said.err
    assert not (proxx.folder / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("footage", "--timeline", "cut.edl"),
        ("footage", "--search", "cards"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(proxx: Proxx, words: tuple[str]) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", *words, "--out", "out")
    assert said.code == 2
    assert "--timeline" in said.err
