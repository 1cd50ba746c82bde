"""Putting back: in an order that loses nothing, each thing by itself, nobody else's touched."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, FakeFolder, Meanwhile, Raises, Scene, user_state


def our_bin(stage: Stage) -> FakeFolder:
    folders = stage.fake.current().media_pool.root_folder.folders
    return next(one for one in folders if one.name.startswith("Proxx"))


def test_what_a_user_put_into_our_bin_stays(make_stage: MakeStage) -> None:
    """It is the current bin meanwhile: what is imported by hand goes there."""
    stage = make_stage()

    def import_by_hand() -> None:
        Scene(stage.fake, stage.folder / "media").movie("by hand.mov", bin=our_bin(stage))

    stage.fake.faults.once("AddRenderJob", Meanwhile(import_by_hand))
    result = stage.run()
    assert result.status == "COMPLETED"
    assert "our bin" in result.issues[0].sentence
    assert "by hand.mov" in [one.name for one in stage.fake.current().media_pool.clips()]


def test_what_a_user_put_there_stays_though_the_first_look_fails(make_stage: MakeStage) -> None:
    stage = make_stage()

    def import_by_hand() -> None:
        Scene(stage.fake, stage.folder / "media").movie("by hand.mov", bin=our_bin(stage))
        stage.fake.faults.once("GetClipList", Answers(None))

    stage.fake.faults.once("AddRenderJob", Meanwhile(import_by_hand))
    assert stage.run().status == "COMPLETED"
    assert "by hand.mov" in [one.name for one in stage.fake.current().media_pool.clips()]


def test_a_resolve_that_keeps_what_is_current(make_stage: MakeStage) -> None:
    """The user's are made the current ones before ours are deleted."""
    stage = make_stage()
    stage.fake.quirks.current_is_kept = True
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


def test_a_page_is_opened_while_the_users_timeline_is_not_there(make_stage: MakeStage) -> None:
    """OpenPage('deliver') moves the playhead of whatever timeline is current."""
    stage = make_stage()
    stage.fake.page = stage.before["page"] = "deliver"

    def leave() -> None:
        stage.fake.page = "color"

    stage.fake.faults.once("AddRenderJob", Meanwhile(leave))
    stage.fake.faults.always("SetCurrentTimecode", Answers(False))
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


def test_marks_that_were_not_there_go(make_stage: MakeStage) -> None:
    stage = make_stage()
    cut = stage.fake.current().current_timeline
    assert cut is not None
    cut.marks.clear()
    stage.before = user_state(stage.fake)
    stage.fake.faults.once("AddRenderJob", Meanwhile(lambda: cut.marks.set(1, 2, "all")))
    assert stage.run().status == "COMPLETED"
    assert stage.changes() == []


def test_a_bin_of_the_user_that_is_not_current_any_more(make_stage: MakeStage) -> None:
    """Where ours becomes none, the root does: the user's own bin is opened again."""
    stage = make_stage()
    pool = stage.fake.current().media_pool
    stage.fake.faults.once("SetCurrentFolder", Answers(False), call=2)
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert pool.current_folder.name == "Cut"
    assert stage.changes() == []


def test_a_timeline_of_the_user_that_is_not_current_at_the_first_attempt(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    stage.with_another_timeline()
    stage.fake.faults.once("SetCurrentTimeline", Answers(False), call=2)
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


def test_presets_go_where_keeping_the_settings_failed(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.once("GetRenderPresetList", Answers([]))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_STATE_NOT_KEPT"
    assert stage.changes() == []


@pytest.mark.parametrize("answer", [False, None])
def test_what_an_earlier_render_left_is_not_taken_for_ours(
    make_stage: MakeStage, answer: Any
) -> None:
    stage = make_stage()
    for method in ("DeleteRenderPreset", "DeleteTimelines", "DeleteFolders"):
        stage.fake.faults.always(method, Answers(answer))
    assert stage.run().issues
    stage.fake.faults.clear()
    shutil.rmtree(stage.out)
    shutil.rmtree(stage.folder / "job")
    stage.out.mkdir()
    stage.fake.current().deliver.settings["CustomName"] = "Another film"
    stage.before = user_state(stage.fake)
    result = stage.run()
    assert (result.status, result.issues) == ("COMPLETED", ())
    assert stage.changes() == []


def test_a_disk_that_fails_is_told_and_all_is_put_back(make_stage: MakeStage) -> None:
    stage = make_stage()

    def lose() -> None:
        for hidden in stage.out.glob(".proxx-*"):
            shutil.rmtree(hidden)

    stage.fake.faults.once("OpenPage", Meanwhile(lose))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "STORAGE_FAILED", result.failure
    assert result.issues == ()
    assert stage.changes() == []


def test_what_is_not_put_back_when_a_disk_fails_is_told(make_stage: MakeStage) -> None:
    stage = make_stage()

    def lose() -> None:
        for hidden in stage.out.glob(".proxx-*"):
            shutil.rmtree(hidden)

    stage.fake.faults.once("OpenPage", Meanwhile(lose))
    stage.fake.faults.always("DeleteTimelines", Answers(True))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "STORAGE_FAILED", result.failure
    assert "our timeline" in result.issues[0].sentence


def test_one_thing_that_cannot_be_put_back_keeps_nothing_else(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.fake.faults.always("DeleteRenderPreset", Raises())
    stage.fake.faults.always("GetCurrentPage", Raises(), first=2)
    result = stage.run()
    assert result.issues
    left = [one for one in stage.changes() if not one.startswith(("presets", "page"))]
    assert left == []
