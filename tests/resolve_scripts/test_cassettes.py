"""Talks that are recorded, and held once more without a Resolve."""

from __future__ import annotations

import errno
import json
import resource
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import __version__
from sidecar.cli.plugin_talk import act_in
from sidecar.resolve.export.exporting import make_proxies
from sidecar.resolve.settings import read_settings
from sidecar.resolve.talk.cassette import (
    CassetteBroken,
    RecordingChannel,
    ReplayChannel,
    TalkDiffers,
)
from sidecar.resolve.talk.talking import Talk
from tests.resolve.export.test_export_through_hosts import asked, jobs_in
from tests.resolve_scripts import spoken
from tests.resolve_scripts.plugin_stage import PluginStage
from tests.resolve_scripts.stage import Stage, Told, in_turns

REVIEW = "4 Review Results"
GOLDEN = Path(__file__).with_name("cassettes") / "walks.jsonl"


@pytest.fixture
def plugin(stage: Stage) -> PluginStage:
    """A stage whose menu starts Proxx, which records."""
    plugin = PluginStage(stage)
    plugin.set(record=str(plugin.folder / "talk.jsonl"))
    return plugin


def talk_recorded(plugin: PluginStage, name: str) -> Told:
    """A talk of `spoken.py` in the place of an action; the Console tells what it returned."""
    said = f"s.say(json.dumps(getattr(spoken, {name!r})(s.talk)))"
    heard = "from tests.resolve_scripts import spoken; import json"
    return plugin.run(REVIEW, altered=f"{heard}; r.review = lambda s: {said} or 0")


def replayed(file: Path, name: str) -> tuple[Any, list[str]]:
    """What a talk returns that is held with a cassette, and what it said."""
    channel = ReplayChannel(file)
    talk = Talk(channel)
    try:
        return getattr(spoken, name)(talk), channel.said
    finally:
        talk.close()


@pytest.mark.parametrize(
    ("stage", "name"),
    in_turns("walks", "calls_methods", "is_refused", "keeps_to_a_project", "frees_with_a_scope"),
    indirect=["stage"],
)
def test_a_recorded_talk_comes_to_the_same_without_resolve(plugin: PluginStage, name: str) -> None:
    told = talk_recorded(plugin, name)
    assert told.log.endswith("ends with 0\n")
    outcome, _ = replayed(plugin.folder / "talk.jsonl", name)
    assert json.dumps(outcome) == "\n".join(told.console)


def test_make_proxies_makes_the_same_jobs_without_resolve(plugin: PluginStage) -> None:
    media = plugin.folder / "media"
    plugin.set(record=str(plugin.folder / "talk.jsonl"), source_roots=[str(media)])
    told = plugin.run("1 Make Proxies", scene=f"mixed {media}")
    here = read_settings(plugin.settings)
    doors = {name: plugin.folder / f"again {name}" for name in ("ffmpeg_jobs", "resolve_jobs")}
    for door in doors.values():
        door.mkdir()
    again = here.model_copy(update=doors)
    channel = ReplayChannel(plugin.folder / "talk.jsonl")
    talk = Talk(channel)
    assert act_in(talk, print, lambda: make_proxies, again, in_project=True) == 0
    talk.close()
    for name, door in doors.items():
        made, before = jobs_in(door), jobs_in(getattr(here, name))
        assert len(made) >= 4
        assert [asked(one.model_dump()) for one in made] == [
            asked(one.model_dump()) for one in before
        ]
    said = "\n".join(channel.said).replace("/again ", "/").splitlines()
    assert [line for line in said if not line.startswith("batch: ")] == [
        line for line in told.console if not line.startswith("batch: ")
    ]


def test_handles_that_were_freed_at_other_moments_change_nothing(plugin: PluginStage) -> None:
    told = talk_recorded(plugin, "frees_what_nobody_holds")
    assert int(told.console[0]) < 150
    lines = (plugin.folder / "talk.jsonl").read_text().splitlines()
    assert any('"op": "free"' in line for line in lines)
    channel = ReplayChannel(plugin.folder / "talk.jsonl")
    talk = Talk(channel)
    kept = [talk.resolve.GetProjectManager().GetCurrentProject()]
    kept += [kept[0].GetCurrentTimeline() for _ in range(1000)]  # none is ever let go
    assert kept[0].GetName() is not None


