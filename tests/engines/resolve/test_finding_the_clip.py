"""The job's clip is found among all of the media pool's: call by call, and in walks over a talk."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sidecar.resolve.talk.talking import Talk
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import (
    Answers,
    ClipFacts,
    FakeMediaPoolItem,
    HoldsNone,
    Raises,
    Scene,
    Turned,
)
from tests.resolve.inner_talk import HOSTS, Answer

WAYS = ("direct", *HOSTS)


@dataclass
class Counting:
    """A channel to a host in this process, which counts what it is asked."""

    answer: Answer
    asked: Counter[str] = field(default_factory=Counter)
    waiting: list[bytes] = field(default_factory=list)

    def send(self, line: bytes) -> None:
        self.asked[json.loads(line)["op"]] += 1
        told = self.answer(line)
        if told is not None:
            self.waiting.append(told)

    def receive(self, number: int, seconds: float) -> bytes | None:
        return self.waiting.pop(0) if self.waiting else None

    def close(self) -> None:
        self.waiting.clear()


def host_of(stage: Stage, way: str) -> tuple[Any, Counting | None]:
    """Resolve as the driver gets it: itself, or over a talk with a host of a language."""
    if way == "direct":
        return stage.fake.handle, None
    line = Counting(HOSTS[way](stage.fake, []))
    return Talk(line, beat_seconds=3600).resolve, line


def fill(stage: Stage, clips: int, bins: int = 0, timelines: int = 0) -> None:
    """Put more into the project than it has."""
    scene = Scene(stage.fake, stage.folder / "media")
    for number in range(clips):
        scene.offline(f"A{number:04d}.mov")
    for number in range(bins):
        scene.bin(f"Day {number}")
    cut = stage.fake.current().current_timeline
    for number in range(timelines):
        scene.timeline(f"Older cut {number}")
    stage.fake.current().current_timeline = cut


def asked_over_a_talk(stage: Stage, way: str) -> Counter[str]:
    """Run the stage over a talk; how many messages of each kind it took."""
    host, line = host_of(stage, way)
    result = stage.run(host=host)
    assert result.status == "COMPLETED", result.failure
    assert line is not None
    return line.asked


@pytest.mark.parametrize("way", HOSTS)
def test_over_a_talk_a_render_takes_as_many_messages_in_a_pool_of_2000_clips(
    make_stage: MakeStage, way: str
) -> None:
    stage = make_stage()
    small = asked_over_a_talk(stage, way)
    for place in (stage.folder / "job", stage.out):
        shutil.rmtree(place)
    stage.out.mkdir()
    fill(stage, clips=2000, bins=50, timelines=50)
    large = asked_over_a_talk(stage, way)
    # To let go of handles takes a message for all that are not held any more.
    assert large.pop("free") <= large["walk"]
    assert large == small
    assert small.total() < 200


def copy_of(stage: Stage, frames: int | None = None) -> FakeMediaPoolItem:
    """The same media once more, in the root, which is looked at before the clip's own bin."""
    clip = stage.clip
    facts = clip.facts if frames is None else replace(clip.facts, frames=frames)
    made = Scene(stage.fake, stage.folder / "media").add(clip.name, clip.path, facts)
    made.media_id = clip.media_id
    return made


def duplicate(stage: Stage) -> FakeMediaPoolItem:
    return copy_of(stage)


def other_media_of_the_same_length(stage: Stage) -> FakeMediaPoolItem:
    copy_of(stage).media_id = "another"
    return stage.clip


def sub_clip(stage: Stage) -> FakeMediaPoolItem:
    copy_of(stage, frames=7)
    copy_of(stage, frames=25)
    return stage.clip


def frames_as_text_of_nothing(stage: Stage) -> FakeMediaPoolItem:
    copy_of(stage).properties["Frames"] = ""
    return stage.clip


def lists_with_gaps(stage: Stage) -> FakeMediaPoolItem:
    stage.fake.faults.always("GetClipList", HoldsNone())
    stage.fake.faults.always("GetSubFolderList", HoldsNone())
    return stage.clip


def lists_of_what_is_no_object(stage: Stage) -> FakeMediaPoolItem:
    for method in ("GetClipList", "GetSubFolderList"):
        stage.fake.faults.always(method, Turned(lambda answer: ["clip", 7, *answer]))
    return stage.clip


def a_list_that_is_none_once(stage: Stage) -> FakeMediaPoolItem:
    stage.fake.faults.once("GetSubFolderList", Answers(None))
    return stage.clip


def lists_that_are_none_where_empty(stage: Stage) -> FakeMediaPoolItem:
    fill(stage, clips=0, bins=3)
    for method in ("GetClipList", "GetSubFolderList"):
        stage.fake.faults.always(method, Turned(lambda answer: answer or None))
    return stage.clip


