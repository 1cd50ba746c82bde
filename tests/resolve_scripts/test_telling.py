"""The two hosts say and allow the same; what stands in their files, without running them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from resolve_scripts.proxx_host import calls, host
from tests.resolve_scripts.lua_world import HOST, LuaWorld
from tests.resolve_scripts.stage import MENU, ROOT, SCRIPTS

PROTOCOLS = ROOT / "proxx_engine/_engines/resolve/host.py"
NEVER = (
    "DeleteAllRenderJobs",  # the user's queue
    "Quit",
    "SaveProject",  # hangs on an untitled project
    "LoadProject",
    "CloseProject",
    "DeleteProject",
    "DeleteClips",
    "SetName",
    "SetClipProperty",
    "SetMetadata",
)
ABOUT = "6 About Proxx.lua"
PYTHONS = sorted(SCRIPTS.rglob("*.py"))


def test_the_protocol_is_told_in_the_same_words() -> None:
    lua = (HOST / "host.lua").read_text(encoding="utf-8")
    assert lua.startswith("--[==[\n")
    assert host.__doc__ is not None
    assert lua[len("--[==[\n") : lua.index("]==]")] == host.__doc__


def test_the_same_methods_may_be_called() -> None:
    lua = LuaWorld().host()
    assert {name.decode() for name in lua.allowed} == host.ALLOWED
    lua_text = (HOST / "host.lua").read_text(encoding="utf-8")
    assert f'HOST_VERSION = "{calls.HOST_VERSION}"' in lua_text


def test_all_that_the_engine_calls_may_be_called_and_nothing_that_harms() -> None:
    classes = ast.parse(PROTOCOLS.read_text(encoding="utf-8")).body
    used = {
        method.name
        for one in classes
        if isinstance(one, ast.ClassDef)
        for method in one.body
        if isinstance(method, ast.FunctionDef) and method.name[0].isupper()  # of Resolve's own
    }
    assert "AddRenderJob" in used
    assert sorted(used - host.ALLOWED) == []
    assert host.ALLOWED.isdisjoint(NEVER)


@pytest.mark.parametrize("path", PYTHONS, ids=lambda path: path.name)
def test_an_old_python_can_read_it(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_has_all_that_is_used() -> None:
    vermin = Path(sys.executable).with_name("vermin")
    command = [str(vermin), "-t=3.6-", "--no-tips", "--violations", str(SCRIPTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("suffix", ["py", "lua"])
def test_the_menu_files_differ_in_name_and_action_alone(suffix: str) -> None:
    bodies = set()
    for name, action in MENU.items():
        text = (SCRIPTS / "menu" / f"{name}.{suffix}").read_text(encoding="utf-8")
        first, rest = text.split("\n", 1)
        assert name in first
        assert f'ACTION = "{action}"\n' in rest
        bodies.add(rest.replace(action, "ACTION"))
    assert len(bodies) == 1


def test_there_is_an_entry_for_each_action_in_both_languages_and_one_that_tells_of_proxx() -> None:
    """The last in Lua alone: so it is listed where Resolve finds no Python."""
    there = {path.name for path in (SCRIPTS / "menu").iterdir()}
    assert there == {f"{name}.{end}" for name in MENU for end in ("py", "lua")} | {ABOUT}
