"""Rendering: how it is started, how it goes on, and how it may end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import FakeMediaPoolItem, FakeResolve, Scene, outcomes
from tests.fakes.scripting import add_job, finish, project_of


@pytest.fixture
def clip(scene: Scene) -> FakeMediaPoolItem:
    return scene.raw("A001.braw", frames=6)


def test_an_unknown_id_starts_nothing(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    """6.1 queue.unknown_id: StartRendering with an id that is not in the queue is False."""
    project = project_of(fake)
    job = add_job(fake, clip, out)
    assert project.StartRendering(["unknown"], False) is False
    assert project.StartRendering([job, "unknown"], False) is False
    assert project.StartRendering(1) is False, "an index is no id"
    assert project.StartRendering(job, isInteractiveMode=False) is False, "a keyword with bare ids"
    assert fake.rendering.begun == []
    assert project.GetRenderJobStatus("unknown") == {}
    fake.quirks.unknown_job_status = "none"
    assert project.GetRenderJobStatus("unknown") is None


@pytest.mark.parametrize("form", ["list", "list and False", "list and keyword", "bare"])
def test_the_forms_of_starting(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path, form: str
) -> None:
    project = project_of(fake)
    user, mine = add_job(fake, clip, out, name="user's"), add_job(fake, clip, out, name="mine")
    forms = {
        "list": lambda: project.StartRendering([mine]),
        "list and False": lambda: project.StartRendering([mine], False),
        "list and keyword": lambda: project.StartRendering([mine], isInteractiveMode=False),
        "bare": lambda: project.StartRendering(mine),
    }
    assert forms[form]() is True
    assert fake.rendering.begun == [mine]
    assert project.GetRenderJobStatus(user)["JobStatus"] == "Ready"


def test_starting_without_ids_starts_the_users_jobs_too(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    ids = [add_job(fake, clip, out, name=name) for name in ("user's", "mine")]
    assert project_of(fake).StartRendering() is True
    fake.advance(100)
    assert fake.rendering.begun == ids


def test_the_percentage_lags(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.lag: the percentage is a whole number behind the truth, and 100 at the end."""
    project = project_of(fake)
    job = add_job(fake, clip, out)
    project.StartRendering([job], False)
    shown = [project.GetRenderJobStatus(job) for _ in range(5)]
    assert [status["CompletionPercentage"] for status in shown] == [18, 43, 68, 100, 100]
    assert shown[0]["TimeTakenToRenderInMs"] == 0
    assert shown[0]["EstimatedTimeRemainingInMs"] == 3000
    assert shown[-1] == {
        "JobStatus": "Complete",
        "CompletionPercentage": 100,
        "TimeTakenToRenderInMs": 4000,
    }


def test_a_job_may_fail(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.failed: Failed comes with an Error, and a piece of a file."""
    fake.rendering.outcomes.append(outcomes.FAILED)
    status = finish(fake, add_job(fake, clip, out))
    assert status["JobStatus"] == "Failed"
    assert status["Error"] == "The media could not be decoded"
    assert status["CompletionPercentage"] < 100
    assert (out / "proxy.mov").stat().st_size > 0


def test_a_job_whose_timeline_or_folder_went_fails(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    first = add_job(fake, clip, out, name="first")
    project = project_of(fake)
    project.GetMediaPool().DeleteTimelines([project.GetCurrentTimeline()])
    assert "timeline" in finish(fake, first)["Error"]
    second = add_job(fake, clip, out, name="second")
    out.rmdir()
    assert "folder" in finish(fake, second)["Error"]


def test_interactive_mode_leaves_a_dialog(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    fake.rendering.outcomes.append(outcomes.FAILED)
    project = project_of(fake)
    project.StartRendering([add_job(fake, clip, out)], True)
    fake.advance(100)
    assert project.IsRenderingInProgress() is None
    assert fake.modal == "The media could not be decoded"


@pytest.mark.parametrize("by", ["script", "person"])
def test_a_job_may_be_cancelled(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path, by: str
) -> None:
    """6.1 queue.cancelled: by StopRendering or by a person; those that wait are left alone."""
    project = project_of(fake)
    first, second = (add_job(fake, clip, out, name=name) for name in ("first", "second"))
    project.StartRendering([first, second], False)
    assert project.StopRendering() is None if by == "script" else not fake.rendering.stop()
    assert project.IsRenderingInProgress() is False
    words = [project.GetRenderJobStatus(job)["JobStatus"] for job in (first, second)]
    assert words == ["Cancelled", "Ready"]


def test_a_job_may_stall(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    """6.1 queue.stall: percentage and file stay as they are, and Resolve says that it renders."""
    fake.rendering.outcomes.append(outcomes.STALLED)
    project = project_of(fake)
    job = add_job(fake, clip, out)
    project.StartRendering([job], False)
    fake.advance(3)
    sizes = []
    for _hour in range(3):
        fake.advance(3600)
        sizes.append((out / "proxy.mov").stat().st_size)
        assert project.IsRenderingInProgress() is True
        assert project.GetRenderJobStatus(job)["CompletionPercentage"] == 35
    assert len(set(sizes)) == 1


def test_a_job_may_never_say_that_it_is_complete(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    fake.rendering.outcomes.append(outcomes.NEVER_COMPLETE)
    status = finish(fake, add_job(fake, clip, out))
    assert (status["JobStatus"], status["CompletionPercentage"]) == ("Rendering", 100)
    assert project_of(fake).IsRenderingInProgress() is False


def test_a_render_in_the_background_may_not_be_told(
    fake: FakeResolve, clip: FakeMediaPoolItem, out: Path
) -> None:
    fake.quirks.renders_in_background = True
    project = project_of(fake)
    job = add_job(fake, clip, out)
    project.StartRendering([job], False)
    assert project.IsRenderingInProgress() is False
    assert project.GetRenderJobStatus(job)["JobStatus"] == "Rendering"


def test_a_start_may_be_a_lie(fake: FakeResolve, clip: FakeMediaPoolItem, out: Path) -> None:
    fake.quirks.starts_nothing = True
    status = finish(fake, add_job(fake, clip, out))
    assert (status["JobStatus"], list(out.iterdir())) == ("Ready", [])
    assert fake.handle.GetProjectManager().GetCurrentDatabase() is None


def test_a_render_may_go_on_in_real_time(start: Start, tmp_path: Path, out: Path) -> None:
    fake = start(real_time=True)
    job = add_job(fake, Scene(fake, tmp_path).raw("A001.braw", frames=6), out)
    project = project_of(fake)
    project.StartRendering([job], False)
    ends = time.monotonic() + 20
    while fake.rendering.job is not None and time.monotonic() < ends:
        time.sleep(0.01)
    assert project.GetRenderJobStatus(job)["CompletionPercentage"] == 100
    assert (out / "proxy.mov").stat().st_size > 0