def an_item_that_throws(stage: Stage) -> FakeMediaPoolItem:
    fill(stage, clips=2)
    stage.fake.faults.once("GetMediaId", Raises())
    return stage.clip


def items_without_an_id(stage: Stage) -> FakeMediaPoolItem:
    fill(stage, clips=2)
    stage.fake.faults.once("GetMediaId", Answers(None))
    return stage.clip


def a_bin_that_throws(stage: Stage) -> FakeMediaPoolItem:
    stage.fake.faults.once("GetClipList", Raises())
    return stage.clip


def a_bin_of_nonsense(stage: Stage) -> FakeMediaPoolItem:
    stage.fake.faults.once("GetClipList", Answers("clips"))
    return stage.clip


def deep_below(stage: Stage) -> FakeMediaPoolItem:
    scene = Scene(stage.fake, stage.folder / "media")
    below = scene.bin("1")
    for number in range(2, 41):
        below = scene.bin(str(number), below)
    stage.clip.folder.clips.remove(stage.clip)
    stage.clip.folder = below
    below.clips.append(stage.clip)
    return stage.clip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "arrange",
    [
        duplicate,
        other_media_of_the_same_length,
        sub_clip,
        frames_as_text_of_nothing,
        lists_with_gaps,
        lists_of_what_is_no_object,
        a_list_that_is_none_once,
        lists_that_are_none_where_empty,
        an_item_that_throws,
        items_without_an_id,
        a_bin_that_throws,
        a_bin_of_nonsense,
        deep_below,
    ],
)
def test_every_way_finds_the_same_clip(
    make_stage: MakeStage, arrange: Callable[[Stage], FakeMediaPoolItem], way: str
) -> None:
    stage = make_stage()
    wanted = arrange(stage)
    host, _line = host_of(stage, way)
    result = stage.run(host=host)
    assert (result.status, result.issues) == ("COMPLETED", ()), result.failure
    [append] = stage.fake.log.of("AppendToTimeline")
    assert append.args[0][0]["mediaPoolItem"] is wanted


@pytest.mark.parametrize("way", WAYS)
def test_a_clip_that_tells_no_id_is_not_said_to_be_missing(make_stage: MakeStage, way: str) -> None:
    stage = make_stage()
    stage.fake.faults.always("GetMediaId", Raises())
    host, _line = host_of(stage, way)
    failure = stage.run(host=host).failure
    assert failure is not None
    assert failure.code == "RENDER_NO_ANSWER"
    assert "GetMediaId" in failure.sentence


@pytest.mark.parametrize("way", WAYS)
def test_a_bin_that_is_not_listed_is_not_said_to_lack_the_clip(
    make_stage: MakeStage, way: str
) -> None:
    stage = make_stage()
    stage.fake.faults.always("GetSubFolderList", Raises())
    host, _line = host_of(stage, way)
    failure = stage.run(host=host).failure
    assert failure is not None
    assert failure.code == "RENDER_NO_ANSWER"
    assert "GetSubFolderList" in failure.sentence


@pytest.mark.parametrize("way", WAYS)
def test_all_frame_counts_of_the_media_are_told(make_stage: MakeStage, way: str) -> None:
    stage = make_stage(said={"frames": 99})
    copy_of(stage, frames=7)
    host, _line = host_of(stage, way)
    failure = stage.run(host=host).failure
    assert failure is not None
    assert "it has 7 or 24 frames there, the job says 99" in failure.sentence


@pytest.mark.parametrize("way", WAYS)
def test_a_clip_is_missing_where_no_object_has_its_id(make_stage: MakeStage, way: str) -> None:
    stage = make_stage(said={"media_id": "gone"})
    lists_of_what_is_no_object(stage)
    host, _line = host_of(stage, way)
    failure = stage.run(host=host).failure
    assert failure is not None
    assert failure.code == "RENDER_CLIP_MISSING"


class NoWalker:
    """A bridge on which every name looks callable, and which knows no walk."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def __getattr__(self, name: str) -> Any:
        return (lambda *args: None) if name == "walk" else getattr(self._handle, name)


def test_a_resolve_of_which_walk_only_looks_callable_is_asked_call_by_call(
    make_stage: MakeStage,
) -> None:
    stage = make_stage()
    assert stage.run(host=NoWalker(stage.fake.handle)).status == "COMPLETED"


def test_without_a_walk_no_more_is_asked_once_the_clip_is_found(make_stage: MakeStage) -> None:
    stage = make_stage()
    scene = Scene(stage.fake, stage.folder / "media")
    scene.add("below.mov", "", ClipFacts(), bin=scene.bin("Below", stage.clip.folder))
    assert stage.run().status == "COMPLETED"
    asked = [call for call in stage.fake.log.of("Folder.GetClipList") if call.answer]
    assert not any(clip.name == "below.mov" for call in asked for clip in call.answer)
