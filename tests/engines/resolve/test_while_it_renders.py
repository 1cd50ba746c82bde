"""What is seen while a render goes on, in any language, and how it is told and stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.engines.resolve.test_every_call import METHODS
from tests.engines.resolve.test_failures import Stop, open_another
from tests.fakes.resolve import Answers, Meanwhile, Turned, changes, outcomes, user_state

STATUS = "GetRenderJobStatus"
Stale = Literal["none", "raise"]


def begins_later(stage: Stage) -> None:
    """Nothing renders at first, though it was started."""
    fake = stage.fake
    fake.quirks.starts_nothing = True

    def begin() -> None:
        fake.quirks.starts_nothing = False
        assert fake.rendering.start([fake.current().queue.jobs[-1]])

    fake.faults.once(STATUS, Meanwhile(begin), call=6)


def unseen(stage: Stage) -> None:
    stage.fake.quirks.renders_in_background = True
    stage.fake.faults.once(STATUS, Answers(None), call=5)


def never_told_as_waiting(stage: Stage) -> None:
    stage.fake.faults.once(STATUS, Answers(None))
    begins_later(stage)


def lag(points: int) -> Callable[[Stage], None]:
    return lambda stage: setattr(stage.fake.quirks, "percentage_lag", points)


@pytest.mark.parametrize(
    "arrange", [begins_later, unseen, never_told_as_waiting, lag(-40), lag(100)]
)
@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_render_is_waited_for_to_its_end(
    make_stage: MakeStage, arrange: Callable[[Stage], None], locale: str
) -> None:
    stage = make_stage({"locale": locale}, limits=(3600, 15))
    arrange(stage)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.changes() == []


@pytest.mark.parametrize("unseen", [False, True])
def test_a_long_render_has_begun_in_any_language(make_stage: MakeStage, unseen: bool) -> None:
    stage = make_stage({"locale": "de"})
    stage.fake.rendering.seconds_per_job = 200.0
    stage.fake.quirks.renders_in_background = unseen
    assert stage.run().status == "COMPLETED"


def test_a_percentage_that_moves_is_no_stall(make_stage: MakeStage) -> None:
    """The file may grow elsewhere, and come at the end."""
    stage = make_stage(limits=(3600, 5))
    stage.fake.rendering.outcomes.append(outcomes.MISSING)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_NO_FILE"


@pytest.mark.parametrize("unknown", ["none", "empty"])
def test_a_person_who_takes_our_job_out_of_the_queue(
    make_stage: MakeStage, unknown: Literal["none", "empty"]
) -> None:
    stage = make_stage()
    stage.fake.quirks.unknown_job_status = unknown

    def take() -> None:
        stage.fake.rendering.stop()
        stage.fake.current().queue.jobs.pop()

    stage.fake.faults.once(STATUS, Meanwhile(take), call=5)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_CANCELLED"
    assert "not in the queue any more" in result.failure.sentence
    assert stage.fake.clock.now() < 60
    assert stage.changes() == []


def test_a_person_who_cancels_before_the_first_look(make_stage: MakeStage) -> None:
    stage = make_stage({"locale": "zh"})
    stage.fake.faults.once(STATUS, Meanwhile(stage.fake.rendering.stop), call=2)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_CANCELLED"


def test_a_user_who_cancels_ours_and_renders_is_not_stopped(make_stage: MakeStage) -> None:
    stage = make_stage(limits=(3600, 30))

    def take_over() -> None:
        stage.fake.rendering.stop()
        stage.fake.rendering.outcomes.append(outcomes.STALLED)
        assert stage.fake.user_renders(stage.fake.current().queue.jobs[0].id)

    stage.fake.faults.once(STATUS, Meanwhile(take_over), call=5)
    result = stage.run()
    assert result.status == "FAILED"
    assert stage.fake.log.of("StopRendering") == []
    assert stage.fake.rendering.in_progress
    assert "our job in the queue" in result.issues[0].sentence


def test_a_user_who_removes_ours_and_renders_is_not_stopped(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.quirks.unknown_job_status = "none"

    def take() -> None:
        stage.fake.rendering.stop()
        stage.fake.current().queue.jobs.pop()
        stage.fake.rendering.outcomes.append(outcomes.STALLED)
        stage.fake.faults.once("GetRenderJobList", Meanwhile(stage.fake.user_renders))

    stage.fake.faults.once(STATUS, Meanwhile(take), call=5)
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_CANCELLED"
    assert stage.fake.log.of("StopRendering") == []
    assert stage.fake.rendering.in_progress


def stop_at(stage: Stage, call: int, *, then: Callable[[], object] = lambda: None) -> Stop:
    """A person's wish to stop comes with a question about our job."""
    stop = Stop()

    def wish() -> None:
        stop.hard = True
        then()

    stage.fake.faults.once(STATUS, Meanwhile(wish), call=call)
    return stop


