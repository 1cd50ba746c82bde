"""The ready scenes, and the comparison of two moments of a user's work."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.resolve import (
    FakeResolve,
    changes,
    mixed_timeline,
    proxies_of,
    read_facts,
    user_at_work,
    user_state,
)
from tests.fakes.scripting import add_job, finish, project_of


def test_the_mixed_timeline_has_twelve_clips(fake: FakeResolve, tmp_path: Path) -> None:
    mixed = mixed_timeline(fake, tmp_path)
    clips = mixed.for_ffmpeg + mixed.for_resolve + mixed.for_nobody
    assert len(clips) == 12
    shown = {item.clip.unique_id for item in mixed.timeline.items() if item.clip is not None}
    assert {clip.unique_id for clip in clips} <= shown
    assert {item.kind for item in mixed.timeline.items("video")} == {
        *("clip", "title", "generator", "adjustment", "transition"),
    }
    assert all(clip.is_online for clip in mixed.eligible)
    assert all(read_facts(Path(clip.path)) is None for clip in mixed.for_resolve)
    movies = [Path(clip.path) for clip in mixed.for_ffmpeg if "[" not in clip.path]
    assert all(read_facts(path) for path in movies)
    assert len({path.name for path in movies}) < len(movies)


def test_a_moment_is_equal_to_itself(fake: FakeResolve, tmp_path: Path) -> None:
    user_at_work(fake, tmp_path, tmp_path / "renders")
    assert changes(user_state(fake), user_state(fake)) == []


def test_everything_a_script_may_disturb_is_seen(
    fake: FakeResolve, tmp_path: Path, out: Path
) -> None:
    timeline = user_at_work(fake, tmp_path, tmp_path / "renders")
    clip = timeline.items("video")[0].clip
    assert clip is not None
    before = user_state(fake)
    project = project_of(fake)
    project.GetMediaPool().AddSubFolder(project.GetMediaPool().GetRootFolder(), "Proxx")
    finish(fake, add_job(fake, clip, out, name="proxy"))
    project.SaveAsNewRenderPreset("Proxx")
    project.GetMediaPool().SetSelectedClip(timeline.GetMediaPoolItem().handle)
    project.SetSetting("perfProxyMediaMode", "2")
    told = {line.partition(":")[0] for line in changes(before, user_state(fake))}
    assert told == {
        "page",
        "presets",
        "project settings",
        "current timeline",
        "timelines",
        "bins",
        "current bin",
        "selected clips",
        "clips",
        "format and codec",
        "render mode",
        "deliver settings",
        "queue",
        "queue's states",
    }
    assert before["queue"] == user_state(fake)["queue"][:1]


def test_a_script_can_leave_everything_as_it_was(
    fake: FakeResolve, tmp_path: Path, out: Path
) -> None:
    """The double is not so awkward that a careful script could not restore what it touched."""
    timeline = user_at_work(fake, tmp_path, tmp_path / "renders")
    clip = timeline.items("video")[0].clip
    assert clip is not None
    before = user_state(fake)
    resolve, project = fake.handle, project_of(fake)
    pool, user = project.GetMediaPool(), project.GetCurrentTimeline()
    playhead, marks = user.GetCurrentTimecode(), user.GetMarkInOut()["video"]
    bin_before, mode = pool.GetCurrentFolder(), project.GetCurrentRenderMode()
    chosen = project.GetCurrentRenderFormatAndCodec()
    project.SaveAsNewRenderPreset("backup")
    temporary = pool.AddSubFolder(pool.GetRootFolder(), "Proxx")
    job = add_job(fake, clip, out, name="proxy")
    finish(fake, job)
    assert clip.handle.LinkProxyMedia(str(out / "proxy.mov")) is True
    project.DeleteRenderJob(job)
    pool.DeleteTimelines([project.GetCurrentTimeline()])
    pool.DeleteFolders([temporary])
    project.SetCurrentTimeline(user)
    pool.SetCurrentFolder(bin_before)
    project.LoadRenderPreset("backup")
    project.DeleteRenderPreset("backup")
    project.SetCurrentRenderFormatAndCodec(chosen["format"], chosen["codec"])
    project.SetCurrentRenderMode(mode)
    resolve.OpenPage("edit")
    user.SetCurrentTimecode(playhead)
    user.SetMarkInOut(marks["in"], marks["out"], "all")
    assert changes(before, user_state(fake)) == []
    assert proxies_of(fake) == {clip.unique_id: str(out / "proxy.mov")}
    assert timeline.playhead == 13
