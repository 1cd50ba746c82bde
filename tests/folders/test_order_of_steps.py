"""What must be on the disk, and what must stand, before a job is moved."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sidecar.folders import claims
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import claim_path, read_claim, take_claim
from sidecar.folders.filing import file_job
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from tests.folders.scenes import here, make_folder, take_first

Step = tuple[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


@contextmanager
def noted_steps(folder: WatchFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Step]]:
    """Note what is synced, and where files and folders are moved to, in order."""
    if sys.platform != "linux":
        pytest.skip("an open file tells its name only on Linux")
    steps: list[Step] = []
    true_sync, true_rename = os.fsync, os.rename

    def relative(path: str) -> str:
        return os.path.relpath(path, folder.root)

    def fsync(descriptor: int) -> None:
        true_sync(descriptor)
        steps.append(("sync", relative(os.readlink(f"/proc/self/fd/{descriptor}"))))

    def rename(source: Path, target: Path) -> None:
        true_rename(source, target)
        steps.append(("move", relative(str(target))))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        patched.setattr(os, "rename", rename)
        yield steps


def around(steps: list[Step], target: str) -> tuple[set[str], set[str]]:
    """What was synced since the move before a move, and up to the next one."""
    at = steps.index(("move", target))
    moves = [number for number, (what, _path) in enumerate(steps) if what == "move"]
    before = max((number for number in moves if number < at), default=-1)
    after = min((number for number in moves if number > at), default=len(steps))
    return {path for _what, path in steps[before + 1 : at]}, {
        path for _what, path in steps[at + 1 : after]
    }


def test_what_a_power_cut_must_find_is_on_the_disk_before_the_next_step(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with noted_steps(folder, monkeypatch) as steps:
        taken = take_first(folder)
        log = ActionLog(folder, here()[1])
        filed = file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log)
    (noted,) = (path for path in folder.log.iterdir())
    line, stem = f"log/{noted.name}", taken.home.name
    home = taken.home.relative_to(folder.root).as_posix()
    worker, day = home.rpartition("/")[0], filed.parent.relative_to(folder.root).as_posix()

    before, after = around(steps, f"{home}/{stem}.job.json")
    assert before >= {f"claims/{taken.claim.key}.claim", "claims", line, "running", worker}
    assert after >= {home, "pending", line}
    before, after = around(steps, f"{day}/{stem}")
    assert before >= {line, "failed"}
    assert after >= {day, worker}
    _before, after = around(steps, f"{day}/{stem}/{stem}.claim")
    assert after >= {f"{day}/{stem}", "claims"}


def test_a_claim_stands_until_its_job_is_filed(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands: list[bool] = []
    true_rename = os.rename

    def rename(source: Path, target: Path) -> None:
        stands.append(read_claim(claim_path(folder, job_id)) is not None)
        true_rename(source, target)

    taken = take_first(folder)
    job_id = taken.spec.job_id
    monkeypatch.setattr(os, "rename", rename)
    log = ActionLog(folder, here()[1])
    file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log)
    assert stands == [True, True]


def claim(folder: WatchFolder, worker: str) -> claims.Claim | None:
    return take_claim(folder, "a" * 36, worker=worker, job_file="x", job_folder="running/w/x")


def test_a_claim_that_stands_is_taken_by_nobody_else(folder: WatchFolder) -> None:
    first = claim(folder, "w-1")
    assert first is not None
    assert claim(folder, "w-2") is None
    assert read_claim(claim_path(folder, "a" * 36)) == first


def test_whoever_sleeps_over_its_claim_finds_another_there(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_create = claims.create_exclusive

    def create(path: Path, data: bytes, *, durable: bool) -> None:
        true_create(path, data, durable=durable)
        path.unlink()  # cleared away, as one that named nobody for long

    with monkeypatch.context() as asleep:
        asleep.setattr(claims, "create_exclusive", create)
        assert claim(folder, "w-1") is None
