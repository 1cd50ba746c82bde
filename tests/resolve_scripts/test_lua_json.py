"""The JSON of the Lua host against Python's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.resolve_scripts.lua_world import LUAS, LuaWorld

WORLDS = {lua: LuaWorld(lua) for lua in LUAS}
JSONS = {lua: world.host().json for lua, world in WORLDS.items()}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=30,
)


def through(lua: str, text: bytes) -> Any:
    """What Lua reads out of a text and writes again."""
    there_and_back = WORLDS[lua].lua.eval(
        b"function(json, text) return (json.encode(json.decode(text))) end"
    )
    return json.loads(there_and_back(JSONS[lua], text))


def is_refused(lua: str, text: bytes) -> bool:
    refused = WORLDS[lua].lua.eval(
        b"function(json, text) return not (pcall(json.decode, text)) end"
    )
    return bool(refused(JSONS[lua], text))


@pytest.mark.parametrize("lua", LUAS)
@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_every_value_comes_back(lua: str, value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert through(lua, text) == value


@pytest.mark.parametrize("lua", LUAS)
@given(name=st.binary())
def test_every_name_comes_back_whatever_its_bytes_are(lua: str, name: bytes) -> None:
    """As a path does that Python reads with surrogateescape."""
    encode = WORLDS[lua].lua.eval(b"function(json, text) return (json.encode(text)) end")
    written = encode(JSONS[lua], name)
    told = json.loads(written)
    assert told == name.decode("utf-8", "surrogateescape")
    decode = WORLDS[lua].lua.eval(b"function(json, text) return (json.decode(text)) end")
    assert decode(JSONS[lua], json.dumps(told).encode()) == name


@pytest.mark.parametrize("lua", LUAS)
@given(
    text=st.binary(max_size=12) | st.text('{}[]",:\\u01e+-.ntrfalse ', max_size=12).map(str.encode)
)
def test_what_python_refuses_is_refused(lua: str, text: bytes) -> None:
    try:
        json.loads(text.decode("utf-8"), parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        if not _only_bytes_are_wrong(text):
            assert is_refused(lua, text)
    else:
        assert not is_refused(lua, text)


def _only_bytes_are_wrong(text: bytes) -> bool:
    """Lua takes any byte within a text; Proxx sends none but ASCII."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


@pytest.mark.parametrize("lua", LUAS)
def test_what_json_has_no_number_for_is_null(lua: str) -> None:
    world = WORLDS[lua]
    written = world.lua.eval(b"function(json) return json.encode({0/0, 1/0, -1/0, -0.5}) end")
    assert json.loads(written(JSONS[lua])) == [None, None, None, -0.5]


@pytest.mark.parametrize("lua", LUAS)
@pytest.mark.parametrize("depth", [50, 100, 100_000])
def test_what_is_nested_too_deep_is_refused(lua: str, depth: int) -> None:
    assert is_refused(lua, b"[" * depth + b"]" * depth) == (depth > 60)


@pytest.mark.parametrize("lua", LUAS)
@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"{}", {}),
        (b"{1, nil, 3}", [1, None, 3]),
        (b"{[1] = 'a', [1000] = 'b'}", {"1": "a", "1000": "b"}),
        (b"{[1.5] = 'a'}", {"1.5": "a"}),
        (b"{a = 1, [2] = 3}", {"a": 1, "2": 3}),
    ],
)
def test_tables(lua: str, table: bytes, told: object) -> None:
    written = WORLDS[lua].lua.eval(b"function(json) return json.encode(" + table + b") end")
    assert json.loads(written(JSONS[lua])) == told