def test_a_cassette_says_what_it_is(plugin: PluginStage) -> None:
    talk_recorded(plugin, "greets")
    head, *lines = map(json.loads, (plugin.folder / "talk.jsonl").read_text().splitlines())
    assert head["what"].startswith("a talk of Proxx with DaVinci Resolve")
    assert head["cassette"] == 1
    assert head["proxx"] == __version__
    assert head["at"].endswith("Z")
    assert head["product"] == "DaVinci Resolve Studio"
    assert head["version"] == [21, 0, 4, 5, ""]
    assert head["language"] == {"py": "python", "lua": "lua"}[plugin.stage.language]
    asked, answered = lines[::2], lines[1::2]
    assert [one["op"] for one in asked] == ["hello", "say", "say"]
    assert [one["id"] for one in asked] == [one["id"] for one in answered]


def test_a_new_talk_never_replaces_one_that_is_kept(plugin: PluginStage) -> None:
    first = plugin.folder / "talk.jsonl"
    first.write_text("somebody's")
    for _ in range(2):
        assert "is recorded in" in plugin.run(REVIEW).log
    assert first.read_text() == "somebody's"
    for number in (2, 3):
        assert '"hello"' in (plugin.folder / f"talk.{number}.jsonl").read_text()


def test_an_action_goes_on_where_nothing_can_be_recorded(plugin: PluginStage) -> None:
    plugin.set(record=str(plugin.folder / "nowhere" / "talk.jsonl"))
    told = plugin.run(REVIEW)
    assert told.console[0] == "Proxx: no clip yet"
    assert told.log.count("is not recorded: [Errno 2]") == 1
    assert told.log.endswith("ends with 0\n")


def test_a_talk_goes_on_where_the_disk_is_full_in_the_middle_of_its_record(tmp_path: Path) -> None:
    troubles = list[OSError]()
    channel = RecordingChannel(ReplayChannel(GOLDEN), tmp_path / "talk.jsonl", troubles.append)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        talk = Talk(channel)
        outcome = spoken.walks(talk)
        talk.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert outcome == replayed(GOLDEN, "walks")[0]
    assert [error.errno for error in troubles] == [errno.EFBIG]


def test_a_golden_talk_is_held_as_ever() -> None:
    outcome, said = replayed(GOLDEN, "walks")
    kinds, ids, rates, name = outcome
    assert kinds == ["str", "HostRefused", "str", "str", "str", "str"]
    assert (ids, rates, name) == (["media-0", "media-1"], 2, "A004_é\udcff.braw")
    assert said == []


def test_a_question_that_was_not_asked_is_refused_with_both() -> None:
    with pytest.raises(TalkDiffers) as caught:
        replayed(GOLDEN, "asks_by_key")
    sentence = str(caught.value)
    assert sentence.startswith("question 5 is not what it was in walks.jsonl: then …")
    assert "args_each" in sentence.partition("now …")[0]
    assert "args_by" in sentence.partition("now …")[2] or '"args"' in sentence


def test_an_action_that_asks_otherwise_is_told_in_a_sentence(plugin: PluginStage) -> None:
    channel, log = ReplayChannel(GOLDEN), list[str]()
    settings = read_settings(plugin.settings)
    code = act_in(Talk(channel), log.append, lambda: make_proxies, settings, in_project=True)
    assert code == 3
    assert channel.said == [log[-1]]
    assert channel.said[0].startswith("proxx: question 4 is not what it was in walks.jsonl: then")


def test_a_cassette_that_ends_is_no_answer(tmp_path: Path) -> None:
    short = tmp_path / "short.jsonl"
    whole = GOLDEN.read_bytes().splitlines(keepends=True)
    short.write_bytes(b"".join(whole[:7]) + whole[7][:-9])
    with pytest.raises(TalkDiffers, match=r"^short\.jsonl ends before question 4, which is \{"):
        replayed(short, "walks")


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", b"[1]\n", b"x\n", b'{"cassette": 2}\n', b'{"cassette": 1}\n{}\n{}\n']
)
def test_what_is_no_cassette_says_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "c.jsonl").write_bytes(data)
    with pytest.raises(CassetteBroken, match=r"c\.jsonl is (no cassette|a cassette of a version)"):
        ReplayChannel(tmp_path / "c.jsonl")
