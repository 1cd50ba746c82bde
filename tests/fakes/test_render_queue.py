"""The render queue: what it takes, refuses, ignores and tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.resolve import Answers, FakeMediaPoolItem, FakeResolve, Scene
from tests.fakes.scripting import add_job, finish, project_of, settings_for, timeline_of


@pytest.fixture
def clip(scene: Scene) -> FakeMediaPoolItem:
    return scene.raw("A001.braw", frames=6)


def test_ids_are_unique_texts(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.ids: an id is a text that no other job has, of this or another Resolve."""
    ids = [add_job(fake, clip, out, name=f"proxy {n}") for n in range(3)]
    assert all(isinstance(one, str) for one in ids)
    assert len(set(ids)) == 3


def test_a_job_keeps_the_moment_it_was_added_in(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    """6.1 queue.snapshot: settings, current timeline and mode are those of AddRenderJob."""
    project = project_of(fake)
    job = add_job(fake, clip, out, name="first")
    project.SetRenderSettings({"CustomName": "second", "ExportAudio": False})
    project.SetCurrentRenderMode(0)
    project.SetCurrentRenderFormatAndCodec("mov", "DNxHRLB")
    project.GetMediaPool().CreateEmptyTimeline("another")
    (told,) = project.GetRenderJobList()
    assert told["JobId"] == job
    assert (told["OutputFilename"], told["TimelineName"]) == ("first.mov", "first")
    assert (told["RenderMode"], told["IsExportAudio"]) == ("Single clip", True)
    assert told["VideoCodec"] == "Apple ProRes 422 Proxy"


def test_a_job_is_of_the_current_timeline(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    timeline = timeline_of(fake, clip, "meant")
    timeline_of(fake, clip, "current")
    fake.faults.once("SetCurrentTimeline", Answers(True))
    assert project_of(fake).SetCurrentTimeline(timeline)
    add_job(fake, clip, out, name="current")
    assert [job["TimelineName"] for job in project_of(fake).GetRenderJobList()] == ["current"]


@pytest.mark.parametrize("answer", ["", None])
def test_the_system_temp_dir_may_be_refused(
    fake: FakeResolve, clip: FakeMediaPoolItem, tmp_path: Path, answer: str | None
) -> None:
    """6.1 queue.temp_dir: no job into the system's folder for temporary files, by a switch."""
    temp = tmp_path / "temp" / "work"
    temp.mkdir(parents=True)
    fake.quirks.refused_temp_dir = tmp_path / "temp"
    fake.quirks.refused_job_answer = answer  # type: ignore[assignment]
    assert add_job(fake, clip, temp) == answer
    fake.quirks.refused_temp_dir = None
    assert add_job(fake, clip, temp)


def test_a_missing_folder_is_refused(
    fake: FakeResolve, clip: FakeMediaPoolItem, tmp_path: Path
) -> None:
    """6.1 queue.missing_dir: TargetDir must be there; without one at all there is no job either."""
    assert not add_job(fake, clip, tmp_path / "nowhere")
    fake.current().deliver.settings.pop("TargetDir")
    assert not project_of(fake).AddRenderJob()


def test_other_reasons_for_no_job(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    project = project_of(fake)
    project.SetRenderSettings(settings_for(out))
    timeline_of(fake, clip)
    assert not project.AddRenderJob(), "the Deliver page was never open"
    fake.handle.OpenPage("deliver")
    project.GetMediaPool().CreateEmptyTimeline("empty")
    assert not project.AddRenderJob(), "the timeline is empty"


def test_the_queue_is_deaf_while_it_renders(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    """6.1 queue.ignored: adding and deleting do nothing while a job renders, and say True."""
    project = project_of(fake)
    first, second = (add_job(fake, clip, out, name=name) for name in ("first", "second"))
    project.StartRendering([first], False)
    assert project.DeleteRenderJob(second) is True
    assert project.DeleteAllRenderJobs() is True
    assert not project.AddRenderJob()
    assert project.StartRendering([second], False) is False
    assert [job["JobId"] for job in project.GetRenderJobList()] == [first, second]
    fake.advance(100)
    assert project.DeleteRenderJob(second) is True
    assert [job["JobId"] for job in project.GetRenderJobList()] == [first]
    assert project.DeleteRenderJob(second) is False


def test_the_list_tells_what_a_job_is(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    """6.1 queue.readback: the job list tells place, name, size, rate and mode."""
    add_job(fake, clip, out, name="A001", AudioBitDepth=24)
    (told,) = project_of(fake).GetRenderJobList()
    expected = {
        "RenderJobName": "Job 1",
        "TargetDir": str(out),
        "OutputFilename": "A001.mov",
        "FormatWidth": 320,
        "FormatHeight": 180,
        "FrameRate": "24",
        "MarkIn": 864_000,
        "MarkOut": 864_005,
        "AudioBitDepth": 24,
        "AudioSampleRate": 48_000,
        "VideoFormat": "QuickTime",
        "PresetName": "Custom",
    }
    assert told | expected == told


def test_settings_stick(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.sticky: what one script sets is in the user's next job."""
    add_job(fake, clip, out, ExportAudio=False, FormatWidth=640)
    project_of(fake).SetRenderSettings({"CustomName": "the user's", "FormatHeight": 360})
    project_of(fake).AddRenderJob()
    told = project_of(fake).GetRenderJobList()[-1]
    assert (told["IsExportAudio"], told["FormatWidth"], told["FormatHeight"]) == (False, 640, 360)


def test_a_users_job_is_left_alone(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.user_job: a job that was there before is neither rendered nor changed by others."""
    user = add_job(fake, clip, out, name="user's")
    before = project_of(fake).GetRenderJobList()[0]
    mine = add_job(fake, clip, out, name="mine")
    finish(fake, mine)
    project_of(fake).DeleteRenderJob(mine)
    assert project_of(fake).GetRenderJobList() == [before]
    assert project_of(fake).GetRenderJobStatus(user)["CompletionPercentage"] == 0


def test_a_person_who_renders_keeps_scripts_out(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    user = add_job(fake, clip, out, name="user's")
    assert fake.user_renders()
    assert not add_job(fake, clip, out, name="mine")
    assert fake.rendering.begun == [user]
