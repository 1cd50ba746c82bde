"""The Deliver page is its user's too: nothing of it gets into our render, and all comes back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, Meanwhile, Turned, user_state

THEIRS = {
    "SelectAllFrames": False,
    "ExportVideo": False,
    "ExportAudio": False,
    "FrameRate": 25.0,
    "ExportAlpha": True,
    "AudioCodec": "aac",
    "TimelineStartTimecode": "05:00:00:00",
    "ReplaceExistingFilesInPlace": True,
    "ExportSubtitle": True,
    "UseFullExtents": True,
    "AddFrameHandles": 12,
    "DataBurnIn": "Same as project",
    "UseUniqueFilenames": True,
}
THEIRS_WITHOUT_A_KEY = {
    "UsePrefixAndSuffixFromSrc": "1",
    "RecordClipUniqueName": "1",
    "SrcDirPreserveLevel": "3",
    "ReelInFolder": "1",
    "ClipInFolder": "1",
    "UseCommercialWorkflow": "1",
    "RenderAtSourceResolution": "true",
    "NumFramesOfHandles": "24",
    "RecordAudioNumChannels": "2",
    "RecordDataLevel": "DATA_LEVEL_FULL",
    "UseProxyForRender": "1",
    "DisableCcDuringRecording": "0",
    "RecordSlatePreset": "Same as project",
}
OURS = {
    "SelectAllFrames": True,
    "ExportVideo": True,
    "ExportAudio": True,
    "FrameRate": 24.0,
    "ExportAlpha": False,
    "AudioCodec": "lpcm",
    "TimelineStartTimecode": "10:00:00:00",
    "ReplaceExistingFilesInPlace": False,
    "ExportSubtitle": False,
    "UseFullExtents": False,
    "AddFrameHandles": 0,
    "DataBurnIn": "None",
    "UseUniqueFilenames": False,
}
OURS_WITHOUT_A_KEY = {
    "UsePrefixAndSuffixFromSrc": "0",
    "RecordClipUniqueName": "0",
    "SrcDirPreserveLevel": "0",
    "ReelInFolder": "0",
    "ClipInFolder": "0",
    "UseCommercialWorkflow": "0",
    "RenderAtSourceResolution": "false",
    "NumFramesOfHandles": "0",
    "RecordAudioNumChannels": "-1",
    "RecordDataLevel": "DATA_LEVEL_AUTO",
    "UseProxyForRender": "0",
    "DisableCcDuringRecording": "1",
    "RecordSlatePreset": "None",
}


def of_the_render(stage: Stage) -> tuple[dict[str, Any], dict[str, str]]:
    """Run a stage whose user has it all otherwise; what our job was asked for with."""
    deliver = stage.fake.current().deliver
    deliver.settings |= THEIRS
    deliver.hidden |= THEIRS_WITHOUT_A_KEY
    stage.before = user_state(stage.fake)
    asked: list[tuple[dict[str, Any], dict[str, str]]] = []

    def look() -> None:
        asked.append((dict(deliver.settings), dict(deliver.hidden)))

    stage.fake.faults.once("AddRenderJob", Meanwhile(look))
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []
    return asked[0]


@pytest.mark.parametrize("key", OURS)
def test_no_setting_of_the_user_gets_into_our_render(make_stage: MakeStage, key: str) -> None:
    settings, _hidden = of_the_render(make_stage({"version": "21.1"}))
    assert settings[key] == OURS[key]


@pytest.mark.parametrize("name", OURS_WITHOUT_A_KEY)
def test_nor_what_has_no_key(make_stage: MakeStage, name: str) -> None:
    _settings, hidden = of_the_render(make_stage())
    assert hidden[name] == OURS_WITHOUT_A_KEY[name]


@pytest.mark.parametrize(
    "written", ["", "<DisableCcDuringRecording />", "<DisableCcDuringRecording></…>"]
)
def test_a_field_that_a_preset_lacks_or_leaves_empty(make_stage: MakeStage, written: str) -> None:
    stage = make_stage()

    def bare(answer: bool) -> bool:
        path = Path(stage.fake.log.of("ExportRenderPreset")[0].args[1])
        field = r"<DisableCcDuringRecording>\d</DisableCcDuringRecording>"
        as_written = written.replace("…", "DisableCcDuringRecording")
        text, count = re.subn(field, as_written, path.read_text("utf-8"))
        assert count == 1
        path.write_text(text, "utf-8")
        return answer

    imported: list[str] = []

    def look() -> None:
        path = Path(stage.fake.log.of("ImportRenderPreset")[0].args[0])
        imported.append(path.read_text("utf-8"))

    stage.fake.faults.once("ExportRenderPreset", Turned(bare))
    stage.fake.faults.once("ImportRenderPreset", Meanwhile(look))
    _settings, hidden = of_the_render(stage)
    assert hidden["DisableCcDuringRecording"] == "1"
    assert imported[0].count("<DisableCcDuringRecording") == 1


def test_a_setting_of_which_the_queue_says_nothing_and_that_is_refused(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    stage.fake.faults.once("SetRenderSettings", Answers(False), call=5)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_SETTING_REFUSED"
    assert "SelectAllFrames" in result.failure.sentence
    assert stage.changes() == []


def test_the_deliver_page_is_opened_first(make_stage: MakeStage) -> None:
    """Where it was never open in this project, no job can be added."""
    stage = make_stage()
    stage.fake.current().deliver.was_open = False
    assert stage.run().status == "COMPLETED"


def test_what_a_version_does_not_know_it_is_not_told(make_stage: MakeStage) -> None:
    result = make_stage({"version": "19.1", "platform": "mac"}).run()
    told = result.clips[0].invocation.render_settings
    assert told is not None
    newer = {"ExportSubtitle", "UseFullExtents", "AddFrameHandles", "DataBurnIn"}
    assert newer.isdisjoint(told)
    assert "ReplaceExistingFilesInPlace" in told


def test_the_timeline_is_the_clips_and_not_the_projects(make_stage: MakeStage) -> None:
    stage = make_stage()
    project = stage.fake.current()
    project.settings["timelineInputResMismatchBehavior"] = "centerCrop"
    stage.before = user_state(stage.fake)
    seen: list[dict[str, str]] = []

    def look() -> None:
        assert project.current_timeline is not None
        seen.append(dict(project.current_timeline.values))

    stage.fake.faults.once("AppendToTimeline", Meanwhile(look))
    assert stage.run().status == "COMPLETED"
    assert seen[0]["timelineInputResMismatchBehavior"] == "scaleToFit"
    assert (seen[0]["timelineResolutionWidth"], seen[0]["timelineResolutionHeight"]) == (
        "320",
        "180",
    )
    assert stage.changes() == []


def test_a_user_in_single_clip_mode_whose_settings_do_not_come_back(make_stage: MakeStage) -> None:
    """The mode is made another one before the load, so that its return tells of it."""
    stage = make_stage()
    stage.fake.current().deliver.mode = 1
    stage.before = user_state(stage.fake)
    stage.fake.faults.always("LoadRenderPreset", Answers(None), first=3)
    result = stage.run()
    assert result.status == "COMPLETED"
    assert "the Deliver settings" in result.issues[0].sentence


@pytest.mark.parametrize("what", ["mode", "codec_id"])
def test_a_setting_that_changes_an_earlier_one(make_stage: MakeStage, what: str) -> None:
    stage = make_stage()
    deliver = stage.fake.current().deliver

    def change(answer: bool) -> bool:
        setattr(deliver, what, 0 if what == "mode" else "ProRes422LT")
        return answer

    stage.fake.faults.once("SetRenderSettings", Turned(change), call=9)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_SETTING_REFUSED"
    assert ("the render mode is" if what == "mode" else "codec are") in result.failure.sentence
    assert stage.fake.log.of("AddRenderJob") == []
    assert stage.changes() == []


def test_a_backup_that_somebody_deleted(make_stage: MakeStage) -> None:
    stage = make_stage()

    def delete() -> None:
        for name in [name for name in stage.fake.presets if name.endswith(" backup")]:
            del stage.fake.presets[name]

    stage.fake.faults.once("AddRenderJob", Meanwhile(delete))
    result = stage.run()
    assert result.status == "COMPLETED"
    assert "the Deliver settings" in result.issues[0].sentence
