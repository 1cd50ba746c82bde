"""The end of a batch is told once, and not before its last job is filed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest

from sidecar.folders import batches
from sidecar.folders.actions import ActionLog
from sidecar.folders.batches import BatchCounts, batch_of, end_batch
from sidecar.folders.filing import file_job
from sidecar.folders.names import made_on
from tests.folders.scenes import here, make_folder, make_spec, submit, take_first


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_job_that_is_taken_while_we_look_is_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    folder = make_folder(tmp_path / "box")
    spec = make_spec(tmp_path / "proxies", 1, batch="day 12")
    submit(folder, spec)
    batch = batch_of(spec)
    assert batch is not None

    class Os:
        path = os.path

        @staticmethod
        def listdir(place: Path) -> list[str]:
            names = os.listdir(place)
            if place == folder.pending:
                take_first(folder)
            return names if moment == "after" else os.listdir(place)

    monkeypatch.setattr(batches, "os", Os)
    assert end_batch(folder, batch) is None
    assert os.listdir(folder.batches) == []


@pytest.mark.parametrize("room", ["pending", "held"])
def test_a_job_that_is_held_or_let_go_while_we_look_is_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    folder = make_folder(tmp_path / "box")
    spec = make_spec(tmp_path / "proxies", 1, batch="day 12")
    (path,) = submit(folder, spec)
    batch = batch_of(spec)
    assert batch is not None
    if room == "held":
        path.rename(folder.held / path.name)
    assert end_batch(folder, batch) is None
    other = folder.pending if room == "held" else folder.held

    class Os:
        path = os.path
        looks: ClassVar[list[str]] = []

        @classmethod
        def listdir(cls, place: Path) -> list[str]:
            cls.looks.append(place.name)
            if len(cls.looks) == 2:  # it was not in the first room, or was seen there
                (folder.root / room / path.name).rename(other / path.name)
            return os.listdir(place)

    monkeypatch.setattr(batches, "os", Os)
    assert end_batch(folder, batch) is None
    assert os.listdir(folder.batches) == []


def test_a_folder_for_held_jobs_that_a_person_took_away_is_in_no_batchs_way(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path / "box")
    spec = make_spec(tmp_path / "proxies", 1, batch="day 12")
    submit(folder, spec)
    taken = take_first(folder)
    log = ActionLog(folder, here()[1])
    file_job(folder, taken.claim, made_on(spec), "failed", log=log)
    folder.held.rmdir()
    batch = batch_of(spec)
    assert batch is not None
    assert end_batch(folder, batch) == BatchCounts(0, 1)


def test_its_end_is_told_once(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box")
    spec = make_spec(tmp_path / "proxies", 1, batch="day 12")
    submit(folder, spec)
    batch = batch_of(spec)
    assert batch is not None
    taken = take_first(folder)
    assert end_batch(folder, batch) is None
    log = ActionLog(folder, here()[1])
    file_job(folder, taken.claim, made_on(spec), "failed", log=log)
    assert end_batch(folder, batch) == BatchCounts(0, 1)
    assert end_batch(folder, batch) is None
