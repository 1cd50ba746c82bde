"""A call that says True and does nothing is found out, and nothing of the user's is lost."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.fakes.resolve import Answers, FakeTimelineItem, Meanwhile, Turned

REFUSED = "RENDER_TIMELINE_REFUSED"
SETTING = "RENDER_SETTING_REFUSED"


@pytest.mark.parametrize(
    ("method", "code", "said"),
    [
        ("AddSubFolder", REFUSED, "the bin"),
        ("SetCurrentFolder", REFUSED, "as the current one"),
        ("CreateEmptyTimeline", REFUSED, "an empty timeline"),
        ("Timeline.SetSetting", REFUSED, "useCustomSettings"),
        ("SetStartTimecode", REFUSED, "its start is"),
        ("AppendToTimeline", REFUSED, "0 frames"),
        ("SaveAsNewRenderPreset", "RENDER_STATE_NOT_KEPT", "preset"),
        ("ExportRenderPreset", SETTING, "was not exported"),
        ("ImportRenderPreset", SETTING, "was not imported"),
        ("SetCurrentRenderMode", SETTING, "render mode"),
        ("SetCurrentRenderFormatAndCodec", SETTING, "format and codec"),
        ("SetRenderSettings", "RENDER_JOB_REFUSED", "AddRenderJob"),
        ("AddRenderJob", "RENDER_JOB_REFUSED", "AddRenderJob"),
        ("StartRendering", "RENDER_START_REFUSED", "nothing renders"),
    ],
)
def test_true_and_nothing_happened(
    make_stage: MakeStage, method: str, code: str, said: str
) -> None:
    stage = make_stage()
    stage.fake.quirks.new_folder_becomes_current = False
    # What it says later, when things are put back, is true.
    calls = {"AddRenderJob": 1, "Timeline.SetSetting": 9, "SetRenderSettings": 30}
    for call in range(1, calls.get(method, 1) + 1):
        stage.fake.faults.once(method, Answers(True), call=call)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == code, result.failure
    assert said in result.failure.sentence
    assert result.issues == ()
    assert stage.changes() == []


def test_a_timeline_that_does_not_become_current_is_not_filled(make_stage: MakeStage) -> None:
    """AppendToTimeline puts a clip into whatever timeline is the current one."""
    stage = make_stage()
    project = stage.fake.current()
    theirs = project.current_timeline

    def stay(answer: Any) -> Any:
        project.current_timeline = theirs
        return answer

    stage.fake.faults.once("CreateEmptyTimeline", Turned(stay))
    stage.fake.faults.once("SetCurrentTimeline", Answers(True))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == REFUSED
    assert stage.changes() == []
    assert stage.fake.log.of("AppendToTimeline") == []


def test_a_user_who_clicks_another_timeline_while_ours_is_set(make_stage: MakeStage) -> None:
    stage = make_stage()
    project = stage.fake.current()
    theirs = project.current_timeline

    def click() -> None:
        project.current_timeline = theirs

    stage.fake.faults.once("GetStartTimecode", Meanwhile(click))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == REFUSED
    assert stage.changes() == []


def test_a_user_who_clicks_another_timeline_before_the_job_is_made(make_stage: MakeStage) -> None:
    """A job is of whatever timeline is current: one of the user's is never rendered."""
    stage = make_stage()
    project = stage.fake.current()
    theirs = project.current_timeline

    def click() -> None:
        project.current_timeline = theirs

    stage.fake.faults.once("AddRenderJob", Meanwhile(click))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_JOB_REFUSED"
    assert stage.fake.rendering.begun == []
    assert [one for one in stage.changes() if "playhead" not in one] == []


def test_drop_frame_that_is_not_taken(make_stage: MakeStage) -> None:
    stage = make_stage(rate=Fraction(30000, 1001), timecode="01:00:00;02")

    def kept(answer: bool) -> bool:
        timeline = stage.fake.current().timelines[-1]
        if timeline.custom is not None:
            timeline.custom["timelineDropFrameTimecode"] = "0"
        return answer

    stage.fake.faults.always("Timeline.SetSetting", Turned(kept))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == REFUSED
    assert "timelineDropFrameTimecode" in result.failure.sentence


