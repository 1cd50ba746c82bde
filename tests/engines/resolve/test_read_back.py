"""What was set on the Deliver page is read back: in the queue, in a preset, in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.engines.resolve.test_job_as_asked import our_settings
from tests.fakes.resolve import Answers, Meanwhile, Turned, outcomes, user_state

REFUSED = "RENDER_SETTING_REFUSED"
START = 10 * 3600 * 24
"""The clip's first frame."""


def kept_as_it_was(stage: Stage, **settings: Any) -> None:
    """Let Resolve say True to some settings and leave them as its user had them."""
    deliver = stage.fake.current().deliver
    deliver.settings |= settings
    stage.before = user_state(stage.fake)

    def keep(answer: Any) -> Any:
        deliver.settings |= settings
        return answer

    stage.fake.faults.always("SetRenderSettings", Turned(keep))


def said_of_our_job(stage: Stage, **told: Any) -> None:
    """Let the queue say something else of our job; None: nothing."""

    def tell(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        said = [{**job, **told} if "timeline" in job["TimelineName"] else job for job in jobs]
        return [{key: value for key, value in job.items() if value is not None} for job in said]

    stage.fake.faults.always("GetRenderJobList", Turned(tell))


@pytest.mark.parametrize("key", ["SelectAllFrames", "UseFullExtents", "AddFrameHandles"])
def test_a_setting_that_resolve_refuses_is_told(make_stage: MakeStage, key: str) -> None:
    stage = make_stage()

    def refuse(answer: Any) -> Any:
        given = stage.fake.log.of("SetRenderSettings")[-1].args[0]
        return False if key in given else answer

    stage.fake.faults.always("SetRenderSettings", Turned(refuse))
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert key in failure.sentence
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("first", "last"), [(START, START + 9), (START + 5, START + 23), (0, 11), (START, START + 30)]
)
def test_a_range_of_frames_that_the_queue_tells_is_not_rendered(
    make_stage: MakeStage, first: int, last: int
) -> None:
    """Whether its frames are counted from the timeline's start or from 0."""
    stage = make_stage()
    said_of_our_job(stage, MarkIn=first, MarkOut=last)
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert f"frames {first} to {last}" in failure.sentence
    assert stage.fake.rendering.begun == []
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("first", "last"), [(None, None), (0, 0), ("", ""), (START, START + 24), (0.0, 23.0)]
)
def test_a_range_that_the_queue_tells_in_another_form_is_no_other_one(
    make_stage: MakeStage, first: Any, last: Any
) -> None:
    """Whether the last frame is counted in is nowhere said of the queue."""
    stage = make_stage()
    said_of_our_job(stage, MarkIn=first, MarkOut=last)
    assert stage.run().status == "COMPLETED"


def test_a_part_of_the_frames_is_asked_for_after_all(make_stage: MakeStage) -> None:
    stage = make_stage()
    kept_as_it_was(stage, SelectAllFrames=False, MarkIn=START + 2, MarkOut=START + 9)
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert "MarkIn" in failure.sentence
    assert stage.changes() == []


def test_a_part_of_the_frames_of_which_the_queue_says_nothing_shows_in_the_file(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    kept_as_it_was(stage, SelectAllFrames=False, MarkIn=START + 2, MarkOut=START + 9)
    said_of_our_job(stage, MarkIn=None, MarkOut=None)
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == "VERIFY_FRAMES"
    assert not stage.proxy.exists()


def test_frame_handles_show_in_the_file(make_stage: MakeStage) -> None:
    stage = make_stage()
    kept_as_it_was(stage, AddFrameHandles=6)
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == "VERIFY_FRAMES"
    assert "36" in failure.sentence
    assert not stage.proxy.exists()
    assert stage.changes() == []


def test_full_extents_that_are_longer_than_the_clip_show_in_the_file(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.rendering.outcomes.append(outcomes.Outcome(frames_more=48))
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == "VERIFY_FRAMES"


@pytest.mark.parametrize("version", ["19.1", "21.0.4"])
@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("RecordSlatePreset", "Same as project"),
        ("UseProxyForRender", "1"),
        ("RecordDataLevel", "DATA_LEVEL_FULL"),
        ("DisableCcDuringRecording", "0"),
    ],
)
def test_what_no_file_shows_and_stays_as_its_user_had_it_is_not_rendered(
    make_stage: MakeStage, field: str, theirs: str, version: str
) -> None:
    stage = make_stage({"version": version, "platform": "mac"})
    deliver = stage.fake.current().deliver
    deliver.hidden[field] = theirs
    stage.before = user_state(stage.fake)

    def keep(answer: Any) -> Any:
        deliver.hidden[field] = theirs
        deliver.settings.pop("DataBurnIn", None)
        return answer

    stage.fake.faults.always("SetRenderSettings", Turned(keep))
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert f"{field} is still {theirs!r}" in failure.sentence
    assert stage.fake.log.of("AddRenderJob") == []
    assert stage.changes() == []


def test_a_burn_in_that_its_key_does_not_take_away_is_not_rendered(make_stage: MakeStage) -> None:
    stage = make_stage()
    kept_as_it_was(stage, DataBurnIn="Date and Time")
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert "RecordSlatePreset is still 'Date and Time'" in failure.sentence
    assert stage.changes() == []


def test_a_burn_in_is_off_in_our_render(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.current().deliver.settings["DataBurnIn"] = "Date and Time"
    stage.before = user_state(stage.fake)
    seen: list[str] = []

    def look() -> None:
        seen.append(stage.fake.current().deliver.preset().burn_in)

    stage.fake.faults.once("AddRenderJob", Meanwhile(look))
    assert stage.run().status == "COMPLETED"
    assert seen == ["None"]
    assert "DataBurnIn" not in our_settings(stage)
    assert stage.changes() == []


def rewritten(stage: Stage, theirs: str | None, found: str | None) -> None:
    """Let the exports hold another field of the burn-in: the user's, and what is read back."""
    values = iter((theirs, found))

    def write(answer: Any) -> Any:
        path = Path(stage.fake.log.of("ExportRenderPreset")[-1].args[1])
        value = next(values)
        lines = path.read_text("utf-8").splitlines()
        kept = [line for line in lines if "RecordSlatePreset" not in line]
        if value is not None:
            kept.insert(-1, f"  <RecordSlatePreset>{value}</RecordSlatePreset>")
        path.write_text("\n".join(kept), "utf-8")
        return answer

    stage.fake.faults.always("ExportRenderPreset", Turned(write))


@pytest.mark.parametrize(
    ("theirs", "found"),
    [("", ""), ("None", "None"), ("Wie Projekt", "Keine"), (None, None), ("Wie Projekt", None)],
)
def test_a_burn_in_that_is_off_in_another_spelling_is_off(
    make_stage: MakeStage, theirs: str | None, found: str | None
) -> None:
    """How a version writes it is not known; that it is as its user had it would be."""
    stage = make_stage()
    rewritten(stage, theirs, found)
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


@pytest.mark.parametrize(
    ("method", "call"), [("SaveAsNewRenderPreset", 3), ("ExportRenderPreset", 2)]
)
@pytest.mark.parametrize("answer", [True, False, None])
def test_settings_that_cannot_be_read_back_are_not_rendered(
    make_stage: MakeStage, method: str, call: int, answer: bool | None
) -> None:
    stage = make_stage()
    stage.fake.faults.once(method, Answers(answer), call=call)
    failure = stage.run().failure
    assert failure is not None
    assert failure.code == REFUSED
    assert "was not exported" in failure.sentence
    assert stage.fake.log.of("AddRenderJob") == []
    assert stage.changes() == []
