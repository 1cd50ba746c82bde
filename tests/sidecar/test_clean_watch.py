"""`proxx clean` of a watch folder: what workers that are gone left goes, who may live stays."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from proxx_engine import identify_process
from sidecar.folders.actions import read_actions
from sidecar.folders.heartbeats import Heartbeat, heartbeat_path, write_heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.stopping import ask_to_stop, stop_path
from tests.folders.scenes import make_folder
from tests.sidecar.calling import Proxx

HOUR, DAY = 3600.0, 24 * 3600.0
AT = "2026-02-13T20:00:00.000Z"
HERE = {"process_mark": "1"}
ELSEWHERE = {"host": "elsewhere"}
PART = "0123abcd.part"
CLAIM = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90.claim"


@pytest.fixture
def folder(proxx: Proxx) -> WatchFolder:
    return make_folder(proxx.folder / "box")


def age(path: Path, seconds: float) -> Path:
    then = time.time() - seconds - 60
    os.utime(path, (then, then))
    return path


def worker(folder: WatchFolder, name: str, old: float, **changes: str) -> tuple[Path, Path]:
    """Leave a heartbeat and a wish to stop, both so old; return them."""
    owner = replace(identify_process(), **changes)
    write_heartbeat(folder, Heartbeat(name, owner, AT, AT, 1, "idle", AT))
    ask_to_stop(folder, name)
    return age(heartbeat_path(folder, name), old), age(stop_path(folder, name), old)


def half(folder: WatchFolder, old: float) -> list[Path]:
    rooms = (folder.root / f".watch.toml.{PART}", folder.workers / f".vm-1-1.json.{PART}")
    more = (folder.claims / f".{CLAIM}.{PART}", folder.workers / f".vm-1-1.stop.{PART}")
    waiting = folder.pending / f".A.{CLAIM.removesuffix('.claim')}.job.json.{PART}"
    for path in (*rooms, *more, waiting):
        path.write_bytes(b"{")
        age(path, old)
    return [*rooms, *more, waiting]


def test_what_was_left_goes_and_is_noted(proxx: Proxx, folder: WatchFolder) -> None:
    left = [*worker(folder, "vm-1-1", HOUR, **HERE), *half(folder, HOUR)]
    left += worker(folder, "far-1-1", 7 * DAY, **ELSEWHERE)
    alone = folder.workers / "vm-2-1.stop"
    alone.write_text("{}")
    left.append(age(alone, HOUR))
    assert f"{len(left)} leavings would be removed" in proxx("clean", "box", "--dry-run").out
    assert all(path.exists() for path in left)
    said = proxx("clean", "box")
    assert said.code == 0
    assert f"{len(left)} leavings removed" in said.out
    assert "by this machine's clock" in said.out
    assert not any(path.exists() for path in left)
    ended = {one["worker"] for one in read_actions(folder) if one["action"] == "worker_ended"}
    assert ended == {"vm-1-1", "far-1-1"}
    assert proxx("clean", "box").out == "nothing was left behind\n"


def test_who_may_live_stays(proxx: Proxx, folder: WatchFolder) -> None:
    stay = [
        *worker(folder, "here-1-1", 8 * DAY),
        *worker(folder, "far-1-1", 6 * DAY, **ELSEWHERE),
        *worker(folder, "vm-1-1", 0.0, **HERE),
    ]
    before = {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}
    assert proxx("clean", "box").out == "nothing was left behind\n"
    assert {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()} == before
    assert all(path.exists() for path in stay)


def test_what_is_being_written_or_not_ours_stays(proxx: Proxx, folder: WatchFolder) -> None:
    precious = proxx.folder / "precious"
    precious.write_bytes(b"x")
    age(precious, 8 * DAY)
    (folder.workers / ".vm-2-1.json.0123abcd.part").symlink_to(precious)
    foreign = [folder.workers / name for name in ("notes.json", ".notes", ".a.part", "a.txt")]
    for path in foreign:
        path.write_bytes(b"x")
        age(path, 8 * DAY)
    liar, _wish = worker(folder, "liar", 8 * DAY, **ELSEWHERE)
    liar.write_text(liar.read_text().replace('"liar"', '"../../precious"'))
    age(liar, 8 * DAY)
    young = half(folder, -60.0)
    assert proxx("clean", "box").code == 0
    assert precious.read_bytes() == b"x"
    assert all(path.exists() for path in (*foreign, *young, liar))


def test_a_watch_folder_that_was_never_opened_has_nothing_to_clean(
    proxx: Proxx, folder: WatchFolder
) -> None:
    folder.workers.rmdir()
    assert proxx("clean", "box").out == "nothing was left behind\n"
    assert not folder.workers.exists()
