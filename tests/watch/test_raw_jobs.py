"""Raw jobs out of a watch folder: the Resolve at hand renders those of its open project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxx_engine import RequestError
from proxx_engine._engines.resolve import queue
from sidecar.folders.pending import list_pending
from sidecar.folders.resolve_place import RendersAlready, alone_with_resolve, renders_here
from sidecar.folders.stopping import StopLevel
from sidecar.folders.views.seen import BlockSeen
from sidecar.folders.views.tops import Budget
from sidecar.folders.views.waiting import Waiting
from tests.fakes.resolve import Footage, Meanwhile, Scene, make_resolve
from tests.resolve.outside import ours_in
from tests.watch.looking import homes, the_result
from tests.watch.raw_scene import RAW, RawScene


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    return Footage(kept_in=tmp_path_factory.mktemp("footage"))


@pytest.fixture
def scene(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RawScene:
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.02)
    return RawScene(make_resolve(footage=footage, real_time=True, seconds_per_job=0.3), tmp_path)


def test_what_waits_is_rendered_and_filed(scene: RawScene) -> None:
    scene.submit(*RAW)
    outcome = scene.watch()
    assert homes(scene.folder, "completed") == ["B001C001", "B001C002", "B001C003"], outcome
    assert outcome.tally.proven == 3
    assert (outcome.blocks, dict(outcome.waiting), outcome.troubles) == ((), {}, ())
    assert scene.proxies == ["B001C001.mov", "B001C002.mov", "B001C003.mov"]
    assert scene.changed == []
    assert the_result(scene.folder, "B001C001")["engine"]["name"] == "resolve"


def test_only_one_worker_serves_a_resolve(scene: RawScene) -> None:
    with pytest.raises(RequestError, match="one render queue"):
        scene.watch(workers=2)


def test_jobs_of_another_project_wait_and_cost_nothing(scene: RawScene) -> None:
    fake = scene.fake
    first = fake.current()
    scene.submit("A.braw", "B.braw")
    fake.open_project(fake.add_project("Interview"))
    scene.submit("C.braw")
    outcome = scene.watch()
    assert scene.notes.ended == ["C COMPLETED"]
    assert scene.waiting == 2
    (block,) = outcome.blocks
    assert block.code == "RENDER_WRONG_PROJECT"
    assert block.place == f"project Documentary ({first.unique_id[:8]})"
    assert dict(outcome.waiting) == {block.place: 2}
    fake.open_project(first)
    assert scene.watch().tally.proven == 2
    assert scene.waiting == 0


def test_without_an_open_project_every_job_waits(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    scene.fake.open_project(None)
    outcome = scene.watch()
    assert [block.code for block in outcome.blocks] == ["RENDER_NO_PROJECT"]
    assert dict(outcome.waiting) == {"DaVinci Resolve": 2}
    assert scene.notes.ended == []


def test_while_the_user_renders_every_job_waits(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    scene.fake.rendering.seconds_per_job = 60.0
    assert scene.fake.user_renders()
    outcome = scene.watch()
    assert [block.code for block in outcome.blocks] == ["RENDER_USER_RENDERS"]
    assert scene.waiting == 2
    assert scene.fake.rendering.in_progress
    scene.fake.rendering.stop()
    scene.fake.rendering.seconds_per_job = 0.3
    assert scene.watch().tally.proven == 2


def test_a_user_who_begins_to_render_between_two_clips_is_waited_for(scene: RawScene) -> None:
    fake = scene.fake
    scene.submit("A.braw", "B.braw")

    def render() -> None:
        fake.rendering.seconds_per_job = 60.0
        assert fake.user_renders()

    scene.notes.on_end = render
    outcome = scene.watch()
    assert scene.notes.ended == ["A COMPLETED"]
    assert [block.code for block in outcome.blocks] == ["RENDER_USER_RENDERS"]
    assert scene.waiting == 1


def test_without_a_resolve_the_jobs_wait_and_the_reason_is_told(scene: RawScene) -> None:
    scene.submit("A.braw")
    outcome = scene.watch(host=None)
    (block,) = outcome.blocks
    assert (block.place, block.code) == ("DaVinci Resolve", "TOOL_RESOLVE_MISSING")
    assert "it does not run" in block.detail
    assert scene.waiting == 1


def test_a_resolve_that_ends_in_the_middle_costs_the_running_job_alone(scene: RawScene) -> None:
    scene.submit(*RAW)
    scene.fake.rendering.seconds_per_job = 60.0
    quit_it = Meanwhile(scene.fake.Quit)
    scene.fake.faults.once("GetRenderJobStatus", quit_it, call=4)
    outcome = scene.watch()
    assert scene.notes.ended == ["B001C001 RENDER_HOST_GONE"]
    assert scene.waiting == 2
    assert [block.code for block in outcome.blocks] == ["RENDER_HOST_GONE"]
    assert outcome.defects == ()
    assert scene.proxies == []


def test_a_project_that_is_exchanged_while_it_renders_costs_the_running_job_alone(
    scene: RawScene,
) -> None:
    fake = scene.fake
    scene.submit("A.braw", "B.braw")
    other = fake.add_project("Interview")
    fake.faults.once("GetRenderJobStatus", Meanwhile(lambda: fake.open_project(other)), call=4)
    fake.rendering.seconds_per_job = 60.0
    outcome = scene.watch()
    assert scene.notes.ended == ["A RENDER_WRONG_PROJECT"]
    assert scene.waiting == 1
    assert outcome.blocks


def test_a_render_that_a_person_cancels_in_resolve_begins_no_other(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    scene.fake.rendering.seconds_per_job = 60.0
    stop = Meanwhile(scene.fake.rendering.stop)
    scene.fake.faults.once("GetRenderJobStatus", stop, call=4)
    outcome = scene.watch()
    assert scene.notes.ended == ["A RENDER_CANCELLED"]
    assert scene.waiting == 1
    assert [block.code for block in outcome.blocks] == ["RENDER_CANCELLED"]


def test_a_stop_after_the_clip_finishes_it(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    scene.wish.level = StopLevel.GO_ON
    scene.fake.faults.once(
        "StartRendering", Meanwhile(lambda: setattr(scene.wish, "level", StopLevel.SOFT))
    )
    outcome = scene.watch()
    assert scene.notes.ended == ["A COMPLETED"]
    assert outcome.stopped
    assert scene.waiting == 1


def test_a_stop_at_once_ends_the_render_and_leaves_all_as_it_was(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    scene.fake.rendering.seconds_per_job = 60.0
    scene.fake.faults.once(
        "StartRendering", Meanwhile(lambda: setattr(scene.wish, "level", StopLevel.HARD))
    )
    scene.watch()
    assert scene.notes.ended == ["A ENCODE_STOPPED"]
    assert scene.changed == []
    assert not scene.fake.rendering.in_progress
    assert scene.waiting == 1


def test_an_output_folder_that_is_away_keeps_its_jobs_waiting(scene: RawScene) -> None:
    scene.submit("A.braw")
    scene.out.rmdir()
    outcome = scene.watch()
    assert [block.code for block in outcome.blocks] == ["STORAGE_OUTPUT_MISSING"]
    assert scene.waiting == 1
    scene.out.mkdir()
    assert scene.watch().tally.proven == 1


def test_an_output_folder_that_goes_while_it_renders_costs_one_job(scene: RawScene) -> None:
    scene.submit("A.braw", "B.braw")
    away = scene.out.with_name("away")
    go = Meanwhile(lambda: scene.out.rename(away))
    scene.fake.faults.once("GetRenderJobStatus", go, call=4)
    scene.fake.rendering.seconds_per_job = 2.0
    outcome = scene.watch()
    assert scene.notes.ended == ["A STORAGE_FAILED"]
    assert [block.code for block in outcome.blocks] == ["STORAGE_FAILED"]
    assert scene.waiting == 1
    assert scene.changed == []
    assert not scene.fake.rendering.in_progress


def test_names_of_a_run_that_is_not_known_here_are_told_and_left(scene: RawScene) -> None:
    Scene(scene.fake, scene.path / "media").bin("Proxx 0123456789ab")
    scene.watch()
    assert ours_in(scene.fake) == ["Proxx 0123456789ab"]
    assert "not known here" in scene.notes.told_cleared[0]
    assert scene.changed == []


def test_a_project_that_is_exchanged_after_the_claim_is_told_in_the_result(
    scene: RawScene,
) -> None:
    fake = scene.fake
    scene.submit("A.braw", "B.braw")
    other = fake.add_project("Interview")
    # Looked at for what was left there, before the claim, and before the first frame.
    fake.faults.once("GetProjectManager", Meanwhile(lambda: fake.open_project(other)), call=3)
    scene.watch()
    assert scene.notes.ended == ["A RENDER_WRONG_PROJECT"]
    assert scene.waiting == 1


def test_a_run_for_one_project_takes_no_job_of_one_that_is_opened_later(scene: RawScene) -> None:
    fake = scene.fake
    first = fake.current()
    scene.submit("A.braw")
    other = fake.add_project("Interview")
    fake.open_project(other)
    scene.submit("B.braw")
    fake.open_project(first)
    scene.notes.on_end = lambda: fake.open_project(other)
    outcome = scene.watch(only_project=first.unique_id)
    assert scene.notes.ended == ["A COMPLETED"]
    assert [block.place[:17] for block in outcome.blocks] == ["project Interview"]
    assert scene.waiting == 1


def test_one_process_of_a_machine_serves_a_folder(scene: RawScene) -> None:
    assert not renders_here(scene.folder)
    with alone_with_resolve(scene.folder):
        assert renders_here(scene.folder)
        with pytest.raises(RendersAlready, match="another process of this machine"):
            scene.watch()
    assert not renders_here(scene.folder)
    scene.watch()


def test_a_resolve_that_starts_later_is_found_by_a_watch_that_lasts(scene: RawScene) -> None:
    scene.submit("A.braw")
    asked: list[int] = []

    def find() -> tuple[Any, str]:
        asked.append(1)
        return (scene.fake.handle, "") if len(asked) > 3 else (None, "it does not run")

    scene.notes.on_end = lambda: setattr(scene.wish, "level", StopLevel.SOFT)
    outcome = scene.watch(once=False, find=find)
    assert scene.notes.causes == ["TOOL_RESOLVE_MISSING"]
    assert scene.notes.ended == ["A COMPLETED"]
    assert outcome.troubles == ()


def test_a_view_tells_how_many_jobs_wait_for_which_project(scene: RawScene) -> None:
    first = scene.fake.current()
    scene.submit("A.braw", "B.braw")
    scene.fake.open_project(scene.fake.add_project("Interview"))
    place = f"project Documentary ({first.unique_id[:8]})"
    budget = Budget(60.0)
    budget.begin()
    waiting = Waiting(scene.folder, budget)
    waiting.names = list_pending(scene.folder)
    held = waiting.judge_by([BlockSeen(place, "RENDER_WRONG_PROJECT", "", ())])
    assert [block.waiting for block in held.blocks] == [2]
