"""Our job stands in the queue as it was asked for, or is not started; the user's never are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, Meanwhile, Scene, Turned, outcomes, user_state


def our_settings(stage: Stage) -> dict[str, Any]:
    """The settings of the job that was added last."""
    return stage.fake.current().queue.jobs[-1].asked.settings


@pytest.mark.parametrize(
    ("key", "told", "value"),
    [
        ("TargetDir", "TargetDir", "/elsewhere"),
        ("CustomName", "OutputFilename", "Untitled"),
        ("ExportVideo", "IsExportVideo", False),
        ("ExportAudio", "IsExportAudio", False),
        ("FormatWidth", "FormatWidth", 642),
        ("FormatHeight", "FormatHeight", 362),
        ("FrameRate", "FrameRate", 25.0),
        ("ExportAlpha", "ExportAlpha", True),
        ("AudioBitDepth", "AudioBitDepth", 32),
        ("AudioSampleRate", "AudioSampleRate", 44_100),
    ],
)
def test_a_job_that_is_not_as_asked_is_not_started(
    make_stage: MakeStage, key: str, told: str, value: Any
) -> None:
    stage = make_stage()

    def spoil(job_id: str) -> str:
        our_settings(stage)[key] = value
        return job_id

    stage.fake.faults.once("AddRenderJob", Turned(spoil))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_SETTING_REFUSED", result.failure
    assert told in result.failure.sentence
    assert stage.fake.rendering.begun == []
    assert stage.changes() == []


@pytest.mark.parametrize("answer", ["", None, 7, "another's id"])
def test_a_job_that_was_made_and_not_told_goes_again(make_stage: MakeStage, answer: Any) -> None:
    stage = make_stage()
    stage.fake.faults.once("AddRenderJob", Answers(answer, acts=True))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_JOB_REFUSED"
    said = "not in the queue" if answer == "another's id" else f"AddRenderJob answered {answer!r}"
    assert said in result.failure.sentence
    assert stage.fake.rendering.begun == []
    assert stage.changes() == []


def test_a_job_of_another_timeline_that_stays_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    project = stage.fake.current()
    theirs = project.current_timeline

    def click() -> None:
        project.current_timeline = theirs

    stage.fake.faults.once("AddRenderJob", Meanwhile(click))
    stage.fake.faults.always("DeleteRenderJob", Answers(True))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_JOB_REFUSED"
    assert "our job in the queue" in result.issues[0].sentence


def test_a_user_who_begins_to_render_before_us(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.once("GetRenderJobList", Meanwhile(stage.fake.user_renders))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_USER_RENDERS"
    assert stage.fake.log.of("StartRendering") == []
    assert stage.fake.log.of("StopRendering") == []


def test_a_user_who_begins_to_render_in_the_same_moment(make_stage: MakeStage) -> None:
    """Our start is refused: what renders now is the user's, whatever is told of it."""
    stage = make_stage()
    stage.fake.rendering.outcomes.append(outcomes.STALLED)

    def begin() -> None:
        first = stage.fake.current().queue.jobs[0]
        assert stage.fake.user_renders(first.id)
        stage.fake.faults.always("GetRenderJobStatus", Answers(None))

    stage.fake.faults.once("StartRendering", Meanwhile(begin))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_START_REFUSED"
    assert stage.fake.log.of("StopRendering") == []
    assert stage.fake.rendering.in_progress


def test_a_start_that_says_nothing_is_a_start(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.once("StartRendering", Answers(None, acts=True))
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


def test_the_user_renders_between_two_clips(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.others.append(Scene(stage.fake, stage.folder / "media").raw("B001C002.braw"))
    stage.before = user_state(stage.fake)

    def begin(answer: bool) -> bool:
        stage.fake.user_renders()
        return answer

    stage.fake.faults.once("DeleteFolders", Turned(begin))
    result = stage.run()
    assert result.status == "PARTIAL"
    assert result.failure is not None
    assert result.failure.code == "RENDER_USER_RENDERS"
    assert len(stage.fake.log.of("AddSubFolder")) == 1


def test_a_user_who_renders_is_seen_before_the_job_begins(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.user_renders()
    result = stage.run()
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == ("RENDER_USER_RENDERS", "preflight")
    assert [clip.status for clip in result.clips] == ["NOT_RUN"]


def test_a_user_whose_render_is_not_told_of_is_not_disturbed(make_stage: MakeStage) -> None:
    """Whether a render in the background counts as one is not known of a real Resolve."""
    stage = make_stage()
    stage.fake.quirks.renders_in_background = True
    stage.fake.rendering.outcomes.append(outcomes.STALLED)
    stage.fake.user_renders()
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_JOB_REFUSED"
    assert stage.fake.rendering.in_progress
    assert stage.fake.log.of("StopRendering") == []


def test_a_dialog_that_stands_open_is_seen_before_the_job_begins(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.modal = "This needs DaVinci Resolve Studio"
    result = stage.run()
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == ("RENDER_HOST_GONE", "preflight")
    assert [clip.status for clip in result.clips] == ["NOT_RUN"]


def test_another_file_in_the_place_of_ours_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.rendering.outcomes.append(outcomes.MISSING)

    def write() -> None:
        Path(our_settings(stage)["TargetDir"], "Timeline 1.mov").write_bytes(b"a film")

    stage.fake.faults.once("GetRenderJobStatus", Meanwhile(write), call=4)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_WRONG_NAME"
    assert "Timeline 1.mov" in result.failure.sentence


def test_a_clip_whose_sample_rate_is_not_known(make_stage: MakeStage) -> None:
    result = make_stage(said={"sample_rate": None}).run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_FACTS_MISSING"
