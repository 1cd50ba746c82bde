"""What Resolve answers in another form is understood; what is no answer is never taken for one."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.fakes.resolve import Answers, HoldsNone, Meanwhile, Turned

LISTS = ("GetClipList", "GetSubFolderList", "GetRenderJobList")
NUMBERS = ("GetTimelineCount", "GetStartFrame", "GetEndFrame", "GetCurrentRenderMode")


@pytest.mark.parametrize("nothing", [None, {}], ids=["None", "Lua's {}"])
@pytest.mark.parametrize("method", LISTS)
def test_a_list_with_nothing_in_it(make_stage: MakeStage, method: str, nothing: Any) -> None:
    stage = make_stage()
    stage.fake.current().queue.jobs.clear()
    stage.before["queue"], stage.before["queue's states"] = [], {}
    stage.fake.faults.always(method, Turned(lambda found: found or nothing))
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert result.issues == ()
    assert stage.changes() == []


@pytest.mark.parametrize("method", NUMBERS)
def test_lua_writes_whole_numbers_as_fractions(make_stage: MakeStage, method: str) -> None:
    stage = make_stage()
    stage.fake.faults.always(method, Turned(float))
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


@pytest.mark.parametrize("form", [int, float])
def test_a_clips_frames_may_be_a_number(make_stage: MakeStage, form: type) -> None:
    stage = make_stage()
    stage.fake.faults.always("GetClipProperty", Turned(form))
    assert stage.run().status == "COMPLETED"


def test_presets_may_be_listed_by_number(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.always(
        "GetRenderPresetList", Turned(lambda names: dict(enumerate(names, start=1)))
    )
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("method", "answer", "code"),
    [
        ("Project.GetUniqueId", "", "RENDER_NO_ANSWER"),
        ("Project.GetUniqueId", 7, "RENDER_NO_ANSWER"),
        ("GetCurrentProject", False, "RENDER_NO_PROJECT"),
        ("IsRenderingInProgress", None, "RENDER_NO_ANSWER"),
        ("GetRenderCodecs", None, "RENDER_NO_ANSWER"),
        ("GetVersion", None, "RENDER_NO_ANSWER"),
        ("GetMediaPool", False, "RENDER_NO_ANSWER"),
        ("GetRootFolder", None, "RENDER_NO_ANSWER"),
        ("GetCurrentRenderMode", False, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentRenderMode", None, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentRenderMode", 0.5, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentRenderFormatAndCodec", None, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentTimeline", None, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentTimeline", False, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentPage", False, "RENDER_STATE_NOT_KEPT"),
        ("GetMarkInOut", None, "RENDER_STATE_NOT_KEPT"),
        ("GetCurrentTimecode", "", "RENDER_STATE_NOT_KEPT"),
        ("GetRenderPresetList", None, "RENDER_STATE_NOT_KEPT"),
    ],
)
def test_what_is_no_answer(make_stage: MakeStage, method: str, answer: Any, code: str) -> None:
    stage = make_stage()
    stage.fake.faults.always(method, Answers(answer))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == code, result.failure
    if method != "GetCurrentProject":
        said = "nothing" if method == "GetCurrentTimeline" else repr(answer)
        assert f"{method} answered {said}" in result.failure.sentence
    assert stage.fake.log.of("AddSubFolder") == []
    stage.fake.faults.clear()
    assert stage.changes() == []


def test_what_is_no_clip_in_a_bin_is_passed_over(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.always("GetClipList", Turned(lambda found: [False, None, *found]))
    result = stage.run()
    assert result.status == "COMPLETED", result.failure


def test_a_gap_among_the_jobs_is_none(make_stage: MakeStage) -> None:
    stage = make_stage()
    for method in LISTS:
        stage.fake.faults.always(method, HoldsNone())
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


def test_a_call_that_throws_is_named(make_stage: MakeStage) -> None:
    stage = make_stage()

    def throw() -> None:
        raise KeyError("pool")

    stage.fake.faults.always("GetMediaPool", Meanwhile(throw))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_NO_ANSWER"
    assert "GetMediaPool threw KeyError" in result.failure.sentence
    assert stage.changes() == []


def test_timecode_is_the_same_with_either_separator(make_stage: MakeStage) -> None:
    """The flag decides what drops frames, not how the text is written."""
    stage = make_stage(rate=Fraction(30000, 1001), timecode="01:00:00;02")
    stage.fake.faults.always("GetStartTimecode", Turned(lambda text: text.replace(";", ":")))
    assert stage.run().status == "COMPLETED"


def test_a_codec_goes_by_whatever_id_this_resolve_has_for_it(make_stage: MakeStage) -> None:
    stage = make_stage()

    def renamed(codecs: dict[str, str]) -> dict[str, str]:
        return {
            label: "ProRes422Proxy" if codec == "ProRes422P" else codec
            for label, codec in codecs.items()
        }

    stage.fake.faults.always("GetRenderCodecs", Turned(renamed))
    stage.run()
    asked = stage.fake.log.of("SetCurrentRenderFormatAndCodec")[0]
    assert asked.args == ("mov", "ProRes422Proxy")


def test_a_job_may_be_told_in_part_and_in_another_form(make_stage: MakeStage) -> None:
    stage = make_stage()

    def otherwise(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in job.items() if key != "IsExportAudio"}
            | {"TargetDir": f"{job['TargetDir']}/", "FormatWidth": str(job["FormatWidth"])}
            for job in jobs
        ]

    stage.fake.faults.always("GetRenderJobList", Turned(otherwise))
    assert stage.run().status == "COMPLETED"


def test_macos_takes_letters_apart(make_stage: MakeStage) -> None:
    stage = make_stage(name="Été.braw")

    def apart(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = ("TargetDir", "OutputFilename")
        return [job | {key: unicodedata.normalize("NFD", job[key]) for key in keys} for job in jobs]

    stage.fake.faults.always("GetRenderJobList", Turned(apart))
    result = stage.run()
    assert result.status == "COMPLETED", result.failure


def test_an_export_in_another_place_than_asked(make_stage: MakeStage, tmp_path: Path) -> None:
    """A build may take the path for a folder: what counts is that a file came."""
    stage = make_stage()

    def moved(answer: bool) -> bool:
        path = Path(stage.fake.log.of("ExportRenderPreset")[0].args[1])
        (path.parent / "presets").mkdir()
        path.rename(path.parent / "presets" / path.name)
        return answer

    stage.fake.faults.once("ExportRenderPreset", Turned(moved))
    assert stage.run().status == "COMPLETED"


def test_what_is_no_bin_in_a_bin_is_passed_over(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.always("GetSubFolderList", Turned(lambda found: [False, None, *found]))
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
