"""kill -9 of what renders, and the next click: Resolve is as its user left it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.render_stage import RENDER, RenderStage
from tests.faults.scenes import leavings
from tests.watch.looking import the_result


@pytest.mark.parametrize(
    ("language", "call", "which"),
    [
        ("py", "CreateEmptyTimeline", 1),
        ("lua", "GetRenderJobStatus", 4),
        pytest.param("py", "DeleteRenderPreset", 1, marks=pytest.mark.slow),
        pytest.param("lua", "DeleteTimelines", 1, marks=pytest.mark.slow),
    ],
)
def test_the_next_click_puts_back_what_a_killed_run_left(
    tmp_path: Path, language: str, call: str, which: int
) -> None:
    stage = RenderStage(
        tmp_path / "stage",
        language,
        "A.braw",
        "B.braw",
        kill_at=call,
        kill_at_call=which,
        seconds=2.0,
    )
    said = stage.chosen(RENDER, RENDER)
    assert stage.ours == [], (said, stage.log)
    assert stage.changes == []
    assert any("left by a run that is gone" in line for line in said)
    assert the_result(stage.folder, "A")["failure"]["code"] == "CLAIM_INTERRUPTED"
    assert stage.ended("completed") == ["B"]
    assert [path for path in leavings(stage.path / "out") if "proxx-" in path] == []


def test_a_user_who_went_on_is_not_taken_back_and_finds_the_settings_of_then(
    tmp_path: Path,
) -> None:
    stage = RenderStage(tmp_path / "stage", "py", "A.braw", kill_at="StartRendering", goes_on=True)
    said = stage.chosen(RENDER, RENDER)
    (left,) = stage.ours
    assert left.endswith(" backup")
    assert f"the Deliver settings of then are in the render preset {left}" in "\n".join(said)
    assert [what for what in stage.changes if "timeline" in what] == []
