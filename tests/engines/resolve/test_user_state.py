"""What is a user's is put back, even what somebody disturbs meanwhile; strange Resolves too."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import (
    Answers,
    Footage,
    Meanwhile,
    Profile,
    Scene,
    make_resolve,
    outcomes,
    user_state,
)


@pytest.mark.parametrize(
    "quirks",
    [
        {"stale_handles": "raise"},
        {"foreign_names_look_callable": True},
        {"needs_deliver_page": False},
        {"unknown_job_status": "none"},
        {"ignored_deletion_answer": False},
        {"renders_in_background": True},
        {"percentage_lag": 0},
        {"percentage_lag": 60},
        {"timecode_key_counts": False},
        {"new_folder_becomes_current": False},
        {"new_items_without_id": True},
        {"nothing_selected": "empty"},
        {"refused_job_answer": None},
    ],
    ids=str,
)
def test_a_strange_resolve_renders_all_the_same(
    make_stage: MakeStage, quirks: dict[str, Any]
) -> None:
    stage = make_stage()
    for name, value in quirks.items():
        setattr(stage.fake.quirks, name, value)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.changes() == []
    assert result.issues == ()


@pytest.mark.parametrize(
    ("rate", "timecode", "channels"),
    [
        (Fraction(24000, 1001), "19:37:31:16", 2),
        (Fraction(25), "00:00:00:00", 0),
        (Fraction(30000, 1001), "01:00:00;02", 2),
        (Fraction(30000, 1001), "01:00:00:02", 8),
        (Fraction(60000, 1001), "23:59:59;40", 1),
        (Fraction(50), "10:00:00:49", 4),
    ],
)
def test_rate_timecode_and_sound_are_the_clips(
    make_stage: MakeStage, rate: Fraction, timecode: str, channels: int
) -> None:
    stage = make_stage(rate=rate, timecode=timecode, channels=channels)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.changes() == []


def test_playhead_marks_bin_and_page_that_were_disturbed_are_put_back(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    project = stage.fake.current()
    cut = project.current_timeline
    assert cut is not None

    def disturb() -> None:
        cut.playhead = 0
        cut.marks.clear()
        project.media_pool.current_folder = project.media_pool.root_folder
        stage.fake.page = "color"

    stage.fake.faults.once("AddRenderJob", Meanwhile(disturb))
    result = stage.run()
    assert result.status == "COMPLETED"
    assert stage.changes() == []
    assert stage.fake.log.of("SetMarkInOut")


def test_a_user_on_the_deliver_page_stays_there(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.page = stage.before["page"] = "deliver"
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


def test_a_project_without_a_timeline_has_none_afterwards(make_stage: MakeStage) -> None:
    stage = make_stage()
    project = stage.fake.current()
    project.queue.jobs.clear()
    project.media_pool.DeleteTimelines(list(project.timelines))
    stage.before = user_state(stage.fake)
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


def test_only_our_own_job_is_started(make_stage: MakeStage) -> None:
    stage = make_stage()
    theirs = {job.id for job in stage.fake.current().queue.jobs}
    assert stage.run().status == "COMPLETED"
    assert theirs
    assert not theirs & set(stage.fake.rendering.begun)
    for never in ("DeleteAllRenderJobs", "SetSelectedClip", "SaveProject"):
        assert stage.fake.log.of(never) == []
    assert [call.args[1] for call in stage.fake.log.of("StartRendering")] == [False]


def test_the_clip_alone_is_rendered_ungraded_and_from_its_original(make_stage: MakeStage) -> None:
    stage = make_stage()
    asked: list[Any] = []

    def look() -> None:
        deliver = stage.fake.current().deliver
        asked.append((dict(deliver.hidden), dict(deliver.settings), deliver.mode))

    stage.fake.faults.once("AddRenderJob", Meanwhile(look))
    result = stage.run()
    ((hidden, settings, mode),) = asked
    assert mode == 1
    assert hidden["DisableCcDuringRecording"] == "1"
    assert hidden["UseProxyForRender"] == "0"
    assert hidden["RecordAudioNumChannels"] == "-1"
    assert hidden["RecordSlatePreset"] == "None"
    assert settings["SelectAllFrames"] is True
    told = result.clips[0].invocation.render_settings
    assert told is not None
    assert told["Codec"] == "ProRes422P"
    assert told["CustomName"] == "B001C001"
    assert told["TargetDir"].startswith(str(stage.out))
    assert result.engine is not None
    assert result.engine.version == "DaVinci Resolve Studio 21.0.4.5"


def test_a_weaker_level_is_told_as_such(make_stage: MakeStage) -> None:
    stage = make_stage(verification="exists")
    result = stage.run()
    assert result.status == "COMPLETED"
    assert not result.proven


def test_what_resolve_does_not_promise_is_never_called_equal(make_stage: MakeStage) -> None:
    report = make_stage().run().clips[0].verification
    assert report is not None
    verdicts = {check.name: check.verdict for check in report.checks}
    open_questions = [
        *("color.primaries", "color.transfer", "color.matrix", "color.range"),
        *("reel", "audio.0.content"),
    ]
    assert {verdicts[name] for name in open_questions} == {"planned"}
    for name in ("frames.muxed", "frames.played", "frame_rate", "timecode", "codec", "plays"):
        assert verdicts[name] == "equal"
    assert verdicts["raster"] == "planned"


def test_what_cannot_be_put_back_is_told_though_the_proxy_is_good(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.with_another_timeline()
    stage.fake.faults.always("SetCurrentTimeline", Answers(False), first=2)
    result = stage.run()
    assert result.status == "COMPLETED"
    assert [issue.code for issue in result.issues] == ["RENDER_NOT_RESTORED"]
    assert "the current timeline" in result.issues[0].sentence


def test_what_came_back_in_the_end_is_not_told(make_stage: MakeStage) -> None:
    """Where a timeline or bin cannot be made current, deleting ours may do it all the same."""
    stage = make_stage()
    stage.fake.faults.always("SetCurrentTimeline", Answers(False), first=2)
    result = stage.run()
    assert stage.changes() == []
    assert result.issues == ()


def test_a_whole_file_counts_whatever_its_job_is_called(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.rendering.outcomes.append(outcomes.NEVER_COMPLETE)
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


@pytest.mark.parametrize("outcome", [outcomes.STALLED, outcomes.FAILED])
def test_a_user_who_renders_after_us_is_not_stopped(make_stage: MakeStage, outcome: Any) -> None:
    stage = make_stage()
    stage.fake.rendering.outcomes.append(outcome)
    result = stage.run()
    assert result.status == "FAILED"
    assert stage.fake.user_renders()
    assert stage.fake.rendering.in_progress


def test_each_clip_of_a_job_is_rendered_by_itself(make_stage: MakeStage) -> None:
    stage = make_stage()
    scene = Scene(stage.fake, stage.folder / "media")
    other = scene.raw("日本 – B001C002.braw", frames=12, rate=Fraction(25), timecode="11:00:00:00")
    stage.others.append(other)
    stage.before = user_state(stage.fake)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert [clip.status for clip in result.clips] == ["COMPLETED", "COMPLETED"]
    assert stage.changes() == []


def test_a_second_clip_that_fails_leaves_the_first(make_stage: MakeStage) -> None:
    stage = make_stage()
    scene = Scene(stage.fake, stage.folder / "media")
    stage.others.append(scene.raw("B001C002.braw"))
    stage.before = user_state(stage.fake)
    stage.fake.rendering.outcomes += [outcomes.RIGHT, outcomes.FAILED]
    result = stage.run()
    assert result.status == "PARTIAL"
    assert stage.changes() == []


def test_a_render_in_real_time(footage: Footage, tmp_path: Path, tools: Tools) -> None:
    fake = make_resolve(Profile(), footage=footage, real_time=True)
    stage = Stage(fake, tmp_path, tools)
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []
