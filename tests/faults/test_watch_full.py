"""The watch folder, or a place of proxies, takes no more: jobs wait, and end when there is room."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from sidecar.folders.heartbeats import read_heartbeats
from sidecar.folders.places import ROOM_FOR_RECORDS
from tests.faults.scenes import wait_until
from tests.faults.watch_rounds import Rounds
from tests.faults.watch_scene import (
    Scene,
    Watched,
    ended,
    heal,
    make_scene,
    open_jobs,
    start_short_of_patience,
    watch,
)
from tests.faults.watch_truth import breaches, breaches_now, places_of, told_result

PAGE = 4096
MOST_PAGES = ROOM_FOR_RECORDS // PAGE - 1
Volume = Callable[[str], Path]
Fill = Callable[[Path, int], Path]


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    """Makes small volumes: so many bytes, so many files."""
    made: list[Path] = []

    def make(name: str) -> Path:
        place = tmp_path / name
        place.mkdir()
        options = ["-t", "tmpfs", "-o", "size=64m,nr_inodes=600", "proxx-test", str(place)]
        try:
            mounted = subprocess.run(["mount", *options], capture_output=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no `mount` here")
        if mounted.returncode:
            pytest.skip("only root may mount a small volume")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", str(place)], check=True)


def fill_bytes(place: Path, left: int) -> Path:
    """Leave so many pages; return what takes the room."""
    filler = place / "filler"
    filler.mkdir()
    (filler / "bytes").write_bytes(bytes(PAGE * (os.statvfs(place).f_bavail - left)))
    return filler


def fill_files(place: Path, left: int) -> Path:
    """Leave room for so many files."""
    filler = place / "filler"
    filler.mkdir()
    for number in range(os.statvfs(place).f_favail - left):
        (filler / str(number)).touch()
    return filler


def _left(fill: Fill, of_what: str, first: int, *others: int) -> Iterator[ParameterSet]:
    """The first in the ordinary suite, the others where there is time."""
    yield pytest.param(fill, first, id=f"{first} {of_what}")
    for left in others:
        yield pytest.param(fill, left, id=f"{left} {of_what}", marks=pytest.mark.slow)


def assert_told(seen: Watched) -> None:
    """It says what is full, to whoever reads and to whatever started it."""
    assert seen.code == 3, seen.story
    assert "Traceback" not in seen.story
    assert "BLOCKED" in seen.out or "No space left" in seen.story


@pytest.mark.parametrize(
    ("fill", "left"),
    [
        *_left(fill_bytes, "pages", 1, 0, 3, 9, 40, MOST_PAGES),
        *_left(fill_files, "files", 7, 0, 1, 2, 30, 63),
    ],
)
def test_a_full_watch_folder_gives_no_job_away_until_there_is_room(
    rounds: Rounds, tmp_path: Path, volume: Volume, fill: Fill, left: int
) -> None:
    place = volume("volume")
    scene = make_scene(tmp_path / "scene", rounds.footage, box=place / "box")
    waiting = open_jobs(scene)
    filler = fill(place, left)
    seen = watch(scene)
    assert_told(seen)
    assert open_jobs(scene) == waiting, "nothing was taken"
    assert breaches_now(scene, rounds.proxies) == []
    shutil.rmtree(filler)
    heal(scene)
    assert breaches(scene, rounds.proxies) == []
    assert statuses(scene) == {"one": "COMPLETED", "A00003": "FAILED", "two": "COMPLETED"}


@pytest.mark.parametrize(
    ("fill", "left"),
    [
        *_left(fill_bytes, "pages", 2, 0, 1, 4, 6),
        *_left(fill_files, "files", 6, 0, 1, 3, 15),
    ],
)
def test_a_full_place_of_proxies_costs_a_job_at_most_and_the_others_wait(
    rounds: Rounds, tmp_path: Path, volume: Volume, fill: Fill, left: int
) -> None:
    place = volume("volume")
    scene = make_scene(tmp_path / "scene", rounds.footage, root=place, box=tmp_path / "box")
    filler = fill(place, left)
    seen = watch(scene)
    assert_told(seen)
    assert breaches_now(scene, rounds.proxies) == []
    cost = {label: code for label, code in codes(scene).items() if code != "SOURCE_MISSING"}
    assert set(cost.values()) <= {"STORAGE_FULL", None}, seen.story
    assert len(cost) < len(scene.specs), "the queue was emptied"
    shutil.rmtree(filler)
    heal(scene)
    assert breaches(scene, rounds.proxies) == []
    ended_so = statuses(scene)
    for label in ("one", "two"):
        assert (ended_so[label] == "COMPLETED") is (cost.get(label) is None), seen.story


@pytest.mark.parametrize("fill", [fill_bytes, fill_files])
def test_a_watcher_that_lasts_goes_on_by_itself_when_there_is_room(
    rounds: Rounds, tmp_path: Path, volume: Volume, fill: Fill
) -> None:
    place = volume("volume")
    scene = make_scene(tmp_path / "scene", rounds.footage, root=place, box=tmp_path / "box")
    filler = fill(place, 2)
    watcher = start_short_of_patience(scene)
    try:
        wait_until(lambda: "one" in codes(scene) or blocked_by(scene))
        wait_until(lambda: blocked_by(scene) == {"STORAGE_FULL"})
        shutil.rmtree(filler)
        wait_until(lambda: not open_jobs(scene))
    finally:
        watcher.send_signal(signal.SIGINT)
        seen = ended(watcher)
    assert "works again" in seen.out, seen.story
    assert breaches(scene, rounds.proxies) == []
    assert statuses(scene)["two"] == "COMPLETED", seen.story


def blocked_by(scene: Scene) -> set[str]:
    """What the watcher's heartbeat says that it waits for."""
    return {told["code"] for beat in read_heartbeats(scene.folder) for told in beat.blocked_by}


def statuses(scene: Scene) -> dict[str, str]:
    return {spec.label: told_result(scene, spec).status for spec in scene.specs}


def codes(scene: Scene) -> dict[str, str | None]:
    """Why each job that ended did not complete; None of one that did."""
    found = {}
    for spec in scene.specs:
        if places_of(scene.folder, spec.job_id)[0].startswith(("completed/", "failed/")):
            failure = told_result(scene, spec).failure
            found[spec.label] = failure.code if failure else None
    return found
