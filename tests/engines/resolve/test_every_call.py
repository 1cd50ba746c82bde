"""Whatever call of Resolve's fails, and however: no untrue success, no traceback, and the user's
work as it was; what could not be put back is told.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from proxx_engine._engines.resolve import host
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, HoldsNone, Raises

PROTOCOLS = [
    found
    for _name, found in inspect.getmembers(host, inspect.isclass)
    if found.__module__ == host.__name__
]
METHODS = sorted(
    f"{protocol.__name__.removesuffix('Host')}.{name}"
    for protocol in PROTOCOLS
    for name in vars(protocol)
    if name[0].isupper()
)
SETTERS = [
    method
    for method in METHODS
    if method.partition(".")[2].startswith(
        ("Set", "Open", "Load", "Save", "Delete", "Import", "Export", "Add", "Create", "Append")
    )
    and method != "Project.AddRenderJob"
]
FAILURES: dict[str, Any] = {"None": Answers(None), "False": Answers(False), "raises": Raises()}
NEEDED_ELSEWHERE = {
    "Project.GetName": "where another project is open",
    "Project.StopRendering": "where a render is stopped",
    "Timeline.SetCurrentTimecode": "where the user's playhead was moved",
    "Timeline.ClearMarkInOut": "where the user's marks were changed",
    "Timeline.SetMarkInOut": "where the user's marks were changed",
    "TimelineItem.GetProperty": "where a look flips pictures",
    "TimelineItem.SetProperty": "where a look flips pictures",
}

UNSEEN = {
    ("Resolve.GetCurrentPage", "None"): "what a Resolve without a window says",
}


def judge(stage: Stage, result: Any) -> None:
    """What holds of every run."""
    if result.status == "COMPLETED":
        assert result.proven
        assert stage.proxy.exists()
    else:
        assert result.failure is not None
        assert result.failure.code.startswith("RENDER_"), result.failure
        assert not stage.proxy.exists()
    told = [issue.sentence for issue in result.issues if issue.code == "RENDER_NOT_RESTORED"]
    if stage.changes():
        assert told, stage.changes()
    assert stage.fake.log.misused() == []
    assert len(stage.fake.log.threads()) == 1


@pytest.mark.parametrize("how", [*FAILURES, "[]"])
@pytest.mark.parametrize("method", METHODS)
def test_a_call_that_always_fails(make_stage: MakeStage, method: str, how: str) -> None:
    stage = make_stage()
    stage.fake.faults.always(method, FAILURES.get(how, Answers([])))
    result = stage.run()
    if (method, how) in UNSEEN:
        assert not [one for one in stage.changes() if not one.startswith("page")]
        return
    judge(stage, result)


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("method", METHODS)
def test_a_call_that_fails_once(make_stage: MakeStage, method: str, how: str, call: int) -> None:
    stage = make_stage()
    stage.fake.faults.once(method, FAILURES[how], call=call)
    result = stage.run()
    if (method, how) in UNSEEN:
        return
    judge(stage, result)


@pytest.mark.parametrize("method", SETTERS)
def test_a_call_that_works_and_says_nothing(make_stage: MakeStage, method: str) -> None:
    """Setters are known to answer None although they worked."""
    stage = make_stage()
    stage.fake.faults.always(method, Answers(None, acts=True))
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert stage.changes() == []
    assert result.issues == ()


LISTS = (
    *("GetClipList", "GetSubFolderList", "GetRenderJobList", "GetRenderPresetList"),
    *("GetItemListInTrack", "AppendToTimeline"),
)


@pytest.mark.parametrize("method", LISTS)
def test_a_list_with_a_gap(make_stage: MakeStage, method: str) -> None:
    stage = make_stage()
    stage.fake.faults.always(method, HoldsNone())
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


def test_every_method_of_the_protocols_is_used(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.run()
    called = set(stage.fake.log.count())
    assert [method for method in METHODS if method not in called] == sorted(NEEDED_ELSEWHERE)
