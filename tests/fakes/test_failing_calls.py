"""Calls that fail as a test says, and calls that are wrong by themselves."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import (
    CLASSES,
    FAILURES,
    Answers,
    FakeResolve,
    Hangs,
    HoldsNone,
    Meanwhile,
    Raises,
    ResolveFault,
    ResolveHangs,
    Scene,
)
from tests.fakes.scripting import project_of

METHODS = [f"{cls.api_name}.{name}" for cls in CLASSES for name in cls.api]


@pytest.mark.parametrize("how", FAILURES)
def test_every_method_may_fail(start: Start, how: str, tmp_path: Path) -> None:
    """6.1 faults.matrix: every method can be scripted to answer None, False or [], or to raise."""
    fake = start(version="21.1")
    scene = Scene(fake, tmp_path)
    clip = scene.without_file("Compound", "compound")
    item = scene.place(scene.timeline("Edit"), clip)
    objects = (fake, fake.manager, fake.storage, fake.current(), scene.pool, clip)
    for of in (*objects, scene.pool.root_folder, item.timeline, item):
        for name in of.shown():
            fault = fake.faults.once(f"{of.api_name}.{name}", FAILURES[how])
            if how == "raise":
                with pytest.raises(ResolveFault):
                    getattr(of.handle, name)()
            else:
                assert repr(getattr(of.handle, name)()) == how
            assert fault.fired == 1
    assert {call.method for call in fake.log} == set(METHODS)


def test_a_fault_falls_on_the_call_that_was_said(fake: FakeResolve) -> None:
    project = project_of(fake)
    fake.faults.once("GetName", Answers(None), call=2)
    assert [project.GetName() for _ in range(3)] == ["Documentary", None, "Documentary"]
    fake.faults.always("Project.GetName", Answers(False), first=2)
    assert [project.GetName() for _ in range(3)] == ["Documentary", False, False]
    fake.faults.clear()
    assert project.GetName() == "Documentary"


def test_a_fault_of_no_method_is_refused(fake: FakeResolve) -> None:
    with pytest.raises(ValueError, match="no method GetNam"):
        fake.faults.once("GetNam", Answers(None))


def test_success_may_be_told_as_none(fake: FakeResolve) -> None:
    fake.faults.once("OpenPage", Answers(None, acts=True))
    assert fake.handle.OpenPage("color") is None
    assert fake.page == "color"
    fake.faults.once("OpenPage", Answers(True))
    assert fake.handle.OpenPage("edit") is True
    assert fake.page == "color"


def test_lists_may_hold_none(fake: FakeResolve, scene: Scene) -> None:
    """6.1 faults.lists_with_none: None stands between the things of a list."""
    scene.without_file("Compound", "compound")
    fake.faults.once("GetClipList", HoldsNone())
    folder = project_of(fake).GetMediaPool().GetRootFolder()
    nothing, clip = folder.GetClipList()
    assert nothing is None
    assert clip.GetName() == "Compound"


def test_an_item_may_tell_no_dict(scene: Scene) -> None:
    """6.1 faults.no_dict: GetClipProperty() is None for some items; by name it answers."""
    clip = scene.without_file("Compound", "compound")
    assert clip.handle.GetClipProperty()["Clip Name"] == "Compound"
    clip.tells_no_dict = True
    assert clip.handle.GetClipProperty() is None
    assert clip.handle.GetClipProperty("Clip Name") == "Compound"


def test_something_may_happen_just_before_a_call(fake: FakeResolve) -> None:
    project = project_of(fake)
    other = fake.add_project("Other")
    fake.faults.once("GetCurrentTimeline", Meanwhile(lambda: fake.open_project(other)))
    assert project.GetCurrentTimeline() is None
    assert project.GetName() is None


def test_a_call_may_hang_until_it_is_let_go(fake: FakeResolve) -> None:
    let_go = threading.Event()
    fake.faults.once("GetName", Hangs(let_go))
    threading.Timer(0.05, let_go.set).start()
    assert project_of(fake).GetName() == "Documentary"
    fake.faults.once("GetName", Hangs(threading.Event(), seconds=0.01))
    with pytest.raises(ResolveHangs):
        project_of(fake).GetName()


def test_an_open_dialog_keeps_every_call_from_its_answer(fake: FakeResolve) -> None:
    project = project_of(fake)
    fake.modal = "Limitation of the free edition"
    assert project.GetName() is None
    assert fake.handle.OpenPage("edit") is None
    fake.modal = None
    assert project.GetName() == "Documentary"


def test_arguments_that_fit_no_form_are_answered_with_none(fake: FakeResolve) -> None:
    assert project_of(fake).GetName("of what?") is None
    assert [call.method for call in fake.log.misused()] == ["Project.GetName"]


def test_the_log_tells_calls_in_order(fake: FakeResolve) -> None:
    project = project_of(fake)
    fake.log.clear()
    project.GetSetting("superScale")
    project.SetSetting("superScale", "1")
    fake.faults.once("GetName", Raises())
    with pytest.raises(ResolveFault):
        project.GetName()
    told = [(call.method, call.args, call.answer, call.raised is None) for call in fake.log]
    assert told == [
        ("Project.GetSetting", ("superScale",), "0", True),
        ("Project.SetSetting", ("superScale", "1"), True, True),
        ("Project.GetName", (), None, False),
    ]
    assert fake.log.count()["Project.SetSetting"] == 1
    assert fake.log.threads() == {threading.get_ident()}
