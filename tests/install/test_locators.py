"""The texts of the files by which Resolve's menu finds Proxx."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from install.locators import Locator, json_locator, lua_locator, windows_command
from tests.resolve_scripts.lua_world import LUAS, LuaWorld

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
LOCATORS = st.builds(
    Locator,
    command=st.lists(TEXTS, min_size=1).map(tuple),
    host=TEXTS,
    log=TEXTS,
    answers=TEXTS,
    files=st.none() | TEXTS,
)
WORLDS = [LuaWorld(lua) for lua in LUAS]


@given(locator=LOCATORS)
def test_both_languages_read_the_same(locator: Locator) -> None:
    told = json.loads(json_locator(locator))
    assert Locator(**told | {"command": tuple(told["command"])}) == locator
    for world in WORLDS:
        read = world.lua.execute(lua_locator(locator).encode())
        assert [word.decode() for word in read.command.values()] == list(locator.command)
        for name in ("host", "log", "answers", "files"):
            found = read[name.encode()]
            assert (None if found is None else found.decode()) == getattr(locator, name)


def test_the_command_on_windows() -> None:
    # By whole paths: cmd.exe looks for a bare name in the folder first that Resolve was started in.
    words = ("C:\\Users\\Jürgen\\50% off\\python.exe", "-I", "-m", "proxx")
    assert windows_command(words) == (
        '@echo off\r\n"%SystemRoot%\\System32\\chcp.com" 65001 >nul\r\n'
        '"C:\\Users\\Jürgen\\50%% off\\python.exe" "-I" "-m" "proxx" %* <nul\r\n'
    )


@pytest.mark.parametrize("word", ['a"b', "a\nb", "a\0b"])
def test_what_a_command_file_cannot_hold(word: str) -> None:
    with pytest.raises(ValueError, match=r"a \.cmd file cannot hold"):
        windows_command((word,))
