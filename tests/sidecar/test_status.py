"""`proxx status`: what is on the disk, told; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.cli.status_text import describe_folder
from sidecar.folders.looking import Looker
from sidecar.folders.seen import (
    BatchSeen,
    BlockSeen,
    FailureSeen,
    FolderSeen,
    RunningJob,
    StaleJob,
    WorkerSeen,
)
from tests.folders.scenes import make_folder, make_spec, submit
from tests.sidecar.calling import Proxx, record

SEEN = FolderSeen(
    root="/jobs/box",
    engine="ffmpeg",
    at="2026-02-13T03:00:00.000Z",
    waiting=1234,
    next_names=(
        "20260213T201500123Z-00007.A007.0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90.job.json",
        "by hand.job.json",
    ),
    left_alone=(("notes.txt", "no job: the name does not end in .job.json"),),
    running=(
        RunningJob(
            "box1-4711-1", "A005", "1" * 36, "A005.mov", 0, 1, 754.0, 200_000_000, 1_500_000_000
        ),
        RunningJob("box2-99-1", "reel-0003", "2" * 36, "B002.mov", 1, 4, 9.5, None, None),
    ),
    workers=(
        WorkerSeen("box1-4711-1", "box1", "running", 754.0, 3.0, False, False, 12, 1, 4, "0.1.0"),
        WorkerSeen("box2-99-1", "box2", "running", 9.5, 400.0, True, False, 3, 0, 2, "0.1.0"),
    ),
    stale=(
        StaleJob("3" * 36, "x", "box9-1-1", "box9", "t", "its worker is not heard of", ours=False),
        StaleJob("4" * 36, "y", "box1-7-1", "box1", "t", "its process is gone", ours=True),
    ),
    blocks=(
        BlockSeen("/vol/day 12", "STORAGE_FULL", "There is not enough space", ("box1-4711-1",)),
    ),
    completed=340,
    failed=7,
    failures=(
        FailureSeen(
            "A001", "PARTIAL", "SOURCE_TRUNCATED", "The source ends early", "Copy it again.", "/x"
        ),
    ),
    batches=(
        BatchSeen("night 12", waiting=10, running=2, completed=30, failed=6),
        BatchSeen("night 13", waiting=5, running=0, completed=None, failed=None),
    ),
)

TEXT = """\
/jobs/box (ffmpeg)  03:00:00 UTC
  7 FAILED
  2 STALE: their workers are gone or silent
  BLOCKED: STORAGE_FULL
  1 left alone in pending/
  1,234 waiting, 2 running, 340 completed

stale
  33333333  box9-1-1 on box9: its worker is not heard of
    if it will not come back: proxx release 33333333 --reason "…"
  44444444  box1-7-1 on box1: its process is gone
    `proxx watch` on this machine settles it

blocked
  /vol/day 12: There is not enough space [STORAGE_FULL]

running
  A005       A005.mov     [#...........]  12 min 34 s  200.0 MB of about 1.5 GB  box1-4711-1
  reel-0003  clip 2 of 4  [###.........]  9.5 s                                  box2-99-1

batches
  night 12  [##################......]  30 of 48 completed, 6 FAILED  2 running
  night 13                              5 waiting, 0 running

latest failures
  A001  PARTIAL  SOURCE_TRUNCATED: The source ends early
    Copy it again.
  and 6 more; `proxx results` lists them

left alone in pending/
  notes.txt  no job: the name does not end in .job.json

workers
  box1-4711-1  running  for 12 min 34 s  12 done, 1 FAILED  4 threads  heard 3.0 s ago
  box2-99-1    SILENT   for 9.5 s        3 done             2 threads  heard 6 min 40 s ago

next
  A007 (0d6a8f4e)
  by hand.job.json
  and 1,232 more
"""


def test_the_page_of_a_night() -> None:
    assert "\n".join(describe_folder(SEEN)) + "\n" == TEXT


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


def test_status_and_history_change_nothing(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    assert proxx("watch", "box", "--once").code == 1
    before = record(proxx.folder)
    status = proxx("status", "box")
    assert status.code == 0
    assert "1 FAILED" in status.out
    assert "SOURCE_TRUNCATED" in status.out
    told = proxx.json("status", "box")
    assert (told["completed"], told["failed"], told["watched"]) == (1, 1, False)
    (job,) = (proxx.folder / "box/failed").glob("*/*")
    for words in ((job,), (job / f"{job.name}.job.json",), (job.name[-36:], "--folder", "box")):
        story = proxx("history", *words)
        assert story.code == 0, story.err
        assert "submitted" in story.out
        assert "is about to claim it" in story.out
        assert "clip started" in story.out
        assert "now: FAILED, NOT proven" in story.out
    assert record(proxx.folder) == before


@pytest.mark.parametrize("command", ["status", "history"])
def test_what_is_no_watch_folder_is_told(proxx: Proxx, command: str) -> None:
    words = {"status": ("nowhere",), "history": ("12345678", "--folder", "nowhere")}[command]
    assert proxx(command, *words).code == 3
    (proxx.folder / "plain").mkdir()
    words = {"status": ("plain",), "history": ("12345678", "--folder", "plain")}[command]
    assert "STORAGE_NO_WATCH_FOLDER" in proxx(command, *words).err
