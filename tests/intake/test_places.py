"""Places that would meet are refused; one hot folder has one intake."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import PlaceError, RequestError
from proxx_engine.system.identity import identify_process
from sidecar.intake.ledger import find_ledger
from tests.intake.scene import Scene


@pytest.mark.parametrize(
    ("places", "where"),
    [
        ({"out": "hot"}, "--out"),
        ({"out": "."}, "--out"),
        ({"into": "hot"}, "FOLDER"),
        ({"into": "."}, "FOLDER"),
        ({"into_resolve": "hot"}, "FOLDER"),
        ({"out": "link"}, "--out"),
    ],
)
def test_places_that_meet_are_refused(places: dict[str, str], where: str, scene: Scene) -> None:
    (scene.folder / "link").symlink_to(scene.hot)
    order: dict[str, Any] = {name: scene.folder / path for name, path in places.items()}
    if "out" in order:
        order = {"request": order}
    with pytest.raises(RequestError, match=where):
        scene.run(**order)
    assert list(scene.hot.iterdir()) == []
    assert list(scene.watch.iterdir()) == []


def test_a_hot_folder_inside_any_watch_folder_is_refused(scene: Scene) -> None:
    (scene.folder / "watch.toml").touch()
    with pytest.raises(RequestError, match="lies in one"):
        scene.run()


def test_a_watch_folder_of_the_other_engine_is_refused(scene: Scene) -> None:
    resolve = scene.folder / "resolve"
    resolve.mkdir()
    scene.run(into_resolve=resolve)
    with pytest.raises(RequestError, match="for resolve jobs"):
        scene.run(into=resolve)


def test_places_that_are_missing_are_told(scene: Scene) -> None:
    with pytest.raises(OSError, match="hot folder is not there"):
        scene.run(folder=scene.folder / "nowhere")
    assert not (scene.folder / "nowhere").exists()


def test_a_hot_folder_that_was_taken_from_may_come_later(scene: Scene) -> None:
    scene.run()
    scene.hot.rmdir()

    def mounting() -> Iterator[None]:
        yield
        assert not scene.hot.exists()
        scene.copy("CARD/A.mov")
        yield from scene.wait(6)

    scene.run(mounting)
    assert scene.sources() == ["CARD/A.mov"]


def test_a_second_intake_is_told_who_takes(scene: Scene) -> None:
    def meanwhile() -> Iterator[None]:
        second = Scene.__new__(Scene)
        vars(second).update(vars(scene))
        with pytest.raises(RequestError, match=f"process {os.getpid()} on "):
            second.run()
        yield

    scene.run(meanwhile)
    scene.run()


def test_the_lock_of_a_process_that_is_gone_holds_nobody_up(scene: Scene) -> None:
    lock = find_ledger(scene.watch, scene.hot) / "intake.lock"
    scene.run()
    owner = asdict(identify_process()) | {"pid": 2**22 - 1, "process_mark": "1"}
    lock.write_text(json.dumps({"owner": owner, "nonce": "x", "taken_at": "2026-01-01T00:00:00Z"}))
    scene.run()
    assert not lock.exists()
    owner["host"] = "another machine"
    lock.write_text(json.dumps({"owner": owner, "nonce": "x", "taken_at": "2026-01-01T00:00:00Z"}))
    with pytest.raises(RequestError, match="another machine"):
        scene.run()


def test_an_intake_whose_lock_was_taken_away_writes_no_more_jobs(scene: Scene) -> None:
    def losing() -> Iterator[None]:
        yield
        (find_ledger(scene.watch, scene.hot) / "intake.lock").unlink()
        scene.copy("CARD/A.mov")
        yield from scene.wait(6)

    with pytest.raises(PlaceError, match="CLAIM_LOST"):
        scene.run(losing)
    assert scene.jobs() == []


def test_the_ledger_lies_in_the_watch_folder_one_for_each_hot_folder(tmp_path: Path) -> None:
    one, two = (find_ledger(tmp_path, tmp_path / name) for name in ("one", "two"))
    assert one != two
    assert one.parent == tmp_path / "intake"


def test_camera_raw_goes_to_resolve_or_waits_beside_the_proxies(scene: Scene) -> None:
    resolve = scene.folder / "resolve"
    resolve.mkdir()
    scene.copy("CARD/A.mov")
    (scene.hot / "CARD/B.r3d").write_bytes(b"RED2" * 100)
    scene.run(into_resolve=resolve)
    assert scene.sources() == ["CARD/A.mov"]
    assert len(list((resolve / "pending").glob("*.job.json"))) == 1
    (scene.hot / "CARD/C.r3d").write_bytes(b"RED2" * 101)
    scene.run()
    assert [p.name.split(".")[0] for p in (scene.out / "CARD").glob("*.job.json")] == ["C"]
    scene.run()
    assert len(list((scene.out / "CARD").glob("*.job.json"))) == 1
