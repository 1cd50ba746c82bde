"""Proxx's side of the talk, through both hosts; and what it does when nobody answers."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from sidecar.resolve.talk.channels import FileChannel, PipeChannel
from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import HostGone, HostSilent
from tests.resolve_scripts.stage import Stage, program


def talked(stage: Stage, name: str) -> tuple[Any, Any]:
    """What a talk of `spoken.py` returned, and what came of the menu file."""
    into = stage.folder / "said.json"
    told = stage.run(program("talker", name, into))
    assert into.exists(), told.log
    return json.loads(into.read_text()), told


def test_the_greeting(stage: Stage) -> None:
    said, told = talked(stage, "greets")
    language = {"py": "python", "lua": "lua"}[stage.language]
    assert said == [language, "DaVinci Resolve Studio", [21, 0, 4, 5, ""]]
    assert told.console == ["good morning"]


def test_methods_are_called_by_their_names(stage: Stage) -> None:
    said, _ = talked(stage, "calls_methods")
    name, settings, *rest = said
    assert name == 'Überflug 東京 "quoted" back\\slash\nnew line \x7f'
    assert settings == {"TargetDir": "/tmp/\udcff", "Size": [1, 2]}
    assert rest == [True, None, "", True]


def test_refusals_are_exceptions(stage: Stage) -> None:
    said, told = talked(stage, "is_refused")
    assert said[:4] == ["raised", "no_method", "not_allowed", "no_handle"]
    assert said[4] == "Resolve cannot be given a object"
    assert told.console == []


def test_a_talk_keeps_to_one_project(stage: Stage) -> None:
    assert talked(stage, "keeps_to_a_project")[0] == ["project-1", "wrong_project", "project-2"]


def test_a_scope_frees_what_was_got_within(stage: Stage) -> None:
    assert talked(stage, "frees_with_a_scope")[0] == ["timeline-1", "no_handle", "project-1"]


def test_what_nobody_holds_is_freed(stage: Stage) -> None:
    assert talked(stage, "frees_what_nobody_holds")[0] < 150


def test_a_walk_answers_a_whole_timeline(stage: Stage) -> None:
    said, _ = talked(stage, "walks")
    assert said == [
        ["str", "HostRefused", "str", "str", "str", "str"],
        ["media-0", "media-1"],
        2,
        "A004_é\udcff.braw",
    ]


def test_a_walk_asks_by_the_key_that_another_method_answers(stage: Stage) -> None:
    assert talked(stage, "asks_by_key")[0] == [None, 24, None]


def test_only_requests_reach_the_host(stage: Stage) -> None:
    said, told = talked(stage, "prints_and_starts_others")
    assert said == "21.0.4.5"
    assert told.console == []
    assert "from Python\nfrom below\n" in told.log
    assert "EOFError" in told.log  # whoever reads finds nothing


def test_the_end_of_resolve_is_noticed(stage: Stage) -> None:
    into = stage.folder / "said.json"
    stage.locate(program("talker", "outlives_resolve", into))
    host = stage.start()
    host.wait(60)
    assert host.stdout is not None
    host.stdout.close()
    ends = time.monotonic() + 10
    while not (into.exists() and into.read_text()):
        assert time.monotonic() < ends
        time.sleep(0.02)
    assert json.loads(into.read_text()) == "gone"
    assert list(stage.answers.iterdir()) == []


def test_a_host_that_says_nothing_is_not_waited_for_forever(tmp_path: Path) -> None:
    unread, requests = os.pipe()
    began = time.monotonic()
    with pytest.raises(HostSilent):
        Talk(FileChannel(requests, tmp_path / "answers"), answer_seconds=0.3)
    assert time.monotonic() - began < 5
    assert not (tmp_path / "answers").exists()
    os.close(unread)


def test_a_host_that_is_gone_before_the_first_word(tmp_path: Path) -> None:
    unread, requests = os.pipe()
    answers, unwritten = os.pipe()
    os.close(unread)
    os.close(unwritten)
    with pytest.raises(HostGone):
        Talk(PipeChannel(requests, answers))


def test_a_resolve_that_ends_in_the_middle_of_an_answer_is_gone() -> None:
    unread, requests = os.pipe()
    answers, written = os.pipe()
    hello = {"language": "python", "runtime": "", "host_version": "1.0"}
    hello |= {"product": None, "version": None, "resolve": None}  # type: ignore[dict-item]
    os.write(written, json.dumps({"v": 1, "id": 1, "value": hello}).encode() + b"\n")
    talk = Talk(PipeChannel(requests, answers))
    os.write(written, b'{"v": 1, "id": 2, "value": {"pro')
    os.close(written)
    with pytest.raises(HostGone):
        talk.say("hello")
    talk.close()
    os.close(unread)


def test_late_answers_and_answers_to_nothing_are_passed_over() -> None:
    unread, requests = os.pipe()
    answers, written = os.pipe()
    hello = {"language": "python", "runtime": "", "host_version": "1.0"}
    hello |= {"product": None, "version": None, "resolve": None}  # type: ignore[dict-item]
    for number, value in ((0, "to nothing"), (99, "to nobody"), (1, hello), (2, None)):
        line = json.dumps({"v": 1, "id": number, "value": value})
        os.write(written, line.encode() + b"\n")
    talk = Talk(PipeChannel(requests, answers))
    assert talk.resolve is None
    assert talk.greeting.version == ()
    talk.say("hello")
    talk.close()
    os.close(written)
    with pytest.raises(HostGone):
        talk.say("once more")
    os.close(unread)


def test_after_a_silence_the_next_answers_are_waited_for_less_until_one_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sidecar.resolve.talk.talking.AFTER_SILENCE_SECONDS", 0.1)
    unread, requests = os.pipe()
    answers, written = os.pipe()
    hello = {"language": "python", "runtime": "", "host_version": "1.0"}
    hello |= {"product": None, "version": None, "resolve": None}  # type: ignore[dict-item]

    def answer(number: int, value: Any) -> None:
        line = json.dumps({"v": 1, "id": number, "value": value})
        os.write(written, line.encode() + b"\n")

    def seconds_of_silence() -> float:
        began = time.monotonic()
        with pytest.raises(HostSilent):
            talk.say("is anybody there?")
        return time.monotonic() - began

    answer(1, hello)
    talk = Talk(PipeChannel(requests, answers), answer_seconds=1.5)
    assert seconds_of_silence() > 1.4
    assert seconds_of_silence() < 1.0
    answer(2, None)  # the dialog is closed, and the late answers come
    answer(4, None)
    talk.say("there you are")
    assert seconds_of_silence() > 1.4
    talk.close()
    for end in (unread, written):
        os.close(end)


def test_a_folder_that_is_there_already_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        FileChannel(1, tmp_path)
