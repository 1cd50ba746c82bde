"""2 Render Camera Raw and 5 Stop Rendering, as a person clicks them, through both hosts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.render_stage import RENDER, STOP, RenderStage
from tests.faults.scenes import wait_until
from tests.resolve_scripts.stage import LANGUAGES
from tests.watch.looking import the_result

MakeStage = Callable[..., RenderStage]


@pytest.fixture(params=LANGUAGES)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStage:
    """A stage with either host."""

    def make(*names: str, **played: Any) -> RenderStage:
        return RenderStage(tmp_path / "Prüf Ordner", request.param, *names, **played)

    return make


@pytest.fixture
def one(tmp_path: Path) -> MakeStage:
    """A stage with the host in Python."""

    def make(*names: str, **played: Any) -> RenderStage:
        return RenderStage(tmp_path / "stage", "py", *names, **played)

    return make


def test_every_job_of_the_project_is_rendered_and_told(both: MakeStage) -> None:
    stage = both("A.braw", "B.braw")
    said = stage.chosen()
    assert stage.ended("completed") == ["A", "B"], (said, stage.log)
    assert said[0].startswith("Proxx: 2 jobs wait; 5 Stop Rendering, or this entry once more")
    assert [line.split("  ")[:2] for line in said[1:3]] == [["A", "COMPLETED"], ["B", "COMPLETED"]]
    assert said[3] == "Proxx: 2 jobs of this project, 2 completed"
    assert said[-1] == "next: 3 Link Finished Proxies"
    assert stage.changes == []
    assert the_result(stage.folder, "A")["clips"][0]["verification"]["checks"]
    assert stage.processes() == []


def test_a_resolve_that_is_killed_in_the_middle_costs_one_job(both: MakeStage) -> None:
    stage = both("A.braw", "B.braw", "C.braw", seconds=60.0)
    resolve = stage.click(RENDER)
    wait_until(stage.renders)
    resolve.kill()
    killed_at = time.monotonic()
    resolve.communicate()
    wait_until(lambda: not stage.processes())
    assert time.monotonic() - killed_at < 10
    assert stage.ended("failed") == ["A"], stage.log
    assert the_result(stage.folder, "A")["failure"]["code"] == "RENDER_HOST_GONE"
    assert stage.waiting == 2
    assert list(stage.folder.claims.iterdir()) == []
    assert "Traceback" not in stage.log


def test_jobs_of_another_project_wait_and_are_told(one: MakeStage) -> None:
    stage = one("A.braw", "B.braw", project="Interview")
    said = stage.chosen()
    name = f"project Documentary ({_project_of(stage)[:8]})"
    assert said[1:] == [
        f"2 jobs wait for the {name}: open it, and choose 2 Render Camera Raw again",
    ]
    assert stage.waiting == 2
    assert stage.changes == []


def test_while_the_user_renders_every_job_waits(one: MakeStage) -> None:
    stage = one("A.braw", rendering=True)
    said = stage.chosen()[1]
    assert said.startswith("1 job waits: DaVinci Resolve is rendering for its user")
    assert stage.waiting == 1


def test_where_nothing_waits_that_is_said(one: MakeStage) -> None:
    stage = one()
    assert stage.chosen() == [
        "Proxx: no camera raw of this project waits; 1 Make Proxies makes jobs of it."
    ]
    assert stage.chosen(STOP) == ["Proxx: nothing renders here."]


@pytest.mark.slow
def test_a_second_click_stops_after_the_clip(one: MakeStage) -> None:
    stage = one(
        "A.braw", "B.braw", seconds=15.0
    )  # longer than a loaded machine takes to start a process
    first = stage.click(RENDER)
    wait_until(stage.renders)
    wait_until(lambda: "A.mov" in _beats(stage))
    time.sleep(5)
    again = stage.chosen()
    assert again[0] == "Proxx renders already, and is asked to stop:"
    assert again[1].startswith("it renders A.mov since ")
    assert "it finishes the clip and ends" in again[1]
    said = stage.said(first)
    assert stage.ended("completed") == ["A"]
    assert stage.waiting == 1
    assert "stopped; to go on, choose 2 Render Camera Raw again" in said


def test_a_double_click_is_one_click(one: MakeStage) -> None:
    stage = one("A.braw", seconds=6.0)
    clicks = [stage.click(RENDER), stage.click(RENDER)]
    said = ["\n".join(stage.said(each)) for each in clicks]
    assert stage.ended("completed") == ["A"]
    assert sorted("one click is enough" in each for each in said) == [False, True], said


def test_asked_twice_the_clip_is_ended_and_resolve_is_as_it_was(one: MakeStage) -> None:
    stage = one("A.braw", "B.braw", seconds=60.0)
    first = stage.click(RENDER)
    wait_until(stage.renders)
    wait_until(lambda: "A.mov" in _beats(stage))
    assert "finishes the clip" in stage.chosen(STOP)[-1]
    assert "ends the clip now" in stage.chosen(STOP)[-1]
    stage.said(first)
    assert the_result(stage.folder, "A")["failure"]["code"] == "ENCODE_STOPPED"
    assert stage.changes == []
    assert stage.waiting == 1


def test_a_clip_that_fails_is_told_in_one_line(one: MakeStage) -> None:
    stage = one("A.braw", "B.braw")
    (stage.path / "out" / "A.mov").write_bytes(b"another's")
    said = stage.chosen()
    assert said[1].startswith("A  FAILED")
    assert "OUTPUT_EXISTS" in said[1]
    assert "Proxx: 2 jobs of this project, 1 completed, 1 NOT completed" in said
    assert "next: 4 Review Results tells what did not complete" in said


def _beats(stage: RenderStage) -> str:
    return "".join(path.read_text() for path in stage.folder.workers.glob("*.json"))


def _project_of(stage: RenderStage) -> str:
    said = stage.specs[0].clips[0].resolve
    assert said is not None
    assert said.project_id is not None
    return said.project_id
