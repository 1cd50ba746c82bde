"""A job's story as it is printed, golden; whatever tells of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.fitting import shown_width
from sidecar.cli.history_text import describe_history
from sidecar.folders.views.history import ClipEnd, Event, History
from sidecar.folders.views.repeating import Repeats

ID = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"
WORKER = "box1-4711-3fa2-1"
PLACE = f"failed/2026-02-13/A001.{ID}"


def event(second: float, told_by: Any, who: str, what: str, **facts: Any) -> Event:
    return Event(f"2026-02-13T20:15:{second:06.3f}Z", told_by, who, what, facts)


STORY = History(
    job_id=ID,
    label="A001",
    made_at="2026-02-13T20:15:00.000Z",
    batch="day 12",
    events=(
        event(1, "log", "edit-07-3-aa10", "submit", to="pending"),
        event(2, "log", WORKER, "claim"),
        event(2, "claim", WORKER, "claimed", host="box1", pid=4711),
        event(2.1, "log", WORKER, "take", to=f"running/{WORKER}/A001.{ID}"),
        event(2.2, "log", WORKER, "run"),
        event(2.3, "journal", "box1-4711-3fa2", "lock_taken"),
        event(2.3, "journal", WORKER, "job_started", clips=2),
        event(2.4, "journal", WORKER, "clip_started", index=0, source="/card/A001.mov", work="/w"),
        event(30, "journal", WORKER, "clip_encoded", index=0, exit_code=0),
        event(31, "journal", WORKER, "clip_verified", index=0),
        event(31, "journal", WORKER, "publishing", index=0),
        event(32, "journal", WORKER, "published", index=0),
        event(33, "journal", WORKER, "clip_started", index=1, source="/card/A002.mov", work="/w"),
        event(40, "journal", WORKER, "clip_encoded", index=1, exit_code=69),
        event(40, "journal", WORKER, "clip_failed", index=1, code="SOURCE_TRUNCATED"),
        event(41, "journal", WORKER, "job_finished", status="PARTIAL"),
        event(41, "result", WORKER, "result", status="PARTIAL", code="SOURCE_TRUNCATED"),
        event(41, "journal", WORKER, "lock_released"),
        replace(
            event(0, "log", WORKER, "file", to=PLACE),
            time="2026-02-14T00:00:01.000Z",
        ),
    ),
    repeats=Repeats(of="1" * 36, by=("2" * 36,)),
    missing=("claim",),
    state="failed",
    place=PLACE,
    worker=WORKER,
    log_says=None,
    stale=None,
    status="PARTIAL",
    verification="conform",
    proven=False,
    failure={
        "code": "SOURCE_TRUNCATED",
        "stage": "execution",
        "sentence": "The source ends before its container says: 61 of 100",
        "next_step": "Copy it again from the card and compare sizes.",
    },
    clips=(
        ClipEnd("/proxies/A001.mov", "COMPLETED", 1_200_000, None, None),
        ClipEnd("/proxies/A002.mov", "FAILED", None, "SOURCE_TRUNCATED", "it ends"),
    ),
)

PAGE = f"""\
A001  {ID}
  batch day 12, made 2026-02-13T20:15:00.000Z, repeats {"1" * 36}

2026-02-13 UTC
  20:15:01.000  log      edit-07-3-aa10    submits it; it waits in pending/
  20:15:02.000  log      box1-4711-3fa2-1  is about to claim it
  20:15:02.000  claim    box1-4711-3fa2-1  has the claim: process 4711 of box1
  20:15:02.100  log      box1-4711-3fa2-1  takes it into running/box1-4711-3fa2-1/
  20:15:02.200  log      box1-4711-3fa2-1  is about to run it
  20:15:02.300  journal  box1-4711-3fa2    takes its lock
  20:15:02.300  journal  box1-4711-3fa2-1  begins: 2 clips
  20:15:02.400  journal  box1-4711-3fa2-1  clip 1 of 2: encodes /card/A001.mov
  20:15:30.000  journal  box1-4711-3fa2-1  clip 1 of 2: encoded
  20:15:31.000  journal  box1-4711-3fa2-1  clip 1 of 2: compared with what its source promises
  20:15:31.000  journal  box1-4711-3fa2-1  clip 1 of 2: about to get its final name
  20:15:32.000  journal  box1-4711-3fa2-1  clip 1 of 2: published
  20:15:33.000  journal  box1-4711-3fa2-1  clip 2 of 2: encodes /card/A002.mov
  20:15:40.000  journal  box1-4711-3fa2-1  clip 2 of 2: FFmpeg ended with 69
  20:15:40.000  journal  box1-4711-3fa2-1  clip 2 of 2: FAILED: SOURCE_TRUNCATED
  20:15:41.000  journal  box1-4711-3fa2-1  ends: PARTIAL, which is a failure
  20:15:41.000  result   box1-4711-3fa2-1  its result says: PARTIAL, SOURCE_TRUNCATED
  20:15:41.000  journal  box1-4711-3fa2-1  lets its lock go

2026-02-14 UTC
  00:00:01.000  log      box1-4711-3fa2-1  files it in failed/2026-02-13/

now
  PARTIAL, which is a failure, in /jobs/box/{PLACE}
  SOURCE_TRUNCATED: The source ends before its container says: 61 of 100
  Copy it again from the card and compare sizes.
  was repeated as {"2" * 36}
  missing: claim
  /proxies/A001.mov  COMPLETED  1.2 MB
  /proxies/A002.mov  FAILED             SOURCE_TRUNCATED
"""


def page(history: History, width: int | None = None) -> str:
    return "".join(
        f"{line}\n" for line in describe_history(history, Path("/jobs/box"), width=width)
    )


def test_the_story_of_a_job() -> None:
    assert page(STORY) == PAGE


def test_a_long_sentence_hangs_below_itself() -> None:
    told = page(STORY, 80)
    assert max(map(shown_width, told.splitlines())) <= 80
    hang = " " * len("  20:15:31.000  journal  box1-4711-3fa2-1  ")
    assert f"clip 1 of 2: compared with what its\n{hang}source promises\n" in told


def test_what_another_version_wrote_is_told_as_it_stands() -> None:
    odd = event(1, "log", "w", "moved_on", to="there", code="X")
    assert "log  w  moved on, to there, code X\n" in page(replace(STORY, events=(odd,)))


@pytest.mark.parametrize("what", ["job_started", "clip_started", "file", "reject", "settled"])
def test_a_line_that_lacks_its_facts_is_told_all_the_same(what: str) -> None:
    for told_by in ("log", "journal", "result", "claim"):
        assert page(replace(STORY, events=(event(1, told_by, "", what),)))
    wild = event(1, "journal", "", "job_started", clips="many", index="x")
    assert "begins: many clips" in page(replace(STORY, events=(wild,)))


def test_only_what_was_compared_is_called_proven() -> None:
    done = replace(STORY, status="COMPLETED", failure=None, proven=True)
    assert "COMPLETED and proven, in " in page(done)
    only = replace(done, verification="exists", proven=False)
    assert "COMPLETED (exists only, NOT proven), in " in page(only)
    assert "clip 1 of 2: looked at: it exists, and no more was asked" in page(only)
    assert "proven" not in page(STORY)
    unknown = page(replace(STORY, verification=None))
    assert "looked at; how is not told" in unknown
    assert "promises" not in unknown


def test_names_reach_no_terminal_as_commands() -> None:
    hostile = replace(STORY, label="a\x1b[2J", events=(event(1, "log", "w\x1b", "held\x1b"),))
    assert "\x1b" not in page(hostile)
