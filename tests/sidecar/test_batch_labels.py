"""`proxx batch`: labels as people type them, and jobs that move while somebody looks."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import identify_process, now_utc
from sidecar.folders.claims import take_claim
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.layout import WatchFolder, find_watch_folder
from sidecar.folders.stopping import StopLevel, ask_to_stop, read_stop
from sidecar.folders.views.batch_jobs import see_watch_folder
from tests.folders.scenes import leave, make_folder, make_spec, submit, take_first
from tests.sidecar.calling import Proxx

COMPOSED, APART = "N\u00e4chte", "Na\u0308chte"


def waiting(proxx: Proxx, *batches: str) -> WatchFolder:
    """Return the watch folder `box` with a job of each batch in it."""
    folder = make_folder(proxx.folder / "box")
    for number, batch in enumerate(batches, start=1):
        submit(folder, make_spec(proxx.folder / "out", number, batch=batch))
    return folder


@pytest.mark.parametrize(("written", "typed"), [(COMPOSED, APART), (APART, COMPOSED)])
def test_a_label_is_known_in_both_ways_of_writing_an_umlaut(
    proxx: Proxx, written: str, typed: str
) -> None:
    folder = waiting(proxx, written)
    assert proxx("batch", "show", "box", typed).code == 0
    assert proxx("batch", "stop", "box", typed).code == 0
    assert len(os.listdir(folder.held)) == 1
    assert proxx("batch", "start", "box", typed).code == 0
    assert len(os.listdir(folder.pending)) == 1


def test_of_two_labels_that_look_alike_the_one_that_was_typed_is_meant(proxx: Proxx) -> None:
    folder = waiting(proxx, COMPOSED, APART)
    assert proxx.json("batch", "show", "box", APART)["batch"] == APART
    assert proxx("batch", "stop", "box", COMPOSED).code == 0
    assert len(os.listdir(folder.held)) == 1


@pytest.mark.parametrize("label", ["夜" * 100, "a/b/../c", "*", "day [1-3]?", "%s {label}", "'"])
def test_a_label_is_words_and_no_path(proxx: Proxx, label: str) -> None:
    waiting(proxx, label, "another")
    said = proxx("batch", "stop", "box", label)
    assert said.code == 0, said.err
    assert said.out.startswith(f"1 job of {label}: each is held")


def test_the_command_that_is_told_can_be_typed_whatever_the_label(proxx: Proxx) -> None:
    folder = waiting(proxx, "-x")
    for words in (("stop", "box", "--", "-x"), ("show", "box", "--", "-x")):
        said = proxx("batch", *words).out.splitlines()[-1]
        assert said.startswith("next: proxx batch start")
        told = shlex.split(said.removeprefix("next: proxx ").partition(" let")[0])
        assert proxx(*told).code == 0
        assert os.listdir(folder.held) == []
        assert len(os.listdir(folder.pending)) == 1
        proxx("batch", "stop", "box", "--", "-x")


def move_while(
    monkeypatch: pytest.MonkeyPatch, folder: WatchFolder, seen: Path, source: Path, target: Path
) -> None:
    """Move all jobs once a room was listed."""
    listed: Callable[[str | Path], list[str]] = os.listdir

    def list_then_move(place: str | Path) -> list[str]:
        names = listed(place)
        if Path(place) == seen:
            for name in listed(source):
                os.rename(source / name, target / name)
        return names

    monkeypatch.setattr("sidecar.folders.views.batch_jobs.os.listdir", list_then_move)


@pytest.mark.parametrize("way", ["held", "let go"])
def test_a_job_that_is_moved_while_somebody_looks_is_counted_once(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    folder = waiting(proxx, "day 1")
    if way == "let go":
        assert proxx("batch", "stop", "box", "day 1").code == 0
    source, target = (
        (folder.pending, folder.held) if way == "held" else (folder.held, folder.pending)
    )
    first = folder.held if way == "held" else folder.pending
    move_while(monkeypatch, folder, first, source, target)
    assert len(see_watch_folder(folder).jobs) == 1


def test_a_worker_that_has_claimed_a_job_and_not_moved_it_yet_is_asked_as_well(
    proxx: Proxx,
) -> None:
    folder = waiting(proxx, "day 1")
    (name,) = os.listdir(folder.pending)
    job_id = name.split(".")[-3]
    place = f"running/busy-1/A.{job_id}"
    assert take_claim(folder, job_id, worker="busy-1", job_file=name, job_folder=place)
    owner, at = identify_process(), now_utc()
    write_heartbeat(folder, Heartbeat("busy-1", owner, at, at, 1, "running", at))
    said = proxx("batch", "stop", "box", "day 1", "--running")
    assert "its worker busy-1 ends after its clip" in said.out
    assert read_stop(folder, "busy-1") == StopLevel.SOFT


def test_a_worker_that_only_drains_is_asked_to_end_after_its_clip(proxx: Proxx) -> None:
    folder = waiting(proxx, "day 1")
    busy = take_first(folder).claim.worker
    owner, at = identify_process(), now_utc()
    write_heartbeat(folder, Heartbeat(busy, owner, at, at, 1, "stopping", at))
    ask_to_stop(folder, busy, drain=True)
    said = proxx("batch", "stop", "box", "day 1", "--running")
    assert f"its worker {busy} ends after its clip" in said.out
    assert read_stop(folder, busy) == StopLevel.SOFT


@pytest.mark.parametrize("room", ["held", "pending"])
def test_what_a_command_left_that_was_killed_is_told_as_nobodys(proxx: Proxx, room: str) -> None:
    folder = waiting(proxx, "day 1")
    if room == "held":
        proxx("batch", "stop", "box", "day 1")
    (name,) = os.listdir(folder.root / room)
    job_id = name.split(".")[-3]
    target = {"held": "pending", "pending": "held"}[room]
    claim = take_claim(folder, job_id, worker="gone-batch", job_file=name, job_folder=target)
    assert claim is not None
    leave(folder, claim)
    shown = proxx("batch", "show", "box", "day 1").out
    assert "1 STALE" in shown
    assert "next: proxx status" in shown
    action = {"held": "start", "pending": "stop"}[room]
    said = proxx("batch", action, "box", "day 1")
    assert "a worker has it" not in said.out
    assert "whoever claimed it is gone; `proxx watch` settles that" in said.out
    assert find_watch_folder(folder.root).root == folder.root


def test_a_volume_that_goes_while_somebody_looks_is_no_folder_without_jobs(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = waiting(proxx, "day 1")
    listed: Callable[[str | Path], list[str]] = os.listdir

    def go_away(place: str | Path) -> list[str]:
        os.rename(folder.root, folder.root.with_name("gone"))
        return listed(folder.root.with_name("gone") / Path(place).name)

    monkeypatch.setattr("sidecar.folders.views.batch_jobs.os.listdir", go_away)
    said = proxx("batch", "list", "box")
    assert said.code == 3
    assert "STORAGE_WATCH_FOLDER_MISSING" in said.err
