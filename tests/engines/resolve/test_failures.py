"""Each way in which a render fails has its own code, and leaves the user's work as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from proxx_engine import JobSpecValidationError
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, Meanwhile, Outcome, outcomes

Arrange = Callable[[Stage], object]


@dataclass
class Stop:
    """A person's wish to stop now."""

    soft: bool = False
    hard: bool = False
    lost: bool = False


def close_project(stage: Stage) -> None:
    stage.fake.open_project(None)


def open_another(stage: Stage) -> None:
    stage.fake.open_project(stage.fake.add_project("Another film"))


def user_renders(stage: Stage) -> None:
    assert stage.fake.user_renders()
    stage.before |= {"is rendering": True, "queue's states": None}


def fault(method: str, value: Any = False) -> Arrange:
    return lambda stage: stage.fake.faults.always(method, Answers(value))


def ends(outcome: Outcome) -> Arrange:
    return lambda stage: stage.fake.rendering.outcomes.append(outcome)


def quirk(name: str, value: Any = True) -> Arrange:
    return lambda stage: setattr(stage.fake.quirks, name, value)


def temporary(stage: Stage) -> None:
    stage.fake.quirks.refused_temp_dir = stage.folder


def cancel(stage: Stage) -> None:
    stage.fake.faults.once("GetRenderJobStatus", Meanwhile(stage.fake.rendering.stop), call=4)


def quit_resolve(stage: Stage) -> None:
    def end() -> None:
        stage.fake.has_quit = True

    stage.fake.faults.once("GetRenderJobStatus", Meanwhile(end), call=4)


def dialog(stage: Stage) -> None:
    def show() -> None:
        stage.fake.modal = "The disk is full"

    stage.fake.faults.once("AddRenderJob", Meanwhile(show))


CASES: list[Any] = [
    pytest.param("RENDER_NO_PROJECT", close_project, {}, "", id="no project"),
    pytest.param("RENDER_WRONG_PROJECT", open_another, {}, "Another film", id="another project"),
    pytest.param("RENDER_USER_RENDERS", user_renders, {}, "", id="the user renders"),
    pytest.param("RENDER_NO_ANSWER", fault("GetRootFolder", None), {}, "None", id="no answer"),
    pytest.param(
        "RENDER_CLIP_MISSING", None, {"said": {"media_id": "gone"}}, "gone", id="no such clip"
    ),
    pytest.param(
        "RENDER_CLIP_MISSING", None, {"said": {"frames": 25}}, "24 frames", id="clip changed"
    ),
    pytest.param("RENDER_FACTS_MISSING", None, {"said": {"frames": None}}, "no frames", id="facts"),
    pytest.param(
        "RENDER_STATE_NOT_KEPT", fault("SaveAsNewRenderPreset"), {}, "preset", id="not kept"
    ),
    pytest.param(
        "RENDER_TIMELINE_REFUSED", fault("CreateEmptyTimeline", None), {}, "empty", id="timeline"
    ),
    pytest.param(
        "RENDER_TIMELINE_REFUSED",
        None,
        {"said": {"frame_rate": "23/1"}},
        "timelineFrameRate",
        id="rate",
    ),
    pytest.param(
        "RENDER_TIMELINE_REFUSED", fault("AppendToTimeline", None), {}, "0 frames", id="append"
    ),
    pytest.param(
        "RENDER_SETTING_REFUSED",
        None,
        {"said": {"sample_rate": 32_000}},
        "AudioSampleRate",
        id="a setting",
    ),
    pytest.param(
        "RENDER_SETTING_REFUSED", quirk("clip_filter_active"), {}, "render mode", id="mode"
    ),
    pytest.param("RENDER_JOB_REFUSED", temporary, {}, "AddRenderJob", id="temporary folder"),
    pytest.param("RENDER_START_REFUSED", fault("StartRendering"), {}, "False", id="no start"),
    pytest.param(
        "RENDER_START_REFUSED", quirk("starts_nothing"), {}, "nothing renders", id="no beginning"
    ),
    pytest.param(
        "RENDER_FAILED", ends(outcomes.FAILED), {}, "could not be decoded", id="Resolve's words"
    ),
    pytest.param("RENDER_CANCELLED", ends(outcomes.CANCELLED), {}, "%", id="cancelled"),
    pytest.param("RENDER_CANCELLED", cancel, {}, "%", id="cancelled by a person"),
    pytest.param("RENDER_STALLED", ends(outcomes.STALLED), {}, "300 s", id="stalled"),
    pytest.param("RENDER_TIMEOUT", None, {"limits": (2, 300)}, "2 s", id="timeout"),
    pytest.param("RENDER_NO_FILE", ends(outcomes.MISSING), {}, "", id="no file"),
    pytest.param(
        "RENDER_WRONG_NAME", ends(outcomes.NUMBERED), {}, "form of Individual clips", id="digits"
    ),
    pytest.param("VERIFY_MISSING", ends(outcomes.EMPTY), {}, "", id="empty"),
    pytest.param("VERIFY_FRAMES", ends(outcomes.SHORT), {}, "22", id="short"),
    pytest.param("VERIFY_FRAMES", ends(outcomes.LONG), {}, "25", id="long"),
    pytest.param("VERIFY_TIMECODE", ends(outcomes.BAD_TIMECODE), {}, "00:00:00:01", id="timecode"),
    pytest.param("VERIFY_TIMECODE", ends(outcomes.NO_TIMECODE), {}, "none", id="no timecode"),
    pytest.param("VERIFY_TIMES", ends(outcomes.WRONG_RATE), {}, "30", id="rate of the file"),
    pytest.param("VERIFY_RASTER", ends(outcomes.WRONG_SIZE), {}, "256x144", id="raster"),
    pytest.param("VERIFY_CODEC", ends(outcomes.WRONG_CODEC), {}, "mpeg4", id="codec of the file"),
    pytest.param("VERIFY_STREAMS", ends(outcomes.SILENT), {}, "0 audio", id="silent"),
    pytest.param("VERIFY_PLAYS", ends(outcomes.TORN), {}, "", id="torn"),
]


