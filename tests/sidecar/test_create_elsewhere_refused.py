"""`proxx create --path-map`: what is in the way, and what would not be found again, is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sidecar.calling import Proxx, record
from tests.sidecar.elsewhere import FROM, maps, raid

__all__ = ["maps", "raid"]


def test_a_job_that_waits_under_other_names_stands_in_the_way(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    (raid / "box").mkdir()
    words = (f"{FROM}/footage", "--out", f"{FROM}/out", "--into", f"{FROM}/box", *maps)
    assert proxx("create", *words).code == 0
    assert len(list((raid / "box/pending").iterdir())) == 2
    refused = proxx("create", *words)
    assert refused.code == 2
    assert f"{raid}/out/A.mov: a job waits to make it" in refused.err
    told = proxx.json("create", "raid/footage", *words[1:], "--skip-done")
    assert (told["jobs"], len(told["waiting"])) == ([], 2)
    other = proxx("create", *words, "--profile", "prores_lt")
    assert "of another source, profile or timecode" in other.err
    # One that was made without a map asks for the same file.
    shutil.rmtree(raid / "box/pending")
    (raid / "box/pending").mkdir()
    plain = ("raid/footage", "--out", "raid/out", "--into", "raid/box")
    assert proxx("create", *plain).code == 0
    assert len(proxx.json("create", *words, "--skip-done")["waiting"]) == 2
    assert proxx("watch", "raid/box", "--once", *maps).code == 0


def test_names_that_would_meet_are_told_by_their_names_here(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    files = (f"{FROM}/footage/A.mov", "raid/footage/A.mov", f"{FROM}/footage/day 1/B.mov")
    assert len(proxx.json("create", *files, "--out", "raid/one", *maps)["jobs"]) == 2
    said = proxx("create", *files, "--out", "raid/out", "--name", "{codec}", *maps)
    assert said.code == 2
    assert f"{raid}/footage/A.mov and {raid}/footage/day 1/B.mov would all become" in said.err
    assert not (raid / "out").exists()


def test_two_names_of_one_root_are_refused_before_anything_is_looked_at(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    before = record(proxx.folder)
    said = proxx("create", "raid/footage", "--out", "raid/out", *maps, "--path-map", f"Z:\\={raid}")
    assert said.code == 2
    assert f"found {FROM}={raid} and Z:\\={raid}, two names of one root" in said.err
    assert "1 problem" in said.err
    assert record(proxx.folder) == before


def test_two_names_of_a_root_that_nothing_lies_below_are_no_matter(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    others = [word for name in ("/a", "Q:\\") for word in ("--path-map", f"{name}=/mnt/other")]
    assert proxx("create", "raid/footage", "--out", "raid/out", *maps, *others).code == 0


def test_what_jobs_would_hold_is_held_to_the_rules_of_a_job(proxx: Proxx, raid: Path) -> None:
    words = ("--path-map", f"/Volumes/Avid MediaFiles={raid}")
    said = proxx("create", "raid/footage", "--out", "raid/out", *words)
    assert said.code == 2
    assert "in Avid MediaFiles only Avid writes" in said.err
    assert not (raid / "out").exists()


def test_maps_that_contradict_each_other_are_refused_once(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    words = ("--out", "raid/out", *maps, "--path-map", f"{FROM}/footage={proxx.folder}/fast")
    said = proxx("create", "raid/footage", *words)
    assert said.code == 2
    both = f"found {FROM}={raid} and {FROM}/footage={proxx.folder}/fast"
    assert f"{both}: jobs have no name for {raid}/footage of this machine" in said.err
    assert "1 problem\n" in said.err
    assert not (raid / "out").exists()


def test_a_name_that_the_boxes_cannot_have_costs_only_its_clip(proxx: Proxx, raid: Path) -> None:
    shutil.copyfile(raid / "footage/A.mov", raid / "footage/take 1:2.mov")
    words = ("--out", "raid/out", "--path-map", f"Z:\\={raid}")
    told = proxx.json("create", "raid/footage", *words)
    assert len(told["jobs"]) == 2
    [left] = told["left_out"]
    assert left["path"] == f"{raid}/footage/take 1:2.mov"
    assert left["reason"] == f"has a name that Windows cannot have, and is below Z:\\={raid}"


@pytest.mark.parametrize("place", ["footage", "out"])
def test_a_path_of_another_system_that_no_map_covers_is_refused(
    proxx: Proxx, raid: Path, maps: tuple[str, str], place: str
) -> None:
    names = {"footage": "raid/footage", "out": "raid/out"} | {place: "Z:\\shoot"}
    before = record(proxx.folder)
    said = proxx("create", names["footage"], "--out", names["out"], *maps)
    assert said.code == 2
    assert "Z:\\shoot: is a path of another system, and no path map covers it" in said.err
    assert record(proxx.folder) == before


def test_a_file_that_is_only_called_like_a_path_of_another_system_is_taken(
    proxx: Proxx, raid: Path, maps: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(raid / "footage/A.mov", raid / "Q:\\A.mov")
    monkeypatch.chdir(raid)
    told = proxx.json("create", "Q:\\A.mov", "--out", "out", *maps)
    assert [job["clips"] for job in told["jobs"]] == [[f"{FROM}/Q:\\A.mov"]]


def test_nothing_is_made_where_a_mapped_root_is_away(proxx: Proxx, raid: Path) -> None:
    away = proxx.folder / "not mounted"
    words = ("--path-map", f"{FROM}={away}")
    said = proxx("create", "raid/footage", "--out", f"{FROM}/out", *words)
    assert said.code == 3
    assert f"{away}, which jobs call {FROM}, is not there" in said.err
    assert not away.exists()


def test_footage_that_is_its_own_output_folder_is_so_by_either_name(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    said = proxx("create", "raid/footage", "--out", f"{FROM}/footage", *maps)
    assert said.code == 2
    assert f"{raid}/footage/A.mov: is already there" in said.err
    assert len(list((raid / "footage").iterdir())) == 2


def test_two_failed_jobs_of_one_proxy_meet_however_each_was_made(
    proxx: Proxx, raid: Path, maps: tuple[str, str]
) -> None:
    whole = (raid / "footage/A.mov").read_bytes()
    (raid / "footage/A.mov").write_bytes(whole[: len(whole) * 2 // 3])
    for number, more in enumerate((maps, ())):
        words = ("raid/footage/A.mov", "--out", "raid/out", *more)
        assert proxx("create", *words).code == 0
        assert proxx("run", "raid/out", *maps).code == 1
        for path in (raid / "out").iterdir():
            if path.is_file() and not path.name.startswith("."):
                (proxx.folder / f"jobs {number}").mkdir(exist_ok=True)
                path.rename(proxx.folder / f"jobs {number}" / path.name)
    (raid / "footage/A.mov").write_bytes(whole)
    said = proxx("resubmit", "jobs 0", "jobs 1", *maps)
    assert said.code == 2
    assert "2 of these jobs would make it" in said.err + said.out
