"""Raw jobs over a talk with a host: one that goes silent, is gone or refuses is no defect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxx_engine._engines.resolve import queue
from sidecar.resolve.talk import talking as talk_module
from sidecar.resolve.talk.talking import Talk
from tests.fakes.resolve import Footage, Meanwhile, make_resolve
from tests.resolve.inner_talk import python_host
from tests.watch.raw_scene import RawScene


class Line:
    """A channel to a host in this process, which may stop to answer, or break."""

    def __init__(self, scene: RawScene) -> None:
        self.answer = python_host(scene.fake, [])
        self.waiting: list[bytes] = []
        self.deaf = self.broken = False

    def send(self, line: bytes) -> None:
        if self.broken:
            raise BrokenPipeError("the host has ended")
        told = self.answer(line)
        if told is not None:
            self.waiting.append(told)

    def receive(self, number: int, seconds: float) -> bytes | None:
        if self.broken:
            raise BrokenPipeError("the host has ended")
        told = self.waiting.pop(0) if self.waiting else None
        return None if self.deaf else told

    def close(self) -> None:
        self.waiting.clear()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RawScene]:
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(talk_module, "AFTER_SILENCE_SECONDS", 0.1)
    made = RawScene(make_resolve(footage=Footage(), real_time=True, seconds_per_job=60.0), tmp_path)
    yield made
    made.fake.rendering.stop()


@pytest.mark.parametrize("how", ["deaf", "broken"])
def test_a_host_that_answers_no_more_costs_the_running_job_alone(scene: RawScene, how: str) -> None:
    scene.submit("A.braw", "B.braw")
    line = Line(scene)
    talk = Talk(line, answer_seconds=0.5, beat_seconds=3600)
    befall = Meanwhile(lambda: setattr(line, how, True))
    scene.fake.faults.once("GetRenderJobStatus", befall, call=4)
    outcome = scene.watch(find=lambda: (talk.resolve, ""))
    assert scene.notes.ended == ["A RENDER_HOST_GONE"]
    assert [block.code for block in outcome.blocks] == ["RENDER_HOST_GONE"]
    assert scene.waiting == 1
    assert outcome.defects == ()
    assert outcome.troubles == ()


def test_a_host_that_allows_nothing_costs_no_job(scene: RawScene) -> None:
    scene.submit("A.braw")
    line = Line(scene)
    talk = Talk(line, answer_seconds=0.5, beat_seconds=3600)
    with talk.in_project("another"):
        outcome = scene.watch(find=lambda: (talk.resolve, ""))
    assert [block.code for block in outcome.blocks] == ["RENDER_HOST_GONE"]
    assert scene.waiting == 1
    assert outcome.defects == ()
