"""What all workers have is looked at: each claim is read once, one that goes costs no look."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import claim_path
from sidecar.folders.heartbeats import sweep_homes
from sidecar.folders.known_claims import KnownClaims, list_claims
from sidecar.folders.layout import WatchFolder
from sidecar.folders.settling import NamelessClaims, Settler
from tests.folders.played_runs import gone, hand_over, strange
from tests.folders.scenes import here, make_folder, take_first


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 3)


def opened(folder: WatchFolder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which the name of each claim that is opened from now on is added."""
    names: list[str] = []
    real = os.open

    def tell(path: os.PathLike[str], *rest: int, **more: int) -> int:
        if Path(path).parent == folder.claims:
            names.append(Path(path).name)
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", tell)
    return names


def test_claims_that_come_and_go_meanwhile_cost_no_look(folder: WatchFolder) -> None:
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for number in range(40):
                claim_path(folder, f"{number:036}").write_bytes(b"")
            for number in range(40):
                claim_path(folder, f"{number:036}").unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        nameless = NamelessClaims(folder)
        until = time.monotonic() + 1
        while time.monotonic() < until:
            assert nameless.look(0.0) == []
    finally:
        over.set()
        other.join()


def test_a_claim_is_read_once_while_its_file_stays_the_same(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = [take_first(folder) for _number in range(3)]
    known = KnownClaims(folder)
    names = opened(folder, monkeypatch)
    assert [claim.key for claim in known.look().claims] == sorted(t.claim.key for t in taken)
    assert len(names) == 3
    assert known.look().claims == list_claims(folder)
    del names[:]
    known.look()
    assert names == []


def test_a_claim_that_became_another_ones_is_read_again(folder: WatchFolder) -> None:
    taken = take_first(folder)
    path, known = claim_path(folder, taken.claim.key), KnownClaims(folder)
    hand_over(taken, path, strange())
    assert known.look().claims[0].owner == strange()
    data = path.read_bytes()
    path.unlink()
    assert known.look().claims == []
    path.write_bytes(data)
    ours = hand_over(taken, path, gone())
    assert known.look().claims[0].owner == ours.claim.owner


def test_what_another_machine_held_and_one_of_ours_then_left_is_settled(
    folder: WatchFolder,
) -> None:
    taken = take_first(folder)
    path, known = claim_path(folder, taken.claim.key), KnownClaims(folder)
    worker, process = here()
    settler = Settler(folder, worker, ActionLog(folder, process), known=known)
    hand_over(taken, path, strange())
    assert list(settler.settle_own_host()) == []
    hand_over(taken, path, gone())
    (settled,) = settler.settle_own_host()
    assert settled.claim.key == taken.claim.key
    assert known.look().claims == []


def test_one_without_words_is_looked_at_each_time_until_it_has_some(folder: WatchFolder) -> None:
    taken = take_first(folder)
    path, known = claim_path(folder, taken.claim.key), KnownClaims(folder)
    data = path.read_bytes()
    path.write_bytes(b"")
    assert known.look().unread == {path.name: 0}
    path.write_bytes(data[:40])
    assert known.look().unread == {path.name: 40}
    path.write_bytes(data)
    seen = known.look()
    assert seen.unread == {}
    assert seen.claims == [taken.claim]


def test_only_a_worker_that_seems_to_have_no_beat_is_asked_for_by_name(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dead", "alive-1", "alive-2", "silent-but-working"):
        (folder.running / name).mkdir()
    (folder.running / "silent-but-working" / "job").mkdir()
    for name in ("alive-1", "alive-2"):
        (folder.workers / f"{name}.json").write_text("{}")
    asked = []
    real = os.path.lexists
    monkeypatch.setattr(
        os.path, "lexists", lambda path: asked.append(Path(path).stem) or real(path)
    )
    sweep_homes(folder)
    assert sorted(asked) == ["dead", "silent-but-working"]
    left = sorted(home.name for home in folder.running.iterdir())
    assert left == ["alive-1", "alive-2", "silent-but-working"]
