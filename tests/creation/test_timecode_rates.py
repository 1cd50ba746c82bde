"""A list of timecodes held against the clips: its rate, its gaps, its contradictions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from proxx_engine import (
    Creation,
    CreationError,
    CreationRequest,
    Tools,
    create_jobs,
    find_profile,
    read_timecode_list,
)
from tests.support import CREATED_BY, MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=50:d=0.2", "-c:v", "mpeg4")
ALE = (
    "Heading\nFIELD_DELIM\tTABS\nFPS\t{rate}\n\nColumn\nName\tStart\n\n"
    "Data\nP.mov\t01:00:00:20\nQ.mov\t02:00:00:00\n"
)


@pytest.fixture
def card(make_clip: MakeClip, tmp_path: Path) -> Path:
    """Two clips of 50 frames a second."""
    (tmp_path / "card").mkdir()
    for name in ("P.mov", "Q.mov"):
        shutil.copyfile(make_clip("fifty.mov", *PICTURE), tmp_path / "card" / name)
    return tmp_path / "card"


def create(tools: Tools, card: Path, text: str, *, name: str = "list.csv") -> Creation:
    path = card.parent / name
    path.write_text(text, "utf-8")
    request = CreationRequest(
        (card,),
        card.parent / "out",
        find_profile("prores_proxy"),
        CREATED_BY,
        timecodes=read_timecode_list(path),
    )
    return create_jobs(request, prober=tools.prober)


def taken(creation: Creation) -> list[tuple[str, str | None]]:
    clips = [clip for job in creation.jobs for clip in job.spec.clips]
    return [
        (c.source.timecode.start, c.source.timecode.differs) for c in clips if c.source.timecode
    ]


def test_a_start_that_counts_at_another_rate_is_refused(tools: Tools, card: Path) -> None:
    with pytest.raises(CreationError) as caught:
        create(tools, card, "Name,Start TC,FPS\nP.mov,01:00:00:20,25\nQ.mov,02:00:00:00,50\n")
    [issue] = caught.value.issues
    assert issue.code == "SPEC_BAD_TIMECODE"
    assert issue.sentence.startswith("P.mov: the list counts 25 frames a second, the clip 50")
    assert "line 2" in issue.sentence


@pytest.mark.parametrize("rate", ["50", "50.00 fps", "50p", "49.95"])
def test_a_start_that_counts_at_the_clips_rate_is_taken(
    tools: Tools, card: Path, rate: str
) -> None:
    text = f"Name,Start TC,FPS\nP.mov,01:00:00:20,{rate}\nQ.mov,02:00:00:00,\n"
    assert taken(create(tools, card, text)) == [("01:00:00:20", None), ("02:00:00:00", None)]


def test_the_rate_at_which_a_clip_was_shot_is_not_what_its_timecode_counts(
    tools: Tools, card: Path
) -> None:
    text = "Name,Start TC,Shot Frame Rate\nP.mov,01:00:00:20,12\n"
    assert taken(create(tools, card, text)) == [("01:00:00:20", None)]


@pytest.mark.parametrize(
    ("rate", "differs"),
    [
        pytest.param("25", "list counts 25 frames a second, the clip 50", id="another"),
        pytest.param("50", None, id="the same"),
    ],
)
def test_a_rate_in_the_heading_is_noted(
    tools: Tools, card: Path, rate: str, differs: str | None
) -> None:
    creation = create(tools, card, ALE.format(rate=rate), name="day.ale")
    assert taken(creation) == [("01:00:00:20", differs), ("02:00:00:00", differs)]


def test_clips_that_the_list_does_not_name_are_told(tools: Tools, card: Path) -> None:
    creation = create(tools, card, "Name,Start\nP.mov,01:00:00:00\nX.mov,01:00:00:00\n")
    assert creation.without_timecode == (card / "Q.mov",)
    assert creation.unused_timecodes == ("X.mov (line 3)",)


def test_two_starts_in_one_row_are_refused(tools: Tools, card: Path) -> None:
    text = "Name,Start TC,Start\nP.mov,01:00:00:00,10:00:00:00\nQ.mov,02:00:00:00,2:00:00:00\n"
    with pytest.raises(CreationError) as caught:
        create(tools, card, text)
    [issue] = caught.value.issues
    assert (issue.code, issue.path) == ("SPEC_DUPLICATE_KEY", "line 2")
    assert "10:00:00:00 under Start and 01:00:00:00 under Start TC" in issue.sentence
