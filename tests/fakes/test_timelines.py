"""Timelines: where they begin, what is placed on them and where it ends."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.fakes.resolve import FakeResolve, Scene, make_resolve
from tests.fakes.scripting import project_of


def test_a_timeline_starts_at_one_oclock(fake: FakeResolve) -> None:
    """6.1 timeline.start: 01:00:00:00, which is frame 86400 at 24."""
    timeline = project_of(fake).GetMediaPool().CreateEmptyTimeline("Edit")
    assert (timeline.GetStartTimecode(), timeline.GetStartFrame()) == ("01:00:00:00", 86_400)
    assert timeline.GetEndFrame() == 86_400
    timeline.SetSetting("useCustomSettings", "1")
    timeline.SetSetting("timelineFrameRate", "29.97 DF")
    assert (timeline.GetStartTimecode(), timeline.GetStartFrame()) == ("01:00:00;00", 107_892)
    assert timeline.SetStartTimecode("not a timecode") is False


def test_a_taken_name_makes_no_timeline(fake: FakeResolve) -> None:
    pool = project_of(fake).GetMediaPool()
    first = pool.CreateEmptyTimeline("Edit")
    assert pool.CreateEmptyTimeline("Edit") is None
    assert project_of(fake).GetCurrentTimeline().GetUniqueId() == first.GetUniqueId()


def test_a_record_frame_counts_from_midnight(fake: FakeResolve, scene: Scene) -> None:
    """6.1 timeline.record_frame: absolute; counted from the start, the clip is where nothing is."""
    clip, pool = scene.raw("A001.braw"), project_of(fake).GetMediaPool()
    wrong = pool.CreateEmptyTimeline("Wrong")
    assert pool.AppendToTimeline([{"mediaPoolItem": clip.handle, "recordFrame": 0}])
    assert wrong.GetEndFrame() == wrong.GetStartFrame()
    right = pool.CreateEmptyTimeline("Right")
    frame = right.GetStartFrame() + 100
    item, *_sound = pool.AppendToTimeline([{"mediaPoolItem": clip.handle, "recordFrame": frame}])
    assert (item.GetStart(), item.GetEnd()) == (86_500, 86_524)
    overlap = [{"mediaPoolItem": clip.handle, "recordFrame": frame + 23}]
    assert pool.AppendToTimeline(overlap) == []


def test_the_end_frame_is_exclusive(fake: FakeResolve, scene: Scene) -> None:
    """6.1 timeline.end_frame: 6 to 12 are six frames."""
    clip, pool = scene.raw("A001.braw"), project_of(fake).GetMediaPool()
    pool.CreateEmptyTimeline("Edit")
    asked = {"mediaPoolItem": clip.handle, "startFrame": 6, "endFrame": 12, "mediaType": 1}
    (item,) = pool.AppendToTimeline([asked])
    assert (item.GetDuration(), item.GetSourceStartFrame(), item.GetLeftOffset()) == (6, 6, 6)
    assert item.GetEnd() - item.GetStart() == item.GetDuration()


@pytest.mark.parametrize("off_by", [-2, -1, 0, 1, 2])
def test_the_source_end_is_off(fake: FakeResolve, scene: Scene, off_by: int) -> None:
    """6.1 timeline.source_end: inclusive, exclusive, or off by one or two, by a switch."""
    scene.timeline("Edit", scene.raw("A001.braw"))
    fake.quirks.source_end_off_by = off_by
    (item,) = project_of(fake).GetCurrentTimeline().GetItemListInTrack("video", 1)
    assert item.GetSourceEndFrame() == 24 + off_by
    assert item.GetSourceStartFrame() == 0


def test_disabled_clips(scene: Scene) -> None:
    """6.1 timeline.disabled: they are in the list and not in the picture."""
    timeline = scene.timeline("Edit")
    scene.place(timeline, scene.raw("A001.braw"), enabled=False)
    (item,) = timeline.handle.GetItemListInTrack("video", 1)
    assert item.GetClipEnabled() is False
    assert timeline.shown_clips() == []
    item.SetClipEnabled(True)
    assert len(timeline.shown_clips()) == 1


def test_nested_timelines(fake: FakeResolve, scene: Scene) -> None:
    """6.1 timeline.nested: a timeline is an item of the pool, has no path, and can be placed."""
    inner = scene.timeline("Inner", scene.raw("A001.braw"))
    outer = scene.timeline("Outer")
    assert inner.pool_item is not None
    scene.place(outer, inner.pool_item)
    (item,) = outer.handle.GetItemListInTrack("video", 1)
    pool_item = item.GetMediaPoolItem()
    assert pool_item.GetClipProperty("Type") == "Timeline"
    assert pool_item.GetClipProperty("File Path") == ""
    assert pool_item.GetTimeline().GetName() == "Inner"
    placed = project_of(fake).GetMediaPool().AppendToTimeline([inner.pool_item.handle])
    assert placed[0].GetDuration() == 24


def test_retimed_and_reversed_clips(scene: Scene) -> None:
    """6.1 timeline.retimed: the source range is not the duration; backwards, start > end."""
    clip, timeline = scene.raw("A001.braw"), scene.timeline("Edit")
    fast = scene.place(timeline, clip, frames=12, speed=Fraction(2)).handle
    back = scene.place(timeline, clip, frames=12, speed=Fraction(-1)).handle
    imported = scene.place(timeline, clip, frames=12, from_xml=True, source_start=5).handle
    assert (fast.GetDuration(), fast.GetSourceEndFrame() - fast.GetSourceStartFrame()) == (12, 23)
    assert back.GetSourceStartFrame() > back.GetSourceEndFrame()
    assert (imported.GetSourceStartFrame(), imported.GetSourceEndFrame()) == (0, 0)


def test_a_clip_of_another_rate_is_as_long_as_it_lasts(fake: FakeResolve, scene: Scene) -> None:
    clip = scene.raw("A001.braw", frames=50, rate=Fraction(50))
    scene.timeline("Edit", clip)
    (item,) = project_of(fake).GetCurrentTimeline().GetItemListInTrack("video", 1)
    assert (item.GetDuration(), clip.handle.GetClipProperty("Frames")) == (24, "50")


def test_nothing_is_open() -> None:
    """6.1 timeline.no_current: no project, or no timeline."""
    nothing = make_resolve(project=None).handle
    assert nothing.GetProjectManager().GetCurrentProject() is None
    assert nothing.OpenPage("deliver") is False
    project = project_of(make_resolve())
    assert project.GetCurrentTimeline() is None
    assert project.GetTimelineByIndex(1) is None
    assert project.GetMediaPool().AppendToTimeline([]) is None
    assert project.GetMediaPool().GetSelectedClips() is None


def test_tracks_are_counted_from_one(fake: FakeResolve, scene: Scene) -> None:
    timeline = scene.timeline("Edit", scene.movie("A001.mov")).handle
    assert timeline.GetItemListInTrack("video", 0) is None
    assert timeline.GetItemListInTrack("video", 2) is None
    assert timeline.AddTrack("video") is True
    assert (timeline.GetTrackCount("video"), timeline.GetItemListInTrack("video", 2)) == (2, [])
    (sound,) = timeline.GetItemListInTrack("audio", 1)
    assert sound.GetTrackTypeAndIndex() == ["audio", 1]
    assert sound.GetLinkedItems()[0].GetTrackTypeAndIndex() == ["video", 1]
    wanted = [{"mediaPoolItem": scene.raw("A002.braw").handle, "trackIndex": 3}]
    assert project_of(fake).GetMediaPool().AppendToTimeline(wanted) == []


def test_a_timeline_from_clips_wants_their_bin(fake: FakeResolve, scene: Scene) -> None:
    day = scene.bin("Day 1")
    clip = scene.raw("A001.braw", bin=day)
    pool = project_of(fake).GetMediaPool()
    assert pool.CreateTimelineFromClips("Edit", [clip.handle]) is None
    pool.SetCurrentFolder(day.handle)
    assert pool.CreateTimelineFromClips("Edit", [clip.handle]).GetName() == "Edit"


def test_clips_are_deleted_from_a_timeline_on_the_edit_page_alone(
    fake: FakeResolve, scene: Scene
) -> None:
    timeline = scene.timeline("Edit", scene.raw("A001.braw")).handle
    items = timeline.GetItemListInTrack("video", 1)
    fake.handle.OpenPage("color")
    assert timeline.DeleteClips(items, False) is False
    fake.handle.OpenPage("edit")
    assert timeline.DeleteClips(items, False) is True


def test_a_deleted_timeline_leaves_another_current(fake: FakeResolve, scene: Scene) -> None:
    scene.timeline("First")
    scene.timeline("Second")
    project = project_of(fake)
    second = project.GetCurrentTimeline()
    assert project.GetMediaPool().DeleteTimelines([second]) is True
    assert project.GetCurrentTimeline().GetName() == "First"
    assert second.GetName() is None


def test_new_items_may_have_no_id(fake: FakeResolve, scene: Scene) -> None:
    fake.quirks.new_items_without_id = True
    pool = project_of(fake).GetMediaPool()
    pool.CreateEmptyTimeline("Edit")
    assert pool.AppendToTimeline([scene.raw("A001.braw").handle])[0].GetUniqueId() is None
