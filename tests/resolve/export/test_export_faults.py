"""Make Proxies where something is wrong: with the request, with a place, with what Resolve says."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import CreationError, PlaceError, RequestError
from sidecar.resolve.export.exporting import file_problem
from sidecar.resolve.talk.values import HostGone, HostRefused
from tests.fakes.resolve import (
    FAILURES,
    Answers,
    ClipFacts,
    Meanwhile,
    MixedScene,
    Raises,
    Scene,
    changes,
    user_state,
)
from tests.resolve.export.export_scene import Desk
from tests.resolve.export.export_scene import desk as desk
from tests.resolve.export.export_scene import mixed as mixed
from tests.resolve.export.export_scene import scene as scene


def test_no_project_is_open(desk: Desk) -> None:
    desk.fake.project = None
    clicked = desk.click()
    assert (clicked.code, clicked.said) == (2, "Proxx: no project is open.")


def test_a_folder_in_the_place_of_a_file_is_never_walked(desk: Desk, scene: Scene) -> None:
    scene.movie("A001.RDC/a.mov")
    scene.project.media_pool.root_folder.clips.clear()
    scene.add("A001.RDC", scene.media / "A001.RDC", ClipFacts())
    clicked = desk.click()
    assert clicked.code == 2
    assert f"{scene.media / 'A001.RDC'} is no file" in clicked.said


def test_paths_that_no_file_can_have() -> None:
    for path in ("/gone/a.mov", "/dev/null/a.mov", "/a\0b.mov"):
        assert file_problem(Path(path)) == f"offline: {path} is not there"
    assert str(file_problem(Path("/" + 300 * "a"))).endswith("File name too long")


def test_two_clips_that_would_meet_are_told_by_the_names_of_settings(
    desk: Desk, scene: Scene
) -> None:
    scene.movie("a.mov")
    scene.movie("a.mkv")
    with pytest.raises(CreationError) as caught:
        desk.click()
    told = str(caught.value)
    assert "would all become a.mov" in told
    assert "--" not in told
    assert desk.proxies() == []


def test_a_proxy_that_is_there_already_is_never_overwritten(desk: Desk, scene: Scene) -> None:
    scene.movie("a.mov")
    scene.movie("b.mov")
    desk.out.mkdir()
    (desk.out / "a.mov").write_bytes(b"a person's own")
    with pytest.raises(CreationError, match="nothing is overwritten"):
        desk.click()
    assert desk.proxies() == []


def test_a_missing_watch_folder(desk: Desk, scene: Scene) -> None:
    scene.movie("a.mov")
    desk.resolve_jobs.rmdir()
    with pytest.raises(PlaceError, match="resolve jobs"):
        desk.click()
    assert not desk.out.exists()


def test_watch_folders_that_are_exchanged(desk: Desk, scene: Scene) -> None:
    scene.movie("a.mov")
    desk.click()
    with pytest.raises(RequestError, match="is of ffmpeg jobs"):
        desk.click(
            ffmpeg_jobs=desk.resolve_jobs,
            resolve_jobs=desk.ffmpeg_jobs,
            skip_done="no",
            out=desk.folder / "elsewhere",
        )


def test_another_project_is_opened_meanwhile(desk: Desk, mixed: MixedScene) -> None:
    def switch() -> None:
        home = desk.fake.handle.GetProjectManager()
        home.CreateProject("Another")

    desk.fake.current().is_changed = False
    desk.fake.faults.once("GetItemListInTrack", Meanwhile(switch))
    with pytest.raises(HostRefused, match="wrong_project"):
        desk.click()
    assert desk.proxies() == []


def test_resolve_is_gone_while_files_are_looked_at(
    desk: Desk, mixed: MixedScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.resolve.talk.talking.Talk.gone", True)
    with pytest.raises(HostGone):
        desk.click()
    assert desk.proxies() == []
    assert not desk.out.exists()


ASKED = (
    *("GetProductName", "GetVersionString", "GetProjectManager", "GetCurrentProject"),
    *("Project.GetUniqueId", "Project.GetName", "GetSetting", "GetMediaPool"),
    *("GetSelectedClips", "GetCurrentTimeline", "Timeline.GetName", "GetTrackCount"),
    *("GetItemListInTrack", "TimelineItem.GetName", "GetMediaPoolItem"),
    *("MediaPoolItem.GetUniqueId", "GetMediaId", "MediaPoolItem.GetName", "GetClipProperty"),
)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ASKED)
def test_whatever_fails_no_wrong_job_is_made(
    desk: Desk, scene: Scene, method: str, failure: str
) -> None:
    """Each job is of a clip on the timeline, or there is none and it is said why."""
    timeline = [scene.movie("a.mov"), scene.raw("b.braw")]
    scene.timeline("Reel 1", *timeline)
    scene.movie("bin.mov")
    before = user_state(desk.fake)
    desk.fake.faults.always(method, FAILURES[failure])
    try:
        clicked = desk.click()
    except HostRefused as refused:  # told by whoever started the action
        assert refused.kind in ("raised", "wrong_project", "no_method")  # noqa: PT017
        clicked = None
    desk.fake.faults.clear()
    assert changes(before, user_state(desk.fake)) == []
    jobs = [job for made in desk.jobs().values() for job in made]
    # A timeline that is not there, or an empty one, is told like this, and then the bin is meant.
    empty = method == "GetCurrentTimeline" or (method, failure) == ("GetItemListInTrack", "[]")
    if not empty:
        assert {Path(job.clips[0].source.path).name for job in jobs} <= {"a.mov", "b.braw"}
    if clicked is not None and not jobs:
        assert clicked.code in (1, 2)
        assert clicked.said
    for job in jobs:
        said = job.clips[0].resolve
        assert said is not None
        assert said.project_id == desk.fake.current().unique_id


@pytest.mark.parametrize("key", ["FPS", "Frames", "Start TC", "Resolution", "Drop frame"])
@pytest.mark.parametrize("value", ["", None, "?"])
def test_a_property_that_is_lacking_costs_ffmpeg_nothing_and_raw_its_job(
    desk: Desk, scene: Scene, key: str, value: str | None
) -> None:
    for clip in (scene.movie("a.mov"), scene.raw("b.braw")):
        clip.properties[key] = value
        if value is None:
            del clip.properties[key]
    clicked = desk.click()
    assert clicked.code == 0
    needed = key != "Drop frame"
    assert desk.proxies() == (["/a.mov"] if needed else ["/a.mov", "/b.mov"])
    assert ("camera raw of which Resolve does not tell the" in clicked.said) == needed


def test_an_item_that_tells_nothing_at_once(desk: Desk, scene: Scene) -> None:
    for clip in (scene.movie("a.mov"), scene.raw("b.braw")):
        clip.tells_no_dict = True
    assert desk.click().code == 0
    assert desk.proxies() == ["/a.mov", "/b.mov"]


def test_an_item_that_tells_nothing_ever(desk: Desk, scene: Scene) -> None:
    scene.movie("a.mov")
    desk.fake.faults.always("GetClipProperty", Answers(None))
    clicked = desk.click()
    assert clicked.code == 2
    assert "a.mov  Resolve does not say which file it is of" in clicked.said


@pytest.mark.parametrize("language", ["py", "lua"])
def test_a_property_that_is_no_text_is_kept_as_it_can_be(
    desk: Desk, scene: Scene, language: str
) -> None:
    odd = {"b": [object()], "a": True}
    scene.movie("a.mov", properties={"Flags": odd, "IDT": object()})
    assert desk.click(language).code == 0
    said = desk.jobs()["ffmpeg"][0].clips[0].resolve
    assert said is not None
    told = {one.name: one.value for one in said.properties}
    assert told["Flags"] == '{"a": true, "b": ["an object of Resolve"]}'
    assert told["IDT"] == '"an object of Resolve"'


def test_a_track_that_cannot_be_read_is_a_failure_and_the_others_are_made(
    desk: Desk, scene: Scene
) -> None:
    timeline = scene.timeline("Reel 1", scene.movie("a.mov", channels=0), scene.movie("b.mov"))
    assert timeline.tracks["audio"][0].items
    desk.fake.faults.once("GetItemListInTrack", Raises())
    clicked = desk.click()
    assert clicked.code == 1
    assert "not looked at: video track 1 cannot be read" in clicked.said
    assert desk.proxies() == ["/b.mov"]


def test_a_timeline_that_cannot_be_read_is_a_failure(desk: Desk, scene: Scene) -> None:
    scene.timeline("Reel 1", scene.movie("a.mov"))
    desk.fake.faults.always("GetItemListInTrack", Answers(None))
    clicked = desk.click()
    assert clicked.code == 1
    assert "not looked at: video track 1 cannot be read: Resolve says None" in clicked.said
    assert "nothing was written" in clicked.said


@pytest.mark.parametrize("answer", [None, False, [], ""])
def test_a_media_pool_that_cannot_be_read_is_a_failure(
    desk: Desk, scene: Scene, answer: object
) -> None:
    scene.movie("a.mov")
    desk.fake.faults.always("GetMediaPool", Answers(answer))
    clicked = desk.click()
    assert clicked.code == 1
    assert "not looked at: the media pool cannot be read: Resolve says " in clicked.said
