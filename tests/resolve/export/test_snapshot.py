"""What is asked of a Resolve, and what is made of its answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.resolve.export.snapshot import NEEDED, SCOPES, read_walks, steps_of, take_snapshot
from sidecar.resolve.talk.values import HostRefused, RemoteObject
from tests.fakes.conftest import Start
from tests.fakes.resolve import (
    FAILURES,
    VERSIONS,
    Answers,
    FakeResolve,
    HoldsNone,
    Raises,
    Scene,
    changes,
    mixed_timeline,
    user_state,
)
from tests.fakes.resolve.tracks import Track
from tests.resolve.inner_talk import HOSTS, talk_with


@pytest.fixture(params=HOSTS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def names(snapshot: object) -> list[str]:
    return [clip.name for clip in snapshot.clips]  # type: ignore[attr-defined]


def test_selected_clips_come_first(fake: FakeResolve, scene: Scene, language: str) -> None:
    chosen, other = scene.offline("a.mov"), scene.offline("b.mov")
    scene.timeline("Reel 1", other)
    scene.pool.selected = [chosen]
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.scope, names(snapshot)) == ("selection", ["a.mov"])
    assert snapshot.scope_in_words == "what is selected in the media pool"


def test_then_the_current_timeline(fake: FakeResolve, scene: Scene, language: str) -> None:
    clips = [scene.offline(f"{name}.mov") for name in "abc"]
    timeline = scene.timeline("Reel 1", clips[1], clips[0], clips[1])
    scene.place(timeline, kind="title", name="Main title")
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.scope, names(snapshot)) == ("timeline", ["b.mov", "a.mov"])
    assert snapshot.scope_in_words == "the timeline Reel 1"
    assert snapshot.without_media == ("Main title",)
    assert snapshot.unread == ()


def test_then_the_current_bin(fake: FakeResolve, scene: Scene, language: str) -> None:
    day = scene.bin("Day 1")
    scene.offline("a.mov", bin=day)
    scene.offline("b.mov")
    scene.timeline("Empty")
    scene.pool.current_folder = day
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.scope, names(snapshot)) == ("bin", ["a.mov"])
    assert snapshot.scope_in_words == "the bin Day 1"


def test_the_open_timeline_may_be_what_is_selected(
    fake: FakeResolve, scene: Scene, language: str
) -> None:
    """A double click on a timeline selects it in the pool: then its clips are meant."""
    timeline = scene.timeline("Reel 1", scene.offline("a.mov"))
    other = scene.timeline("Reel 2", scene.offline("b.mov"))
    assert timeline.pool_item is not None
    assert other.pool_item is not None
    scene.pool.selected = [other.pool_item]
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.scope, names(snapshot)) == ("timeline", ["b.mov"])
    scene.pool.selected = [timeline.pool_item]
    assert take_snapshot(talk_with(fake, language)).scope == "selection"
    fake.faults.always("MediaPoolItem.GetUniqueId", Answers(None))
    assert take_snapshot(talk_with(fake, language)).scope == "selection"


def test_a_timeline_of_titles_is_the_scope(fake: FakeResolve, scene: Scene) -> None:
    """Nobody who looks at a timeline means the bin."""
    scene.offline("a.mov")
    scene.place(scene.timeline("Titles"), kind="title")
    snapshot = take_snapshot(talk_with(fake))
    assert (snapshot.scope, snapshot.clips) == ("timeline", ())


def test_both_languages_tell_the_same(fake: FakeResolve, tmp_path: Path) -> None:
    mixed_timeline(fake, tmp_path)
    python, lua = (take_snapshot(talk_with(fake, language)) for language in ("py", "lua"))
    assert python == lua
    assert len(python.clips) == 13
    assert len(python.without_media) == 4


def test_the_project_and_its_settings(fake: FakeResolve, scene: Scene, language: str) -> None:
    scene.offline("a.mov")
    snapshot = take_snapshot(talk_with(fake, language))
    assert snapshot.product == "DaVinci Resolve Studio"
    assert snapshot.version == fake.profile.version_string
    assert snapshot.project_id == fake.current().unique_id
    assert snapshot.project_name == fake.current().name
    assert snapshot.settings["colorScienceMode"] == "davinciYRGB"
    assert snapshot.settings["timelineFrameRate"] == 24


def test_all_properties_as_they_were_said(fake: FakeResolve, scene: Scene, language: str) -> None:
    clip = scene.raw("a.braw", properties={"Comments": "two\nlines"})
    [raw] = take_snapshot(talk_with(fake, language)).clips
    assert (raw.unique_id, raw.media_id, raw.name) == (clip.unique_id, clip.media_id, "a.braw")
    assert raw.properties == clip.handle.GetClipProperty()


def test_what_is_not_told_at_once_is_asked_one_by_one(
    fake: FakeResolve, scene: Scene, language: str
) -> None:
    whole = scene.raw("a.braw")
    silent = scene.raw("b.braw")
    silent.tells_no_dict = True
    lacking = scene.raw("c.braw")
    del lacking.properties["Frames"]
    first, second, third = take_snapshot(talk_with(fake, language)).clips
    assert set(second.properties) == set(NEEDED)
    assert second.properties["FPS"] == first.properties["FPS"]
    assert third.properties["Frames"] == ""
    assert first.properties == whole.handle.GetClipProperty()


def test_a_list_that_holds_none(fake: FakeResolve, scene: Scene, language: str) -> None:
    clip = scene.offline("a.mov")
    for method in ("GetSelectedClips", "GetItemListInTrack", "GetClipList"):
        fake.faults.always(method, HoldsNone())
    assert take_snapshot(talk_with(fake, language)).scope == "bin"
    scene.timeline("Reel 1", clip)
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.scope, names(snapshot)) == ("timeline", ["a.mov"])
    scene.pool.selected = [clip]
    assert take_snapshot(talk_with(fake, language)).scope == "selection"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version(start: Start, tmp_path: Path, version: str, language: str) -> None:
    """A version that does not tell what is selected says so, and the timeline is taken."""
    fake = start(version=version)
    scene = Scene(fake, tmp_path)
    clip = scene.offline("a.mov")
    scene.timeline("Reel 1", clip)
    scene.pool.selected = [clip]
    snapshot = take_snapshot(talk_with(fake, language))
    assert snapshot.scope == ("timeline" if version == "18.6" else "selection")
    assert snapshot.selection_is_told == (version != "18.6")
    assert names(snapshot) == ["a.mov"]
    assert snapshot.unread == ()


@pytest.mark.parametrize("answer", [None, False, ""])
def test_a_track_that_cannot_be_read_is_told(
    fake: FakeResolve, scene: Scene, language: str, answer: object
) -> None:
    scene.timeline("Reel 1", scene.offline("a.mov"))
    fake.faults.always("GetItemListInTrack", Answers(answer))
    snapshot = take_snapshot(talk_with(fake, language))
    assert snapshot.scope == "timeline"
    assert (snapshot.clips, snapshot.without_media) == ((), ())
    assert snapshot.unread == (
        f"video track 1 cannot be read: Resolve says {answer!r}",
        f"audio track 1 cannot be read: Resolve says {answer!r}",
    )


def test_more_tracks_than_are_looked_at(fake: FakeResolve, scene: Scene) -> None:
    timeline = scene.timeline("Reel 1", scene.offline("a.mov"))
    timeline.tracks["video"] += [Track(f"Video {number}") for number in range(2, 71)]
    snapshot = take_snapshot(talk_with(fake))
    assert names(snapshot) == ["a.mov"]
    assert snapshot.unread == ("of 70 video tracks those above 64 are not looked at",)


def test_what_throws_ends_the_search(fake: FakeResolve, scene: Scene, language: str) -> None:
    """The bin is not taken in the place of a timeline that nobody could look at."""
    scene.timeline("Reel 1", scene.offline("a.mov"))
    for method in ("GetSelectedClips", "GetCurrentTimeline"):
        fake.faults.clear()
        fake.faults.always(method, Raises())
        snapshot = take_snapshot(talk_with(fake, language))
        assert snapshot.clips == ()
        assert len(snapshot.unread) == 1, method
        assert "cannot be read" in snapshot.unread[0]


def test_an_item_whose_clip_cannot_be_read(fake: FakeResolve, scene: Scene, language: str) -> None:
    scene.timeline("Reel 1", scene.offline("a.mov"), scene.offline("b.mov"))
    fake.faults.once("TimelineItem.GetMediaPoolItem", Raises())
    snapshot = take_snapshot(talk_with(fake, language))
    assert names(snapshot) == ["b.mov", "a.mov"]  # its sound was read
    assert snapshot.without_media == ()
    assert snapshot.unread[0].startswith("a.mov: the clip that it shows cannot be read: ")


ASKED = (
    *("GetProductName", "GetVersionString", "GetProjectManager", "GetCurrentProject"),
    *("Project.GetUniqueId", "Project.GetName", "GetSetting", "GetMediaPool"),
    *("GetSelectedClips", "GetCurrentTimeline", "Timeline.GetName", "GetTrackCount"),
    *("GetItemListInTrack", "TimelineItem.GetName", "GetMediaPoolItem", "GetCurrentFolder"),
    *("Folder.GetName", "GetClipList", "MediaPoolItem.GetUniqueId", "GetMediaId"),
    *("MediaPoolItem.GetName", "GetClipProperty"),
)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ASKED)
def test_any_call_may_fail(
    fake: FakeResolve, scene: Scene, language: str, method: str, failure: str
) -> None:
    """There is always a snapshot; nothing is in it that is not on the timeline or in the bin."""
    scene.timeline("Reel 1", scene.offline("a.mov"), scene.offline("b.mov"))
    before = user_state(fake)
    fault = fake.faults.always(method, FAILURES[failure])
    talk = talk_with(fake, language)
    snapshot = take_snapshot(talk)
    assert set(names(snapshot)) <= {"a.mov", "b.mov", "Reel 1", None}
    met = fault.fired > 0 or method in ("GetCurrentFolder", "Folder.GetName", "GetClipList")
    assert met
    fake.faults.clear()
    assert changes(before, user_state(fake)) == []


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ["GetCurrentFolder", "Folder.GetName", "GetClipList"])
def test_any_call_for_a_bin_may_fail(
    fake: FakeResolve, scene: Scene, language: str, method: str, failure: str
) -> None:
    scene.offline("a.mov")
    fault = fake.faults.always(method, FAILURES[failure])
    snapshot = take_snapshot(talk_with(fake, language))
    assert snapshot.scope == "bin"
    assert fault.fired
    assert names(snapshot) == (["a.mov"] if method == "Folder.GetName" else [])
    assert bool(snapshot.unread) == (failure == "raise" and method != "Folder.GetName")


def test_the_walks_can_be_answered_later(fake: FakeResolve, scene: Scene) -> None:
    """All three are asked at once, without a look at any answer."""
    scene.timeline("Reel 1", scene.offline("a.mov"))
    talk = talk_with(fake)
    walks = [(scope, talk.walk(steps_of(scope, talk.resolve))) for scope in SCOPES]
    assert read_walks(walks) == take_snapshot(talk)


def test_without_a_project(fake: FakeResolve, language: str) -> None:
    fake.project = None
    snapshot = take_snapshot(talk_with(fake, language))
    assert (snapshot.project_id, snapshot.clips, snapshot.unread) == (None, (), ())


def test_handles_are_let_go(fake: FakeResolve, scene: Scene) -> None:
    """At once, and not when somebody comes to it."""
    scene.timeline("Reel 1", *(scene.offline(f"{number}.mov") for number in range(50)))
    talk = talk_with(fake)
    take_snapshot(talk)
    talk._unused.clear()  # what nobody holds is not to be freed for that
    made = talk.resolve.GetProjectManager().number
    for number in range(1, made):
        with pytest.raises(HostRefused, match="no_handle"):
            talk.call(RemoteObject(talk, number), "GetUniqueId")
