"""Folder and file name of the Deliver page: ours for a render, and the user's again, or told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import clear_remains
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, Meanwhile, Scene, Turned, user_state

WHY = "on the Deliver page, of which this Resolve keeps nothing in its render presets"


def told(result: Any) -> list[str]:
    """What is told beside the clips' ends."""
    return [f"{issue.code}: {issue.sentence}" for issue in result.issues]


def changed_places(stage: Stage) -> set[str]:
    """The Deliver settings that are not the user's any more, which are all that is changed."""
    [change] = stage.changes()
    assert change.startswith("deliver settings: ")
    before = stage.before["deliver settings"]
    after = stage.fake.current().deliver.settings
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


@pytest.mark.parametrize(
    ("held", "lost", "said"),
    [
        (False, {"TargetDir", "CustomName"}, "the folder and the file name"),
        ("CustomName", {"TargetDir"}, "the folder"),
        ("TargetDir", {"CustomName"}, "the file name"),
    ],
)
def test_what_no_preset_brings_back_is_told(
    make_stage: MakeStage, held: Any, lost: set[str], said: str
) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = held
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.proxy.exists()
    [sentence] = told(result)
    assert sentence.startswith("RENDER_NOT_RESTORED: ")
    assert f"put back: {said} {WHY}: choose before the next render" in sentence
    assert changed_places(stage) == lost


def test_where_presets_bring_both_back_nothing_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.current().deliver.settings |= {"CustomName": "Evening"}
    stage.before = user_state(stage.fake)
    result = stage.run()
    assert (result.status, told(result)) == ("COMPLETED", [])
    assert stage.changes() == []
    assert len(stage.fake.log.of("AddRenderJob")) == 1


def test_what_is_lost_is_told_where_the_render_fails_too(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False
    stage.fake.faults.always("StartRendering", Answers(False))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_START_REFUSED"
    assert [WHY in sentence for sentence in told(result)] == [True]


def test_nothing_is_ever_rendered_elsewhere(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False
    first, second = [], []

    def look(job_id: str) -> str:
        (second if first else first).append(job_id)
        return job_id

    stage.fake.faults.always("AddRenderJob", Turned(look))
    stage.run()
    assert stage.fake.rendering.begun == second
    assert stage.left() == ["B001C001.mov", "raw.1f0c2a9e.result.json"]


def test_each_clip_of_a_job_goes_where_it_is_to_go(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False
    stage.others.append(Scene(stage.fake, stage.folder / "media").raw("B001C002.braw"))
    stage.before = user_state(stage.fake)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.left() == ["B001C001.mov", "B001C002.mov", "raw.1f0c2a9e.result.json"]


def test_a_job_that_is_to_go_elsewhere_and_stays_is_not_started(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False
    stage.fake.faults.always("DeleteRenderJob", Answers(True))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_NOT_RESTORED"
    assert stage.fake.rendering.begun == []


@pytest.mark.parametrize("key", ["TargetDir", "OutputFilename"])
def test_a_job_of_which_the_queue_does_not_tell_where_it_goes_is_told_once_more(
    make_stage: MakeStage, key: str
) -> None:
    """It goes where it is to go, and nothing is said of what is not known."""
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False

    def tell(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: job[name] for name in job if name != key} for job in jobs]

    stage.fake.faults.always("GetRenderJobList", Turned(tell))
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    said = {"TargetDir": "the file name on", "OutputFilename": "the folder on"}[key]
    assert [said in sentence for sentence in told(result)] == [True]


def test_a_job_that_tells_nothing_of_where_it_goes_is_made_once_more(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False

    def tell(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        place = ("TargetDir", "OutputFilename")
        return [{name: job[name] for name in job if name not in place} for job in jobs]

    stage.fake.faults.always("GetRenderJobList", Turned(tell))
    result = stage.run()
    assert (result.status, told(result)) == ("COMPLETED", []), result.failure


@pytest.mark.parametrize(
    ("method", "call", "answer"),
    [
        ("LoadRenderPreset", 2, False),
        ("SaveAsNewRenderPreset", 2, False),
        ("SaveAsNewRenderPreset", 2, None),
    ],
)
def test_a_trial_that_does_not_come_about_tells_nothing(
    make_stage: MakeStage, method: str, call: int, answer: Any
) -> None:
    stage = make_stage()
    stage.fake.faults.once(method, Answers(answer), call=call)
    result = stage.run()
    assert (result.status, told(result)) == ("COMPLETED", [])
    assert stage.changes() == []


def test_a_preset_that_was_not_made_is_no_trial(make_stage: MakeStage) -> None:
    """To load what is not there may answer None, as what works may."""
    stage = make_stage()
    stage.fake.faults.once("SaveAsNewRenderPreset", Answers(False), call=2)
    stage.fake.faults.always("LoadRenderPreset", Turned(lambda answer: answer or None))
    result = stage.run()
    assert (result.status, told(result)) == ("COMPLETED", [])


def test_what_a_killed_run_lost_is_told_by_the_next(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.presets_hold_the_place = False

    def end() -> None:
        stage.fake.has_quit = True

    stage.fake.faults.once("StartRendering", Meanwhile(end))
    stage.run()
    stage.fake.has_quit = False
    log = stage.folder / "job" / "raw.ffmpeg.log"
    [said] = clear_remains(stage.fake.handle, [log])
    assert f"but for the folder and the file name {WHY}" in said
    assert changed_places(stage) == {"TargetDir", "CustomName"}


def test_an_older_log_says_nothing_of_what_was_lost(make_stage: MakeStage) -> None:
    stage = make_stage()

    def end() -> None:
        stage.fake.has_quit = True

    stage.fake.faults.once("StartRendering", Meanwhile(end))
    stage.run()
    stage.fake.has_quit = False
    log = stage.folder / "job" / "raw.ffmpeg.log"
    mark = "in Resolve before: "
    lines = [line for line in log.read_text().splitlines() if line.startswith(mark)]
    before = json.loads(lines[0].removeprefix(mark))
    del before["lost"]
    older = Path(stage.folder / "older.log")
    older.write_text(f"{mark}{json.dumps(before)}\n")
    [said] = clear_remains(stage.fake.handle, [older])
    assert said.endswith("all is put back as it was before that run")
    assert stage.changes() == []
