"""What a claim file or a file system says is not believed where it could cost a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import claim_path, read_claim
from sidecar.folders.filing import TakenJob, take_job
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import Whole, list_pending, look_at
from sidecar.folders.settling import Settled, Settler, Unsettled
from tests.folders.scenes import here, leave, make_folder, take_first, tree


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def settle(folder: WatchFolder) -> list[Settled | Unsettled]:
    worker, process = here()
    return list(Settler(folder, worker, ActionLog(folder, process)).settle_own_host())


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("job_folder", "/precious"),
        ("job_folder", "running/../precious"),
        ("job_folder", "running/w/../../precious"),
        ("job_folder", "running/w"),
        ("job_folder", "completed/2026-02-13/x"),
        ("job_folder", "running\\w\\x"),
        ("job_file", "../precious/A.mov"),
        ("job_file", ".."),
        ("worker", "../x"),
        ("worker", ""),
        ("key", "../x"),
        ("nonce", 5),
    ],
)
def test_a_claim_that_leads_elsewhere_is_obeyed_by_nobody(
    folder: WatchFolder, tmp_path: Path, field: str, word: object
) -> None:
    claim = leave(folder, take_first(folder).claim)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "A.mov").write_bytes(b"mine")
    path = claim_path(folder, claim.key)
    told = str(precious) if word == "/precious" else word
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: told}))
    before = tree(folder)
    assert read_claim(path) is None
    assert settle(folder) == []
    assert tree(folder) == before
    assert (precious / "A.mov").read_bytes() == b"mine"


def test_only_our_own_refusal_is_removed_from_a_folder(folder: WatchFolder) -> None:
    taken = take_first(folder)
    (taken.home / "notes of a person.txt").write_text("keep")
    taken.job_file.unlink()
    leave(folder, taken.claim)
    (settled,) = settle(folder)
    assert isinstance(settled, Settled)
    (kept,) = folder.root.glob("failed/*/*/notes*")
    assert kept.read_text() == "keep"


def say_not_there_of_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next rename be done and its reply be lost, as NFS may."""
    true_rename = os.rename

    def rename(source: object, target: object) -> None:
        monkeypatch.setattr(os, "rename", true_rename)
        true_rename(source, target)  # type: ignore[arg-type]
        raise FileNotFoundError(2, "No such file or directory", str(source))

    monkeypatch.setattr(os, "rename", rename)


def test_a_lost_reply_loses_no_job_that_is_taken(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, process = here()
    name = list_pending(folder)[0]
    seen = look_at(folder, name)
    assert isinstance(seen, Whole)
    say_not_there_of_what_was_done(monkeypatch)
    taken = take_job(folder, name, seen.spec, worker=worker, log=ActionLog(folder, process))
    assert isinstance(taken, TakenJob)
    assert taken.job_file.exists()
    assert claim_path(folder, seen.spec.job_id).exists()


def test_a_lost_reply_loses_no_job_that_is_settled(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = take_first(folder)
    os.rename(taken.job_file, folder.pending / taken.claim.job_file)
    taken.home.rmdir()
    leave(folder, taken.claim)
    say_not_there_of_what_was_done(monkeypatch)
    (settled,) = settle(folder)
    assert isinstance(settled, Settled)
    assert settled.result is not None
    (kept,) = [path for path in tree(folder) if path.endswith(".job.json")]
    assert kept.startswith("failed/")


def test_one_that_another_machine_began_to_settle_is_told_and_released_by_a_person(
    folder: WatchFolder,
) -> None:
    from dataclasses import asdict, replace

    from proxx_engine import hold_lock

    claim = leave(folder, take_first(folder).claim)
    mark = claim_path(folder, claim.key).with_name(f"{claim.key}.claim.settling")
    lock = hold_lock(mark)
    assert lock is not None
    strange = replace(lock, owner=replace(lock.owner, host="box7"))
    mark.write_text(json.dumps(asdict(strange)))
    (unsettled,) = settle(folder)
    assert isinstance(unsettled, Unsettled)
    assert "box7" in unsettled.sentence
    worker, process = here()
    settled = Settler(folder, worker, ActionLog(folder, process)).settle(
        claim, release_reason="box7 burnt down"
    )
    assert settled is not None
    assert not mark.exists()