def test_a_stop_that_takes_its_time_is_waited_for(make_stage: MakeStage) -> None:
    stage = make_stage()
    stop = stop_at(stage, 4)
    stage.fake.faults.once("StopRendering", Answers(None))
    stage.fake.faults.once(STATUS, Meanwhile(stage.fake.rendering.stop), call=9)
    stage.fake.rendering.outcomes.append(outcomes.STALLED)
    result = stage.run(stop=stop)
    assert result.failure is not None
    assert result.failure.code == "ENCODE_STOPPED"
    assert result.issues == ()
    assert stage.changes() == []


@pytest.mark.timeout(20)  # a driver without its own limit waits here for ever
def test_a_render_that_does_not_stop_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()
    stop = stop_at(stage, 4)
    stage.fake.faults.always("StopRendering", Answers(None))
    stage.fake.rendering.outcomes.append(outcomes.STALLED)
    result = stage.run(stop=stop)
    assert result.failure is not None
    assert result.failure.code == "ENCODE_STOPPED"
    assert "our render (it does not stop)" in result.issues[0].sentence


def test_a_stop_that_nobody_confirms_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()

    def say_nothing() -> None:
        stage.fake.faults.always("IsRenderingInProgress", Answers(None))
        stage.fake.faults.always(STATUS, Answers(None))

    stop = stop_at(stage, 4, then=say_nothing)
    result = stage.run(stop=stop)
    assert "does not tell whether it stopped" in result.issues[0].sentence


@pytest.mark.parametrize("stale", ["none", "raise"])
@pytest.mark.parametrize("method", METHODS)
def test_a_project_that_is_switched_at_any_call(
    make_stage: MakeStage, method: str, stale: Stale
) -> None:
    stage = make_stage()
    ours = stage.fake.current()
    stage.fake.quirks.stale_handles = stale
    switch = stage.fake.faults.once(method, Meanwhile(lambda: open_another(stage)))
    result = stage.run()
    if switch.fired:
        told = [issue for issue in result.issues if issue.code == "RENDER_NOT_RESTORED"]
        if result.status == "FAILED":
            assert result.failure is not None
            assert result.failure.code == "RENDER_WRONG_PROJECT", result.failure
        stage.fake.open_project(ours)
        if [one for one in stage.changes() if not one.startswith("projects")]:
            assert told


def test_another_project_is_left_alone(make_stage: MakeStage) -> None:
    stage = make_stage()
    before: dict[str, Any] = {}

    def switch() -> None:
        open_another(stage)
        stage.fake.page = "color"
        before.update(user_state(stage.fake))

    stage.fake.faults.once("AddRenderJob", Meanwhile(switch))
    stage.run()
    after = user_state(stage.fake)
    presets = [one for one in changes(before, after) if not one.startswith("presets")]
    assert presets == []
    assert stage.fake.log.of("OpenPage")[-1].args == ("deliver",)


def test_a_resolve_that_is_gone_is_asked_for_nothing_more(make_stage: MakeStage) -> None:
    stage = make_stage()

    def end() -> None:
        stage.fake.has_quit = True

    stage.fake.faults.once("AddRenderJob", Meanwhile(end))
    result = stage.run()
    assert "Resolve answers nothing any more" in result.issues[0].sentence
    assert len(stage.fake.log.of("SetCurrentTimeline")) == 1


def test_a_multi_pass_that_grows_is_no_stall(make_stage: MakeStage) -> None:
    stage = make_stage(limits=(3600, 5))
    stage.fake.faults.always(
        STATUS, Turned(lambda told: told | {"CompletionPercentage": 0} if len(told) > 3 else told)
    )
    assert stage.run().status == "COMPLETED"