@pytest.mark.parametrize("strange", ["another", "a second"])
def test_a_clip_that_is_not_ours_alone(make_stage: MakeStage, strange: str) -> None:
    stage = make_stage()
    pool = stage.fake.current().media_pool

    def spoil(answer: Any) -> Any:
        timeline = stage.fake.current().timelines[-1]
        track = timeline.tracks["video"][0]
        other = next(one for one in pool.clips() if one.name == "user's own.mov")
        if strange == "another":
            track.items[0].clip = other
        else:
            track.items[0].duration = 12
            track.items.append(FakeTimelineItem(timeline, clip=other, offset=12, duration=12))
        return answer

    stage.fake.faults.once("AppendToTimeline", Turned(spoil))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == REFUSED
    assert ("another clip" if strange == "another" else "2 clips") in result.failure.sentence
    assert stage.changes() == []


def test_a_preset_that_is_imported_and_not_loaded(make_stage: MakeStage) -> None:
    """Whether it was loaded nothing reads back: somebody has to say True."""
    stage = make_stage()
    stage.fake.faults.once("ImportRenderPreset", Answers(None, acts=True))
    stage.fake.faults.once("LoadRenderPreset", Answers(False))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == SETTING
    assert "was not loaded" in result.failure.sentence
    assert stage.changes() == []


def test_a_preset_that_is_no_text(make_stage: MakeStage) -> None:
    stage = make_stage()

    def garble(answer: bool) -> bool:
        Path(stage.fake.log.of("ExportRenderPreset")[0].args[1]).write_bytes(b"\xff\xfe\x00")
        return answer

    stage.fake.faults.once("ExportRenderPreset", Turned(garble))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == SETTING
    assert "no render preset" in result.failure.sentence
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("method", "first", "said"),
    [
        ("OpenPage", 2, "the page"),
        ("SetCurrentTimeline", 2, "the current timeline"),
        ("SetCurrentFolder", 2, "the current bin"),
        ("DeleteTimelines", 1, "our timeline"),
        ("DeleteFolders", 1, "our bin"),
        ("DeleteRenderPreset", 1, "our render presets"),
        ("DeleteRenderJob", 1, "our job in the queue"),
        ("SetCurrentTimecode", 1, "the playhead"),
        ("SetMarkInOut", 1, "the marks"),
    ],
)
def test_what_is_not_put_back_is_told(
    make_stage: MakeStage, method: str, first: int, said: str
) -> None:
    stage = make_stage()
    cut = stage.with_another_timeline()

    def disturb() -> None:
        cut.playhead = 0
        cut.marks.clear()

    stage.fake.faults.once("AddRenderJob", Meanwhile(disturb))
    stage.fake.faults.always(method, Answers(True), first=first)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert said in "; ".join(issue.sentence for issue in result.issues)
    assert stage.changes() != []


def test_deliver_settings_that_are_not_put_back_are_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.always("LoadRenderPreset", Answers(None), first=3)
    result = stage.run()
    assert result.status == "COMPLETED"
    assert "LoadRenderPreset answered None" in result.issues[0].sentence


@pytest.mark.parametrize(
    ("method", "said"),
    [("SetCurrentRenderFormatAndCodec", "the format"), ("SetCurrentRenderMode", "the render mode")],
)
def test_format_and_mode_that_a_preset_does_not_bring_back(
    make_stage: MakeStage, method: str, said: str
) -> None:
    """They are set by themselves where the preset has left them, and looked at again."""
    stage = make_stage()
    deliver = stage.fake.current().deliver

    def leave(answer: bool) -> bool:
        deliver.mode, deliver.format_id, deliver.codec_id = 1, "mov", "ProRes422P"
        return answer

    stage.fake.faults.once("LoadRenderPreset", Turned(leave), call=3)
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("method", "first", "said"),
    [
        ("SetCurrentRenderFormatAndCodec", 2, "the format"),
        ("SetCurrentRenderMode", 2, "the render mode"),
    ],
)
def test_format_and_mode_that_cannot_be_brought_back_are_told(
    make_stage: MakeStage, method: str, first: int, said: str
) -> None:
    stage = make_stage()
    deliver = stage.fake.current().deliver

    def leave(answer: bool) -> bool:
        deliver.mode, deliver.format_id, deliver.codec_id = 1, "mov", "ProRes422P"
        return answer

    stage.fake.faults.once("LoadRenderPreset", Turned(leave), call=3)
    stage.fake.faults.always(method, Answers(True), first=first)
    result = stage.run()
    assert result.status == "COMPLETED"
    assert said in result.issues[0].sentence
