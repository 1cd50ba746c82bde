"""What a menu file does, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.resolve_scripts.lua_world import HOST, LuaWorld
from tests.resolve_scripts.stage import MENU, ROOT, SCRIPTS, Stage

HELLO = '{"v": 1, "id": 1, "op": "hello"}'
BYE = '{"v": 1, "id": 2, "op": "bye"}'


@pytest.mark.parametrize("name", MENU)
def test_each_entry_starts_its_action(stage: Stage, name: str) -> None:
    told = stage.run(stage.player([HELLO, BYE]), name=name)
    assert told.log.splitlines()[-1] == MENU[name]
    assert told.console == []


@pytest.mark.parametrize("which", ["all", "resolve_only", "bmd_only", "app_only", "none"])
def test_resolve_is_found_wherever_a_build_puts_it(stage: Stage, which: str) -> None:
    stage.run(stage.player([HELLO, BYE]), which=which)
    found = stage.got()[0]["value"]
    if which == "none":
        assert (found["resolve"], found["product"], found["version"]) == (None, None, None)
    else:
        assert found["resolve"] == {"$h": 0}
        assert found["product"] == "DaVinci Resolve Studio"
        assert found["version"] == [21, 0, 4, 5, ""]


@pytest.mark.parametrize(
    "locator", [None, "", "{", "return {", "[]", "return {}", '{"host": "/nowhere/proxx_host"}']
)
def test_a_locator_that_is_missing_or_broken_is_a_sentence(
    stage: Stage, locator: str | None
) -> None:
    suffix = {"py": "json", "lua": "lua"}[stage.language]
    if locator is not None:
        (stage.menu / f"proxx_locator.{suffix}").write_text(locator)
    told = stage.finish(stage.start())
    assert len(told.console) == 1
    assert told.console[0].startswith("Proxx does not find itself (")
    assert told.console[0].endswith("). Run `python3 install plugin` once more.")


def test_a_program_that_is_not_there_is_a_sentence(stage: Stage) -> None:
    told = stage.run(["/nowhere/proxx"])
    assert len(told.console) == 1
    assert "/nowhere/proxx" in told.console[0] + told.log


def test_a_program_that_fails_at_once_is_a_sentence_that_names_its_log(stage: Stage) -> None:
    told = stage.run(["/bin/sh", "-c", "echo it is broken >&2; exit 3"])
    assert told.console == [f"Proxx ended before it was done. What it wrote is in {stage.log}"]
    assert told.log == "it is broken\n"


def test_the_words_of_the_command_arrive_as_they_are(stage: Stage) -> None:
    words = ["a b", "it's", '"quoted"', "$HOME", "`id`", "back\\slash", "東京", "*", "; echo no"]
    told = stage.run(["/bin/sh", "-c", 'printf "%s\\n" "$@" >&2', "sh", *words])
    assert told.log.splitlines()[: len(words)] == words


def test_the_stub_of_standard_output_gets_text_that_no_console_can_show(stage: Stage) -> None:
    say = {"v": 1, "id": 1, "op": "say", "text": "東京 \u2028 \x1b[0m"}
    told = stage.run(stage.player([json.dumps(say), BYE]))
    assert "東京" in "".join(told.console)


@pytest.mark.parametrize(
    ("popen", "works"),
    [
        (b"io.popen", True),
        (b"nil", False),
        (b"function() error('not supported') end", False),
        (b"function() return nil, 'not allowed' end", False),
        (b"function() return {read = function() end, close = function() end} end", False),
    ],
)
def test_the_canary(popen: bytes, works: bool) -> None:
    world = LuaWorld()
    assert world.host().canary(world.lua.eval(popen)) is works


def test_the_command_line_of_windows() -> None:
    """cmd.exe drops the outermost quotes; each word keeps its own."""
    world = LuaWorld()
    words = world.lua.table(rb"C:\ProgramData\Proxx\proxx talk.cmd", b"review", b"--answers")
    line = world.host().command_line(words, rb"C:\ProgramData\Proxx\log.txt", True)
    assert line == (
        rb'""C:\ProgramData\Proxx\proxx talk.cmd" "review" "--answers"'
        rb' 2>>"C:\ProgramData\Proxx\log.txt""'
    )


def test_the_words_of_a_posix_command_line_are_read_back_by_a_shell() -> None:
    world = LuaWorld()
    words = [b"printf", b"%s|", b"it's", b"a b", b"$HOME"]
    line = world.host().command_line(world.lua.table(*words), b"/dev/null", False)
    assert subprocess.check_output(["/bin/sh", "-c", line]) == b"it's|a b|$HOME|"


def test_the_files_of_the_host_are_where_the_menu_looks() -> None:
    assert HOST == SCRIPTS / "proxx_host"
    assert {path.name for path in HOST.iterdir() if path.is_file()} == {
        "__init__.py",
        "host.py",
        "calls.py",
        "values.py",
        "host.lua",
        "by_files.lua",
        "calls.lua",
        "json.lua",
        "values.lua",
    }


def test_nothing_is_taken_from_the_folder_that_resolve_was_started_in(stage: Stage) -> None:
    theirs = stage.folder / "proxx_locator"
    theirs.with_suffix(".json").write_text('{"host": "/nowhere/proxx_host"}')
    theirs.with_suffix(".lua").write_text('return { host = "/nowhere/proxx_host" }')
    told = stage.run(stage.player([HELLO, BYE]))
    assert told.console == []
    assert stage.got()[0]["value"]["resolve"] == {"$h": 0}


@pytest.mark.parametrize("stage", ["py"], indirect=True)
def test_nothing_that_lies_beside_the_host_is_imported(stage: Stage) -> None:
    room = stage.folder / "room"
    shutil.copytree(HOST, room / "proxx_host")
    for name in ("subprocess", "threading", "queue", "signal"):
        (room / f"{name}.py").write_text("raise SystemExit('somebody else is run')")
    stage.locate(stage.player([HELLO, BYE]))
    locator = stage.menu / "proxx_locator.json"
    locator.write_text(locator.read_text("utf-8").replace(str(HOST), str(room / "proxx_host")))
    entry = stage.menu / "1 Make Proxies.py"
    # A Python that has loaded nothing of its own beforehand.
    run = f"path = {str(entry)!r}; exec(open(path).read(), {{'__file__': path}})"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", run], env=environment, cwd=stage.folder, check=True)
    assert stage.got()[0]["value"]["language"] == "python"
