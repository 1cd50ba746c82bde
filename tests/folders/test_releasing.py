"""Who may be released: nobody that lives, here or elsewhere, whatever the clocks say."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from proxx_engine import CreationError
from sidecar.folders import releasing
from sidecar.folders.claims import Claim, claim_path
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.releasing import find_released
from tests.folders.scenes import leave, make_folder, take_first


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 1.0)
    monkeypatch.setattr(releasing, "_LOOK_SECONDS", 0.05)


def speak(folder: WatchFolder, claim: Claim, beats: int, at: str) -> None:
    told = Heartbeat(claim.worker, claim.owner, at, at, beats, "running", at)
    write_heartbeat(folder, told)


AHEAD, BEHIND = "2099-01-01T00:00:00.000Z", "1999-01-01T00:00:00.000Z"


def refusal(folder: WatchFolder, claim: Claim) -> str:
    with pytest.raises(CreationError) as caught:
        find_released(folder, claim.key[:8], worker="me")
    return str(caught.value)


@pytest.mark.parametrize("clock", [AHEAD, BEHIND])
def test_a_worker_elsewhere_that_speaks_is_alive(folder: WatchFolder, clock: str) -> None:
    claim = leave(folder, take_first(folder).claim, host="box9")
    speak(folder, claim, 1, clock)

    def later() -> None:
        time.sleep(0.3)
        speak(folder, claim, 2, clock)

    speaking = threading.Thread(target=later)
    speaking.start()
    assert "alive on another machine" in refusal(folder, claim)
    speaking.join()


@pytest.mark.parametrize("clock", [AHEAD, BEHIND, None])
def test_a_silent_worker_elsewhere_is_a_persons_to_judge(
    folder: WatchFolder, clock: str | None
) -> None:
    claim = leave(folder, take_first(folder).claim, host="box9")
    if clock is not None:
        speak(folder, claim, 1, clock)
    assert find_released(folder, claim.key, worker="me") == claim


def test_a_worker_that_died_here_may_be_released(folder: WatchFolder) -> None:
    claim = leave(folder, take_first(folder).claim)
    assert find_released(folder, claim.key, worker="me") == claim


def test_a_living_process_of_this_machine_is_refused(folder: WatchFolder) -> None:
    import os
    from dataclasses import replace

    from proxx_engine.system.identity import _start_mark

    taken = take_first(folder)
    parent = os.getppid()
    owner = replace(taken.claim.owner, pid=parent, process_mark=_start_mark(parent) or "")
    text = claim_path(folder, taken.claim.key).read_text()
    text = text.replace(f'"pid": {taken.claim.owner.pid}', f'"pid": {parent}')
    text = text.replace(taken.claim.owner.process_mark, owner.process_mark)
    claim_path(folder, taken.claim.key).write_text(text)
    assert "alive on this machine" in refusal(folder, taken.claim)


@pytest.mark.parametrize("asked", ["1234567", "nothing-like-this"])
def test_what_nobody_claimed_is_told_with_what_is_claimed(folder: WatchFolder, asked: str) -> None:
    claim = take_first(folder).claim
    with pytest.raises(CreationError) as caught:
        find_released(folder, asked, worker="me")
    assert claim.key[:8] in str(caught.value) or "first 8 digits" in str(caught.value)


def test_a_job_without_a_claim_or_with_one_that_names_nobody_can_be_released(
    folder: WatchFolder,
) -> None:
    claim = take_first(folder).claim
    claim_path(folder, claim.key).unlink()
    assert find_released(folder, claim.key, worker="me").job_folder == claim.job_folder
    claim_path(folder, claim.key).write_text("what is this")
    assert find_released(folder, claim.key, worker="me").job_folder == claim.job_folder
