"""The page of a night, golden: in a file, and on terminals of 80 and 140 columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.cli.fitting import shown_width
from sidecar.cli.status_text import describe_folder
from sidecar.folders.views.seen import (
    BatchSeen,
    BlockSeen,
    FailureSeen,
    FolderSeen,
    RunningJob,
    StaleJob,
    UnfinishedSeen,
    WaitingJob,
    WorkerSeen,
)

CALM = FolderSeen(
    root="/jobs/box",
    engine="ffmpeg",
    at="2026-02-13T03:00:00.000Z",
    waiting=0,
    next_jobs=(),
    barred=0,
    held=0,
    left_alone=(),
    unfinished=(),
    running=(),
    workers=(),
    stale=(),
    blocks=(),
    completed=340,
    failed=0,
    failures=(),
    batches=(),
)
SOURCE = "The source ends before its container says: 61 pictures decoded, 100 promised by index"
NIGHT = replace(
    CALM,
    waiting=1234,
    next_jobs=(
        WaitingJob(
            "20260213T201500123Z-00007.A007_C012_0213XY."
            "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90.job.json",
            "",
        ),
        WaitingJob("by hand.job.json", "STORAGE_FULL"),
    ),
    barred=120,
    left_alone=(("notes.txt", "no job: the name does not end in .job.json"),),
    unfinished=(
        UnfinishedSeen("half.job.json", "line 1, column 7: expected JSON", 3660.0),
        UnfinishedSeen("growing.job.json", "is empty", 0.4),
    ),
    running=(
        RunningJob(
            worker="box1-4711-3fa2-1",
            label="A005_C003_0213XY",
            job_id="1" * 36,
            doing="encoding",
            clip="A005_C003_0213XY.mov",
            clips_done=0,
            clips=1,
            elapsed_seconds=754.0,
            bytes_written=200_000_000,
            about_bytes=1_500_000_000,
        ),
        RunningJob(
            worker="box2-99-77e0-1",
            label="reel-0003",
            job_id="2" * 36,
            doing="proving",
            clip="B002_C001_0213XY.mov",
            clips_done=1,
            clips=4,
            elapsed_seconds=9.5,
            bytes_written=90_000_000,
            about_bytes=91_000_000,
            exists_only=True,
        ),
    ),
    workers=(
        WorkerSeen(
            "box1-4711-3fa2-1", "box1", "running", 754.0, 3.0, False, False, 0.0, 12, 1, 4, "0.1.0"
        ),
        WorkerSeen(
            "box2-99-77e0-1", "box2", "running", 9.5, 400.0, True, False, -372.0, 3, 0, 2, "0.1.0"
        ),
    ),
    stale=(
        StaleJob("3" * 36, "A1 (33333333)", "box9-1-1", "box9", "t", "is not heard of", "person"),
        StaleJob(
            "4" * 36, "A2 (44444444)", "box1-7-1", "box1", "t", "its process is gone", "watch"
        ),
        StaleJob(
            "5" * 36, "A3 (55555555)", "box1-8-1", "box1", "t", "its process is gone", "watch"
        ),
    ),
    blocks=(
        BlockSeen(
            "/vol/day 12",
            "STORAGE_FULL",
            "There is not enough space: 2.1 GB are needed, 0.3 GB are free",
            ("box1-4711-3fa2-1", "box2-99-77e0-1"),
            120,
        ),
    ),
    failed=7,
    failures=(
        FailureSeen(
            "A001_C001 (6f1f7d2c)", "PARTIAL", "SOURCE_TRUNCATED", SOURCE, "Copy it.", "/x", 754.0
        ),
        FailureSeen(
            "A002_C001 (7d2c8e90)", "FAILED", "SOURCE_TRUNCATED", SOURCE, "Copy it.", "/x", 7300.0
        ),
    ),
    batches=(
        BatchSeen("night 12", "2026-02-12T20:15:00.000Z", 1224, 2, 3, 300, 6),
        BatchSeen("night 13", "2026-02-13T20:15:00.000Z", 10, 0, 0, 0, 0),
    ),
)

GOLDEN = Path(__file__).parents[1] / "golden"


def page(seen: FolderSeen, width: int | None) -> str:
    return "".join(f"{line.text}\n" for line in describe_folder(seen, width=width))


def test_the_page_of_a_night() -> None:
    expected = (GOLDEN / "status_page.txt").read_text("utf-8")
    assert page(NIGHT, None) == expected
    assert page(NIGHT, 140) == expected


def test_the_page_of_a_night_on_a_small_terminal() -> None:
    assert page(NIGHT, 80) == (GOLDEN / "status_page_80.txt").read_text("utf-8")


def test_a_calm_night_says_so() -> None:
    assert (
        page(CALM, 80)
        == """\
/jobs/box (ffmpeg)  03:00:00 UTC

  nothing needs a person
  0 waiting, 0 running, 340 completed, 0 failed
"""
    )


def test_a_failure_that_was_counted_and_not_yet_read_is_an_alarm() -> None:
    assert list(replace(CALM, failed=1).alarms()) == ["1 FAILED"]


def test_the_important_is_told_without_colours_and_marked_for_them() -> None:
    tones = {line.text.strip(): line.tone for line in describe_folder(NIGHT)}
    assert tones["7 FAILED, the last one 13 min ago"] == "alarm"
    assert tones["workers, Proxx 0.1.0"] == "title"
    assert "alarm" not in {line.tone for line in describe_folder(CALM)}


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    wide = replace(
        NIGHT,
        root="/vol/制作/" + "x" * 90,
        running=(*NIGHT.running, replace(NIGHT.running[0], label="場面" * 30)) * 3,
        left_alone=(("名前" * 40, "a reason " * 20),),
    )
    for seen in (NIGHT, wide):
        assert [line for line in page(seen, width).splitlines() if shown_width(line) > width] == []


def test_workers_of_several_versions_are_told_apart() -> None:
    other = replace(NIGHT.workers[1], version="0.2.0")
    told = page(replace(NIGHT, workers=(NIGHT.workers[0], other)), 80)
    assert "workers\n" in told
    assert " 0.2.0" in told


def test_what_there_was_no_time_to_read_is_said() -> None:
    told = page(replace(NIGHT, unread=8000), 140)
    assert "batches, so far: 8,000 job files were not read yet\n" in told
    assert "[!" not in told


def test_a_large_farm_fills_no_page() -> None:
    told = page(replace(NIGHT, workers=NIGHT.workers * 30, running=NIGHT.running * 30), 80)
    assert told.count("  and 40 more\n") == 2
    assert told.count("its clock is") == 5
    assert len(told.splitlines()) < 100
