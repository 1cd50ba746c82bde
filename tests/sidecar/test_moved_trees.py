"""Footage and proxies that were moved to another drive: what was proven is proven there too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.sidecar.calling import Proxx, fail, record

WHOLE = ("out", "footage")
WORDS = ("--out", "out", "--batch", "day 12", "--name", "{source_name}")


def move(proxx: Proxx, name: str) -> Path:
    """Move a folder to the other drive, under a name of its own."""
    new = proxx.folder / "other drive" / f"{name} 2"
    new.parent.mkdir(exist_ok=True)
    shutil.move(proxx.folder / name, new)
    return new


def make(proxx: Proxx, *names: str) -> None:
    proxx.shoot(*names)
    assert proxx("create", "footage", *WORDS).code == 0
    assert proxx("run", "out").code == 0


@pytest.mark.parametrize("names", [("A.mov", "B.mov"), ("A.mov", "sub/B.mov")])
@pytest.mark.parametrize("moved", [("out",), ("footage",), ("out", "footage")])
def test_what_was_proven_is_not_made_again_where_it_was_moved_to(
    proxx: Proxx, names: tuple[str, ...], moved: tuple[str, ...]
) -> None:
    make(proxx, *names)
    places = {name: move(proxx, name) if name in moved else Path(name) for name in WHOLE}
    assert proxx("results", places["out"], "--verify").code == 0
    for trust in ((), ("--trust",)):
        words = ("--out", places["out"], "--name", "{source_name}", "--skip-done", *trust)
        said = proxx.json("create", places["footage"], *words)
        assert (len(said["done_before"]), said["jobs"]) == (2, [])


@pytest.mark.parametrize("names", [("A.mov", "B.mov"), ("sub/A.mov", "sub/B.mov")])
@pytest.mark.parametrize("clips_per_job", [1, 2])
def test_what_failed_is_made_where_its_tree_was_moved_to(
    proxx: Proxx, names: tuple[str, ...], clips_per_job: int
) -> None:
    proxx.shoot(*names)
    proxx.cut(names[1])
    proxx("create", "footage", *WORDS, "--clips-per-job", clips_per_job)
    assert proxx("run", "out").code == 1
    proxx.shoot(names[1])
    there = move(proxx, "out")
    before = record(there)
    said = proxx("resubmit", there)
    assert said.code == 0, said.err
    assert f"moved: {proxx.folder / 'out'} is gone, and its proxies go to {there}" in said.out
    assert proxx("run", there).code == 0
    results = proxx("results", there, "--verify")
    assert results.code == 0, results.out
    assert "2 completed and proven" in results.out
    assert "1 done by another job" in results.out
    assert proxx("resubmit", there).code == 2
    after = record(there)
    assert {name: after[name] for name in before} == before


def test_a_result_alone_tells_no_new_place(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov")
    proxx.shoot("B.mov")
    shutil.move(proxx.folder / "out", proxx.folder / "jobs")
    (proxx.folder / "desk").mkdir()
    [result] = [path for path in proxx.results("jobs") if path.name.startswith("B.")]
    shutil.move(result, proxx.folder / "desk" / result.name)
    for path in proxx.folder.glob("jobs/B.*.result.json"):
        path.unlink()
    said = proxx("resubmit", "desk", "--jobs", "jobs")
    assert said.code == 2
    assert "STORAGE_OUTPUT_MISSING" in said.out + said.err or "is not there" in said.out


@pytest.mark.parametrize("how", ["flag", "file"])
def test_what_failed_is_made_of_footage_that_is_called_otherwise_here(
    proxx: Proxx, how: str
) -> None:
    fail(proxx, "A.mov", "B.mov")
    proxx.shoot("B.mov")
    there = move(proxx, "footage")
    said = proxx("resubmit", "out")
    assert said.code == 2
    assert f"{proxx.folder / 'footage/B.mov'}: does not exist" in said.out
    pair = (str(proxx.folder / "footage"), str(there))
    (proxx.folder / "maps.toml").write_text(
        f"[[path_map]]\nfrom = {json.dumps(pair[0])}\nto = {json.dumps(pair[1])}\n"
    )
    maps = ("--path-map", "=".join(pair)) if how == "flag" else ("--config", "maps.toml")
    before = record(there)
    [made] = proxx.json("resubmit", "out", *maps)["jobs"]
    clip = json.loads(Path(made["job_file"]).read_bytes())["clips"][0]
    assert clip["source"]["path"] == str(proxx.folder / "footage/B.mov")
    assert clip["source"]["files"] == [clip["source"]["path"]]
    assert clip["source"]["size_bytes"] == (there / "B.mov").stat().st_size
    assert proxx("run", "out", *maps).code == 0
    assert proxx("results", "out").code == 0
    assert record(there) == before


def test_proxies_that_are_called_otherwise_here_are_found_and_made(proxx: Proxx) -> None:
    (proxx.folder / "box").mkdir()
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    proxx("create", "footage", *WORDS, "--into", "box")
    assert proxx("watch", "box", "--once").code == 1
    proxx.shoot("B.mov")
    there = move(proxx, "out")
    maps = ("--path-map", f"{proxx.folder / 'out'}={there}")
    assert "1 GONE" in proxx("results", "box").out
    said = proxx("results", "box", "--verify", *maps)
    assert "GONE" not in said.out
    assert "1 completed and proven" in said.out
    assert proxx("resubmit", "box", "--into", "box").code == 2
    said = proxx("resubmit", "box", "--into", "box", *maps)
    assert said.code == 0, said.err
    assert proxx("watch", "box", "--once", *maps).code == 0
    assert proxx("results", "box", "--verify", *maps).code == 0
    assert sorted(path.name for path in there.glob("*.mov")) == ["A.mov", "B.mov"]
    assert not (proxx.folder / "out").exists()


def test_a_proxy_that_is_there_is_in_the_way_whatever_it_is_called(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov")
    proxx.shoot("B.mov")
    there = move(proxx, "out")
    (there / "B.mov").write_bytes(b"another")
    maps = ("--path-map", f"{proxx.folder / 'out'}={there}")
    said = proxx("resubmit", there, *maps)
    assert said.code == 2
    assert f"{there / 'B.mov'}: is already there" in said.out


def test_results_of_two_profiles_that_were_gathered_in_one_folder_stay_apart(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "desk").mkdir()
    for profile in ("h264", "prores_proxy"):
        words = ("--out", profile, "--profile", profile, "--name", "{source_name}")
        assert proxx("create", "footage", *words).code == 0
        assert proxx("run", profile).code == 0
        for path in (proxx.folder / profile).glob("*.result.json"):
            shutil.copy2(path, proxx.folder / "desk")
    said = proxx("results", "desk", "--verify")
    assert said.code == 0
    assert said.out.count("1 completed and proven") == 2


def test_what_is_made_anew_where_a_tree_was_moved_away_replaces_nothing_there(
    proxx: Proxx,
) -> None:
    make(proxx, "A.mov")
    there = move(proxx, "out")
    assert proxx("create", "footage", *WORDS, "--profile", "h264").code == 0
    assert proxx("run", "out").code == 0
    said = proxx("results", "out", there, "--verify")
    assert said.code == 0
    assert "2 completed and proven" in said.out
    assert "replaced" not in said.out
    (there / "A.mov").unlink()
    assert proxx("results", "out", there).code == 1
