"""Whatever is asked, a host answers it and lives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolve_scripts.proxx_host import calls, host
from tests.resolve_scripts.awkward import awkward_resolve
from tests.resolve_scripts.lua_world import LUAS, LuaWorld
from tests.resolve_scripts.stage import Stage
from tests.resolve_scripts.test_golden_talks import alike

KINDS = {
    "bad_request",
    "version",
    "not_allowed",
    "no_handle",
    "wrong_project",
    "no_method",
    "raised",
}
WORLDS = {lua: LuaWorld(lua) for lua in LUAS}
HOSTS = {lua: world.host() for lua, world in WORLDS.items()}
HANDLES = st.integers(-1, 6)
METHODS = st.sampled_from(sorted(host.ALLOWED)) | st.sampled_from(["Quit", "__class__", "", None])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4) | st.just({"$h": 1}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["a", "b", "c"])
STEPS = st.fixed_dictionaries(
    {"as": NAMES | ANYTHING},
    optional={
        "on": HANDLES | NAMES | ANYTHING,
        "each": NAMES | ANYTHING,
        "method": METHODS | ANYTHING,
        "args": st.lists(ANYTHING, max_size=2) | ANYTHING,
        "args_each": st.lists(st.lists(ANYTHING, max_size=2) | ANYTHING, max_size=2) | ANYTHING,
        "args_by": st.fixed_dictionaries(
            {"method": METHODS, "args": st.dictionaries(NAMES, st.lists(ANYTHING, max_size=2))},
            optional={"with": st.lists(ANYTHING, max_size=2) | ANYTHING},
        )
        | ANYTHING,
        "flatten": st.booleans() | ANYTHING,
        "distinct": METHODS | ANYTHING,
    },
)
OPERATIONS = ["hello", "call", "walk", "open_scope", "close_scope", "free", "say", "beat", "bye"]
REQUESTS = st.fixed_dictionaries(
    {"v": st.just(1) | ANYTHING, "op": st.sampled_from([*OPERATIONS, "", None])},
    optional={
        "id": st.integers(-1, 99) | ANYTHING,
        "on": HANDLES | ANYTHING,
        "method": METHODS | ANYTHING,
        "args": st.lists(ANYTHING, max_size=3) | ANYTHING,
        "project": st.sampled_from(["project-1", "project-2"]) | ANYTHING,
        "steps": st.lists(STEPS | ANYTHING, max_size=4) | ANYTHING,
        "scope": st.integers(0, 3) | ANYTHING,
        "handles": st.lists(HANDLES | ANYTHING) | ANYTHING,
        "text": st.text() | ANYTHING,
    },
)
LINES = (REQUESTS | ANYTHING).map(lambda one: json.dumps(one).encode()) | st.binary()


def python_answers(lines: list[bytes]) -> list[Any]:
    one = calls.Host(awkward_resolve(), host.ALLOWED, lambda text: None)
    answers: list[Any] = []
    for line in lines:
        answer = one.answer(line)
        answers.append(answer and json.loads(answer))
        if one.ended:
            break
    return answers


def lua_answers(lua: str, lines: list[bytes]) -> list[Any]:
    world = WORLDS[lua]
    one = HOSTS[lua].new(world.to_lua(awkward_resolve()), lambda text: None)
    answers: list[Any] = []
    for line in lines:
        answer = one.answer(line)
        answers.append(json.loads(answer[1]) if answer else None)
        if one.ended:
            break
    return answers


def is_whole(answer: Any) -> bool:
    if answer is None:
        return True
    error = answer.get("error")
    known = error is None or (error["kind"] in KINDS and isinstance(error["text"], str))
    return known and set(answer) == {"v", "id", "value" if error is None else "error"}


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINES, max_size=8))
def test_python_answers_everything(lines: list[bytes]) -> None:
    assert all(map(is_whole, python_answers(lines)))


@pytest.mark.parametrize("lua", LUAS)
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINES, max_size=8))
def test_lua_answers_everything(lua: str, lines: list[bytes]) -> None:
    assert all(map(is_whole, lua_answers(lua, lines)))


@settings(max_examples=60, deadline=None)
@given(requests=st.lists(REQUESTS, max_size=8))
def test_both_agree_whether_there_is_an_answer_and_a_value(requests: list[dict[str, Any]]) -> None:
    lines = [json.dumps(request).encode() for request in requests]
    told = [
        [answer and ("value" in answer, answer["id"]) for answer in answers]
        for answers in (python_answers(lines), lua_answers("luajit21", lines))
    ]
    assert told[0] == told[1]


def test_nonsense_between_sense(stage: Stage) -> None:
    """In a real process: what is no request is answered with id 0, and the talk goes on.

    (But for a line with a byte 0, which Lua cannot read: it is taken with the line that follows.)
    """
    hello = {"v": 1, "id": 5, "op": "hello"}
    nonsense = ["", "{", "[]", "null", "\x01", '{"v": 1, "id": "x"}', "9" * 5000, "[" * 5000]
    lines = [*nonsense, json.dumps(hello), '{"v": 1, "id": 6, "op": "bye"}']
    told = stage.run(stage.player(lines))
    *refused, greeting = stage.got()
    assert [(one["id"], one["error"]["kind"]) for one in refused[:5]] == [(0, "bad_request")] * 5
    assert len(refused) == len(nonsense)
    assert alike(greeting)["value"]["product"] == "DaVinci Resolve Studio"
    assert told.console == []
