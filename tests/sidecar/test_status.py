"""`proxx status`: what is on the disk, told; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.folders.layout import WatchFolder
from sidecar.folders.views.looking import Looker
from tests.folders.scenes import leave, make_folder, make_spec, submit, take_first
from tests.sidecar.calling import Proxx, record


def look_at(folder: WatchFolder) -> tuple[str, ...]:
    return tuple(Looker(folder).look().alarms())


def test_a_batch_counts_what_ended_of_it(proxx: Proxx, tmp_path: Path) -> None:
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box", "--batch", "day 12")
    assert proxx("watch", "box", "--once").code == 1
    batch = json.loads(next((proxx.folder / "box/failed").glob("*/*/*.job.json")).read_bytes())
    folder = make_folder(proxx.folder / "box")
    more = make_spec(tmp_path / "out", 9, batch="day 12", created_at=batch["created_at"])
    submit(folder, more)
    (seen,) = Looker(folder).look().batches
    assert (seen.label, seen.waiting, seen.completed, seen.failed) == ("day 12", 1, 1, 1)


def test_what_only_exists_is_said_of_a_running_job(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box")
    limits = {"clip_timeout_seconds": 3600, "stall_seconds": 300}
    submit(folder, make_spec(tmp_path, execution=limits | {"verification": "exists"}))
    take_first(folder)
    (job,) = Looker(folder).look().running
    assert job.exists_only


def test_a_hostile_name_reaches_no_terminal(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box")
    (folder.pending / "a\x1b[2J\u202eb.txt").touch()
    said = proxx("status", "box")
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert r"a\x1b[2J\u202eb.txt" in said.out


def test_a_program_reads_the_same(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box", 3)
    leave(folder, take_first(folder).claim)
    told = proxx.json("status", "box")
    assert told["waiting"] == 2
    assert not told["watched"]
    assert told["stale"][0]["settled_by"] == "watch"
    assert told["alarms"] == list(look_at(folder))
    assert told["headline"] == "2 waiting, 0 running, 0 completed, 0 failed"


def test_following_goes_on_when_a_share_comes_back(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder(proxx.folder / "box", 2)
    away = proxx.folder / "away"
    moves = iter([(folder.root, away), (away, folder.root)])

    def step(_seconds: float) -> None:
        move = next(moves, None)
        if move is None:
            raise KeyboardInterrupt
        move[0].rename(move[1])

    monkeypatch.setattr("sidecar.cli.status_command.time.sleep", step)
    said = proxx("status", "box", "--follow", "--json")
    looks = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert [look.get("waiting") for look in looks] == [2, None, 2, None]
    assert "cannot be looked at" in looks[1]["error"]
    assert "ended" in looks[3]


def test_where_there_is_no_terminal_each_look_is_a_block_with_its_time(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(proxx.folder / "box", 2)
    looks = iter([None])

    def step(_seconds: float) -> None:
        if next(looks, "over") is not None:
            raise KeyboardInterrupt

    monkeypatch.setattr("sidecar.cli.status_command.time.sleep", step)
    said = proxx("status", "box", "--follow")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert said.out.count(" UTC\n") == 2
    assert said.out.count("2 waiting, 0 running") == 2


def test_status_changes_nothing(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    assert proxx("watch", "box", "--once").code == 1
    before = record(proxx.folder)
    status = proxx("status", "box")
    assert status.code == 0
    assert "1 FAILED, the last one " in status.out
    assert "SOURCE_TRUNCATED" in status.out
    told = proxx.json("status", "box")
    assert (told["completed"], told["failed"], told["watched"]) == (1, 1, False)
    assert record(proxx.folder) == before


def test_what_is_no_watch_folder_is_told(proxx: Proxx) -> None:
    assert proxx("status", "nowhere").code == 3
    (proxx.folder / "plain").mkdir()
    said = proxx("status", "plain")
    assert said.code == 3
    assert "STORAGE_NO_WATCH_FOLDER" in said.err
    assert proxx("status").code == 2
