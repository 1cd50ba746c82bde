"""Settings that are locked, timelines that are not switched, and handles that die."""

from __future__ import annotations

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import Answers, FakeResolve, ResolveFault, ResolveHangs, Scene
from tests.fakes.scripting import project_of


def test_a_timeline_has_settings_of_its_own_only_when_it_says_so(fake: FakeResolve) -> None:
    """6.1 changes.custom_flag: first useCustomSettings '1'; until then the project's are read."""
    timeline = project_of(fake).GetMediaPool().CreateEmptyTimeline("Edit")
    assert timeline.SetSetting("timelineFrameRate", "25") is False
    assert timeline.GetSetting("timelineFrameRate") == 24.0
    assert timeline.SetSetting("useCustomSettings", "1") is True
    assert timeline.SetSetting("timelineFrameRate", 25) is False, "values are texts"
    assert timeline.SetSetting("timelineFrameRate", "25") is True
    assert timeline.GetSetting("timelineFrameRate") == 25.0
    assert timeline.GetSetting("timelineResolutionWidth") == "1920"
    assert project_of(fake).GetSetting("timelineFrameRate") == 24.0
    timeline.SetSetting("useCustomSettings", "0")
    assert timeline.GetSetting("timelineFrameRate") == 24.0
    assert timeline.GetSetting("")["useCustomSettings"] == "0"


def test_the_rate_is_locked_by_the_first_clip(fake: FakeResolve, scene: Scene) -> None:
    """6.1 changes.rate_lock: a timeline's by its first clip, a project's by its first timeline."""
    project = project_of(fake)
    assert project.SetSetting("timelineFrameRate", "25") is True
    timeline = project.GetMediaPool().CreateEmptyTimeline("Edit")
    assert project.SetSetting("timelineFrameRate", "24") is False
    timeline.SetSetting("useCustomSettings", "1")
    assert timeline.SetSetting("timelineFrameRate", "23.976") is True
    project.GetMediaPool().AppendToTimeline([scene.raw("A001.braw").handle])
    assert timeline.SetSetting("timelineFrameRate", "24") is False
    assert timeline.GetSetting("timelineFrameRate") == 23.976
    assert timeline.SetSetting("timelineResolutionWidth", "1280") is True


@pytest.mark.parametrize(
    ("key", "value", "taken"),
    [
        ("timelineFrameRate", "29.97 DF", True),
        ("timelineFrameRate", "24 DF", False),
        ("timelineFrameRate", "23.98", False),
        ("timelinePlaybackFrameRate", "25", False),
        ("perfProxyMediaMode", "2", True),
        ("perfProxyMediaMode", "3", False),
        ("noSuchSetting", "1", False),
        ("timelineResolutionWidth", "wide", False),
    ],
)
def test_what_a_setting_takes(fake: FakeResolve, key: str, value: str, taken: bool) -> None:
    assert project_of(fake).SetSetting(key, value) is taken
    if value == "29.97 DF":
        assert project_of(fake).GetSetting("timelineDropFrameTimecode") == "1"


def test_the_timeline_may_not_be_switched(fake: FakeResolve, scene: Scene) -> None:
    """6.1 changes.not_switched: SetCurrentTimeline says False, or says True and did nothing."""
    first = scene.timeline("First")
    scene.timeline("Second")
    project = project_of(fake)
    for answer in (False, True):
        fake.faults.once("SetCurrentTimeline", Answers(answer))
        assert project.SetCurrentTimeline(first.handle) is answer
        assert project.GetCurrentTimeline().GetName() == "Second"
    assert project.SetCurrentTimeline(None) is False
    assert project.SetCurrentTimeline(first.handle) is True


@pytest.mark.parametrize("how", ["none", "raise"])
def test_handles_die_with_their_project(fake: FakeResolve, scene: Scene, how: str) -> None:
    """6.1 changes.stale: after a switch all handles of the project before are dead, for good."""
    fake.quirks.stale_handles = how  # type: ignore[assignment]
    manager, project = fake.handle.GetProjectManager(), project_of(fake)
    dead = (project, project.GetMediaPool(), scene.timeline("Edit").handle)
    assert manager.CreateProject("Other").GetName() == "Other"
    assert manager.LoadProject("Documentary").GetName() == "Documentary"
    for handle in dead:
        if how == "raise":
            with pytest.raises(ResolveFault):
                handle.GetUniqueId()
        else:
            assert handle.GetUniqueId() is None
    assert manager.GetCurrentProject().GetTimelineByIndex(1).GetName() == "Edit"
    assert manager.GetCurrentProject().SetCurrentTimeline(dead[2]) is False


def test_handles_of_what_was_deleted_are_dead(fake: FakeResolve, scene: Scene) -> None:
    day = scene.bin("Day 1")
    clip = scene.raw("A001.braw", bin=day)
    pool, dead = project_of(fake).GetMediaPool(), (day.handle, clip.handle)
    assert pool.DeleteFolders([day.handle]) is True
    assert [handle.GetName() for handle in dead] == [None, None]
    assert pool.GetRootFolder().GetSubFolderList() == []


def test_a_resolve_that_ended_answers_nothing(fake: FakeResolve) -> None:
    resolve = fake.handle
    assert resolve.Quit() is None
    assert resolve.GetProductName() is None


def test_projects(fake: FakeResolve) -> None:
    manager = fake.handle.GetProjectManager()
    assert manager.CreateProject("Documentary") is None, "the name is taken"
    assert manager.LoadProject("No such project") is None
    assert manager.DeleteProject("Documentary") is False, "it is open"
    fake.current().is_changed = True
    fake.quirks.unsaved_project_blocks = True
    assert manager.CreateProject("Other") is None
    assert manager.SaveProject() is True
    assert manager.CreateProject("Other").GetName() == "Other"
    assert manager.DeleteProject("Documentary") is True
    assert manager.CloseProject(manager.GetCurrentProject()) is True
    assert manager.GetCurrentProject().GetName() == "Untitled Project"
    assert manager.SaveProject() is False


def test_saving_an_untitled_project_without_a_window_never_ends(start: Start) -> None:
    manager = start(headless=True).handle.GetProjectManager()
    manager.CloseProject(manager.GetCurrentProject())
    with pytest.raises(ResolveHangs):
        manager.SaveProject()
