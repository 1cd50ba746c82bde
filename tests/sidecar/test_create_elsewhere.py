"""`proxx create --path-map`: files are looked at by their names here, jobs hold the others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.recorded_apart import ONE_O_CLOCK
from tests.sidecar.calling import PICTURE, Proxx
from tests.sidecar.elsewhere import FROM, all_jobs, maps, raid, written
from tests.sidecar.test_create import jobs
from tests.support import MakeClip
from tests.waves import Wave

__all__ = ["maps", "raid"]


@pytest.mark.parametrize("footage", [f"{FROM}/footage", "raid/footage", f"{FROM}/x/../footage"])
@pytest.mark.parametrize("out", [f"{FROM}/out", "raid/out"])
def test_what_is_named_either_way_is_frozen_by_the_name_of_the_boxes(
    proxx: Proxx, raid: Path, maps: tuple[str, str], footage: str, out: str
) -> None:
    said = proxx("create", footage, "--out", out, *maps)
    assert said.code == 0, said.err
    assert sorted(written(job) for job in all_jobs(raid / "out")) == [
        [f"{FROM}/out", *[f"{FROM}/footage/A.mov"] * 2],
        [f"{FROM}/out", *[f"{FROM}/footage/day 1/B.mov"] * 2],
    ]
    assert f"in the jobs {raid} is called {FROM}" in said.out
    assert "no --path-map holds" not in said.out
    assert f"next: proxx run {raid}/out" in said.out


def test_a_file_says_the_maps_as_it_does_for_run(proxx: Proxx, raid: Path) -> None:
    text = f"[[path_map]]\nfrom = 'Z:\\'\nto = {json.dumps(str(raid))}\n"
    (proxx.folder / "here.toml").write_text(text)
    told = proxx.json("create", "Z:/footage", "--out", "Z:\\out", "--config", "here.toml")
    assert told["path_maps"] == [{"from": "Z:\\", "to": str(raid)}]
    assert sorted(job["clips"] for job in told["jobs"]) == [
        ["Z:\\footage\\A.mov"],
        ["Z:\\footage\\day 1\\B.mov"],
    ]
    assert proxx("run", "raid/out", "--config", "here.toml").code == 0


def test_what_lies_outside_of_every_root_stays_as_it_is_and_is_told(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    shutil.copytree(raid / "footage", proxx.folder / "mine")
    said = proxx("create", "mine", "--out", f"{FROM}/out", *maps)
    assert said.code == 0, said.err
    [first, _second] = all_jobs(raid / "out")
    assert first["output"]["directory"] == f"{FROM}/out"
    assert first["clips"][0]["source"]["path"] == str(proxx.folder / "mine/A.mov")
    told = "in the jobs as here, as no --path-map holds for it"
    assert f"{told}: {proxx.folder}/mine/A.mov and 1 more" in said.out


def test_without_a_map_nothing_is_told_of_names(proxx: Proxx, raid: Path) -> None:
    said = proxx("create", "raid/footage", "--out", "raid/out")
    assert said.code == 0
    assert "in the jobs" not in said.out
    assert proxx.json("create", "raid/footage", "--out", "elsewhere")["path_maps"] == []
    assert all(str(raid) in path for job in all_jobs(raid / "out") for path in written(job))


def test_proxies_beside_their_originals_are_so_by_either_name(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    words = ("--rule", "resolve", "--out", "jobs", *maps)
    assert proxx("create", f"{FROM}/footage", *words).code == 0
    assert {job["output"]["directory"] for job in jobs(proxx, "jobs")} == {f"{FROM}/footage"}
    assert proxx("run", "jobs", *maps).code == 0
    assert (raid / "footage/day 1/Proxy/B.mov").is_file()


def test_what_was_proven_under_other_names_is_left_out_and_replaced(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    words = (f"{FROM}/footage", "--out", f"{FROM}/out", *maps)
    assert proxx("create", *words).code == 0
    assert proxx("run", "raid/out", *maps).code == 0
    for more in ((), ("--trust",)):
        told = proxx.json("create", *words, "--skip-done", *more)
        assert (told["jobs"], len(told["done_before"])) == ([], 2)
    refused = proxx("create", *words)
    assert refused.code == 2
    assert f"{raid}/out/A.mov: was made by Proxx before; --skip-done leaves out" in refused.err
    before = {path.name: path.read_bytes() for path in (raid / "out").rglob("*.mov")}
    again = proxx.json("create", *words, "--profile", "prores_lt", "--replace")
    assert len(again["jobs"]) == 2
    [first, _second] = [Path(job["job_file"]) for job in again["jobs"]]
    assert json.loads(first.read_bytes())["clips"][0]["replaces"] is not None
    assert proxx("run", first, *maps).code == 0
    assert (raid / "out/A.mov").read_bytes() != before["A.mov"]


def test_sound_lut_and_lists_may_be_named_either_way(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    Wave(ONE_O_CLOCK, 90_000).write(raid / "sound/T01.WAV")
    (raid / "look.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    (raid / "times.csv").write_text("name,start\nA.mov,01:00:00:00\n")
    words = ("--sound", f"{FROM}/sound", "--lut", f"{FROM}/look.cube")
    times = ("--timecode-from", f"{FROM}/times.csv")
    said = proxx("create", f"{FROM}/footage/A.mov", "--out", f"{FROM}/o", *words, *times, *maps)
    assert said.code == 0, said.err
    [job] = all_jobs(raid / "o")
    assert job["clips"][0]["source"]["files"] == [f"{FROM}/footage/A.mov", f"{FROM}/sound/T01.WAV"]
    assert job["profile"]["look"]["lut"]["path"] == f"{FROM}/look.cube"
    assert proxx("run", "raid/o", *maps).code == 0


@pytest.mark.parametrize("named", [FROM, "here"])
def test_a_profile_may_name_its_lut_either_way(
    proxx: Proxx, raid: Path, maps: tuple[str, str], named: str
) -> None:
    (raid / "look.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    words = ("raid/footage/A.mov", "--lut", "raid/look.cube", "--out", "first")
    assert proxx("create", *words).code == 0
    lut = jobs(proxx, "first")[0]["profile"]["look"]["lut"]
    path = f"{raid if named == 'here' else FROM}/look.cube"
    assert proxx("profiles", "new", "mine", "--from", "h264").code == 0
    rows = {"path": json.dumps(path), "sha256": f'"{lut["sha256"]}"', "range": '"pc"'}
    rows["table"] = json.dumps(lut["table"])
    told = "\n".join(f"{name} = {value}" for name, value in rows.items())
    with (proxx.folder / "mine.toml").open("a") as file:
        file.write(f"\n[look.lut]\n{told}\n")
    (proxx.folder / "mine.toml").rename(raid / "mine.toml")
    words = ("raid/footage/A.mov", "--out", "raid/o", "--profile", f"{FROM}/mine.toml")
    said = proxx("create", *words, *maps)
    assert said.code == 0, said.err
    [job] = all_jobs(raid / "o")
    assert job["profile"]["look"]["lut"]["path"] == f"{FROM}/look.cube"


def test_what_a_timeline_uses_is_frozen_by_the_name_of_the_boxes(
    proxx: Proxx, raid: Path, maps: tuple[str, str], make_clip: MakeClip
) -> None:
    clip = make_clip("tc.mov", *PICTURE, "-timecode", "01:00:00:00")
    (raid / "cards/A").mkdir(parents=True)
    for name in ("footage/A001.mov", "cards/A/A002.mov"):
        shutil.copyfile(clip, raid / name)
    used = "01:00:00:05 01:00:00:20"
    events = [
        f"00{n}  AX  V  C  {used} 01:00:0{n}:00 01:00:0{n}:15\n* FROM CLIP NAME: A00{n}.mov\n"
        for n in (1, 2)
    ]
    (raid / "cut.edl").write_text(f"TITLE: CUT\n{events[0]}* SOURCE FILE: x\n{events[1]}")
    search = ("--search", f"{FROM}/cards", "--search", "raid/footage")
    words = ("--timeline", f"{FROM}/cut.edl", *search, "--out", f"{FROM}/cut")
    said = proxx("create", *words, *maps)
    assert said.code == 0, said.err
    found = {job["clips"][0]["source"]["path"] for job in all_jobs(raid / "cut")}
    assert found == {f"{FROM}/footage/A001.mov", f"{FROM}/cards/A/A002.mov"}
    assert proxx("run", "raid/cut", *maps).code == 0


def test_what_failed_is_asked_for_again_by_the_names_of_the_boxes_wherever_its_tree_went(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    whole = (raid / "footage/A.mov").read_bytes()
    (raid / "footage/A.mov").write_bytes(whole[: len(whole) * 2 // 3])
    assert proxx("create", "raid/footage", "--out", "raid/out", *maps).code == 0
    assert proxx("run", "raid/out", *maps).code == 1
    (raid / "footage/A.mov").write_bytes(whole)
    (raid / "out").rename(raid / "out 2")
    said = proxx("resubmit", "raid/out 2", *maps)
    assert said.code == 0, said.err
    assert f"moved: {FROM}/out is gone, and its proxies go to {FROM}/out 2" in said.out
    [again] = [job for job in all_jobs(raid / "out 2") if job["retried_from"]]
    assert written(again) == [f"{FROM}/out 2", *[f"{FROM}/footage/A.mov"] * 2]
    assert proxx("run", "raid/out 2", *maps).code == 0
