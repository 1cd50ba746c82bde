"""Opening a page, and what that does to the user's timeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import FakeResolve, FakeTimeline, Scene
from tests.fakes.scripting import add_job, project_of


@pytest.fixture
def timeline(scene: Scene) -> FakeTimeline:
    made = scene.timeline("Edit", scene.movie("A001.mov"))
    made.playhead = 7
    made.marks.set(2, 20, "all")
    return made


def state_of(timeline: FakeTimeline) -> tuple[str, object]:
    return timeline.handle.GetCurrentTimecode(), timeline.handle.GetMarkInOut()


def test_the_deliver_page_disturbs(fake: FakeResolve, timeline: FakeTimeline) -> None:
    """6.1 deliver_page.disturbs: the playhead goes to the start, the marks go."""
    marked = {"video": {"in": 2, "out": 20}, "audio": {"in": 2, "out": 20}}
    assert state_of(timeline) == ("01:00:00:07", marked)
    assert fake.handle.OpenPage("color") is True
    assert state_of(timeline) == ("01:00:00:07", marked)
    assert fake.handle.OpenPage("deliver") is True
    assert state_of(timeline) == ("01:00:00:00", {})
    assert fake.handle.GetCurrentPage() == "deliver"


def test_both_disturbances_are_switches(fake: FakeResolve, timeline: FakeTimeline) -> None:
    fake.quirks.deliver_page_moves_playhead = False
    fake.quirks.deliver_page_clears_marks = False
    before = state_of(timeline)
    fake.handle.OpenPage("deliver")
    assert state_of(timeline) == before


def test_what_was_disturbed_can_be_put_back(fake: FakeResolve, timeline: FakeTimeline) -> None:
    before = state_of(timeline)
    fake.handle.OpenPage("deliver")
    timeline.handle.SetCurrentTimecode("01:00:00:07")
    timeline.handle.SetMarkInOut(2, 20, "all")
    assert state_of(timeline) == before
    timeline.handle.ClearMarkInOut("video")
    assert timeline.handle.GetMarkInOut() == {"audio": {"in": 2, "out": 20}}


def test_there_are_no_pages_without_a_window(start: Start, tmp_path: Path, out: Path) -> None:
    """6.1 deliver_page.headless: OpenPage and GetCurrentPage are None; rendering works."""
    fake = start(headless=True)
    assert fake.handle.GetCurrentPage() is None
    assert fake.handle.OpenPage("deliver") is None
    assert fake.handle.GetCurrentPage() is None
    assert add_job(fake, Scene(fake, tmp_path).raw("A001.braw", frames=4), out)


@pytest.mark.parametrize(
    ("version", "page", "opens"),
    [("20.3", "photo", False), ("21.0.4", "photo", True), ("21.0.4", "Deliver", False)],
)
def test_pages_of_a_version(start: Start, version: str, page: str, opens: bool) -> None:
    assert start(version=version).handle.OpenPage(page) is opens


def test_a_clip_filter_keeps_single_clip_mode_away(fake: FakeResolve) -> None:
    project = project_of(fake)
    fake.quirks.clip_filter_active = True
    assert project.SetCurrentRenderMode(0) is True
    assert project.SetCurrentRenderMode(1) is False
    assert project.SetCurrentRenderMode(2) is False
    assert project.GetCurrentRenderMode() == 0
