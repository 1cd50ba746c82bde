"""`proxx doctor FOLDER`: whether it is a watch folder, could be one, and how it fares."""

from __future__ import annotations

import os

import pytest

from sidecar.cli import doctor_folder
from tests.folders.scenes import leave, make_folder, take_first
from tests.sidecar.calling import Proxx, record


def rows(proxx: Proxx, *words: str) -> dict[str, tuple[bool, str]]:
    found = proxx.json("doctor", *words)["findings"]
    return {row["name"]: (row["good"], row["found"]) for row in found}


def test_a_watch_folder_is_told_with_its_workers_and_claims(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box", 2)
    taken = take_first(folder)
    before = record(proxx.folder)
    told = rows(proxx, "box")
    assert told["watch folder"] == (True, "for ffmpeg jobs")
    assert told["watched"] == (False, "by nobody; 1 wait")
    assert told["claims"] == (True, "none is stale")
    assert record(proxx.folder) == before
    leave(folder, taken.claim)
    said = proxx("doctor", "box")
    assert said.code == 3
    assert "1 stale" in said.out
    assert "cure: `proxx status box` names each" in said.out


def test_a_watch_folder_that_is_not_safe_is_told(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box")
    folder.pending.chmod(0o777)
    good, found = rows(proxx, "box")["watch folder"]
    assert not good
    assert "may be written by everybody" in found
    (folder.root / "watch.toml").write_text("version = 2")
    assert not rows(proxx, "box")["watch folder"][0]


def test_what_could_become_one_is_told_and_nothing_is_made(proxx: Proxx) -> None:
    for name in ("empty", "full", "Dropbox (Studio)"):
        (proxx.folder / name).mkdir()
    (proxx.folder / "full/A.mov").write_bytes(b"x")
    before = sorted(proxx.folder.rglob("*"))
    assert rows(proxx, "empty")["watch folder"][1] == "is none; `proxx watch` makes it one"
    assert "holds other files" in rows(proxx, "full")["watch folder"][1]
    assert "kept by Dropbox" in rows(proxx, "Dropbox (Studio)")["watch folder"][1]
    assert sorted(proxx.folder.rglob("*")) == before
    make_folder(proxx.folder / "half").log.rmdir()
    assert rows(proxx, "half")["watch folder"] == (True, "for ffmpeg jobs")
    assert not (proxx.folder / "half/log").exists()


def test_the_link_rung_is_tried_on_its_own(proxx: Proxx, monkeypatch: pytest.MonkeyPatch) -> None:
    (proxx.folder / "out").mkdir()
    assert rows(proxx, "out", "--self-test")["publish by link"] == (True, "yes")

    class Os:
        path, listdir = os.path, os.listdir

        @staticmethod
        def link(_first: str, _second: str) -> None:
            raise OSError(95, "Operation not supported")

    monkeypatch.setattr(doctor_folder, "os", Os)
    found = rows(proxx, "out", "--self-test")["publish by link"]
    assert found == (True, "not here: Operation not supported")
    assert list((proxx.folder / "out").iterdir()) == []