@pytest.mark.parametrize(("code", "arrange", "how", "said"), CASES)
def test_a_failure_has_its_code(
    make_stage: MakeStage, code: str, arrange: Arrange | None, how: dict[str, Any], said: str
) -> None:
    stage = make_stage({"locale": "de"}, **how)
    if arrange is not None:
        arrange(stage)
        if arrange in (close_project, open_another):
            stage.before = {}
    result = stage.run()
    assert result.status == "FAILED"
    assert result.failure is not None
    assert result.failure.code == code, result.failure
    assert said in result.failure.sentence
    assert not stage.proxy.exists()
    assert [name for name in stage.left() if not name.endswith(".result.json")] == []
    assert not [issue for issue in result.issues if issue.code == "RENDER_NOT_RESTORED"]
    if stage.before:
        theirs = arrange is user_renders  # a render that goes on is another a moment later
        assert [one for one in stage.changes() if not (theirs and "states" in one)] == []


@pytest.mark.parametrize("arrange", [quit_resolve, dialog])
def test_a_resolve_that_is_gone_is_told_so(make_stage: MakeStage, arrange: Arrange) -> None:
    stage = make_stage()
    arrange(stage)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_HOST_GONE"
    assert [issue.code for issue in result.issues] == ["RENDER_NOT_RESTORED"]
    assert not stage.proxy.exists()


def test_a_project_that_is_switched_while_it_renders(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.once("GetRenderJobStatus", Meanwhile(lambda: open_another(stage)), call=4)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_WRONG_PROJECT"
    assert [issue.code for issue in result.issues] == ["RENDER_NOT_RESTORED"]
    assert [name for name in stage.fake.presets if name.startswith("Proxx")] == []
    assert stage.fake.clock.now() < 60


@pytest.mark.parametrize("at", [3, 5])
def test_a_stop_ends_our_render_and_no_other(make_stage: MakeStage, at: int) -> None:
    stage, stop = make_stage(), Stop()

    def ask_to_stop() -> None:
        stop.hard = True

    stage.fake.faults.once("GetRenderJobStatus", Meanwhile(ask_to_stop), call=at)
    result = stage.run(stop=stop)
    assert result.failure is not None
    assert result.failure.code == "ENCODE_STOPPED"
    assert stage.fake.log.count()["Project.StopRendering"] == 1
    assert stage.changes() == []
    assert not stage.proxy.exists()


def test_an_old_resolve_is_refused_before_anything_is_made(make_stage: MakeStage) -> None:
    stage = make_stage({"version": "18.6"})
    result = stage.run()
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == ("RENDER_TOO_OLD", "preflight")
    assert [clip.status for clip in result.clips] == ["NOT_RUN"]
    assert stage.changes() == []


def test_a_codec_that_is_not_there_is_refused_with_what_is(make_stage: MakeStage) -> None:
    stage = make_stage({"version": "19.1", "platform": "linux"})
    result = stage.run()
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == ("RENDER_CODEC_MISSING", "preflight")
    assert [clip.status for clip in result.clips] == ["NOT_RUN"]
    assert "ProRes422P" in result.failure.sentence
    assert "DNxHRLB" in result.failure.sentence
    assert stage.fake.log.of("SaveAsNewRenderPreset") == []


@pytest.mark.parametrize("profile", ["h264", "dnxhd"])
def test_a_codec_that_resolve_never_makes_of_raw(make_stage: MakeStage, profile: str) -> None:
    result = make_stage(profile=profile).run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_CODEC_MISSING"


def test_without_a_resolve_the_tool_is_missing(make_stage: MakeStage) -> None:
    result = make_stage().run(host=None)
    assert result.failure is not None
    assert result.failure.code == "TOOL_RESOLVE_MISSING"
    assert result.clips[0].invocation.kind == "resolve"


def test_a_raster_that_the_codec_does_not_take_is_refused(make_stage: MakeStage) -> None:
    result = make_stage(profile="dnxhr_lb", width=128, height=72).run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_FACTS_MISSING"
    assert "raster" in result.failure.sentence


def test_a_timecode_that_its_rate_has_not_is_no_request(make_stage: MakeStage) -> None:
    stage = make_stage(said={"start_timecode": "10:00:00:24"})
    with pytest.raises(JobSpecValidationError) as caught:
        stage.run()
    assert [issue.path for issue in caught.value.issues] == ["clips[0].resolve.start_timecode"]
    assert stage.changes() == []


def test_what_no_resolve_was_asked_is_not_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    close_project(stage)
    invocation = stage.run().clips[0].invocation
    assert (invocation.command, invocation.render_settings) == (None, None)
    assert invocation.executed_command is None
