"""`python3 install plugin`: the menu lies where Resolve looks, and what it starts is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from install.command_line import main
from install.machine import Machine
from install.plugin_files import find_places, plugin_files
from install.product import Product, product_of
from tests.install.conftest import told_here
from tests.install.worlds import (
    WINDOWS,
    files_below,
    home_of,
    machine_of,
    product_home,
    put_resolve,
    scripts_of,
)
from tests.resolve_scripts.lua_world import LuaWorld
from tests.resolve_scripts.stage import MENU, ROOT, SCRIPTS

SETTINGS = ("plugin", "settings")
TOLD_APART = Product.ask
"""As it is before a fixture has Proxx answer here."""
ABOUT = "6 About Proxx.lua"
LOCATORS = {"proxx_locator.json", "proxx_locator.lua"}


def entries(*languages: str) -> set[str]:
    return {f"{name}.{language}" for name in MENU for language in languages} | {ABOUT}


@pytest.mark.parametrize("machine", ["linux"], indirect=True)
def test_in_a_process_of_its_own_proxx_tells_the_installer_what_it_tells_in_ours(
    machine: Machine, tmp_path: Path
) -> None:
    assert main(["plugin"], machine) == 0
    asking = product_of(machine, "user")
    here, apart = (tmp_path / name for name in ("here.toml", "apart.toml"))
    assert told_here(asking, SETTINGS) == TOLD_APART(asking, SETTINGS) is not None
    keys = (f"{key}={tmp_path / key}" for key in ("out", "ffmpeg_jobs", "resolve_jobs"))
    words = ("settings", *keys)
    new = told_here(asking, ("plugin", "--settings", str(here), *words))
    same = TOLD_APART(asking, ("plugin", "--settings", str(apart), *words))
    assert new is not None
    assert json.loads(json.dumps(new).replace(str(here), str(apart))) == same
    assert here.read_bytes() == apart.read_bytes()
    for wrong in (("plugin", "settings", "nothing=x"), ("plugin", "nothing")):
        assert told_here(asking, wrong) is TOLD_APART(asking, wrong) is None


def test_menu_and_host_are_where_resolve_and_the_menu_look(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", "--menu", "both"], machine) == 0
    menu = scripts_of(machine) / "Utility/Proxx"
    assert files_below(menu) == entries("py", "lua") | LOCATORS
    for name in entries("py", "lua"):
        assert (menu / name).read_bytes() == (SCRIPTS / "menu" / name).read_bytes()
    host = scripts_of(machine) / "Proxx/proxx_host"
    assert files_below(host) == {
        path.name for path in (SCRIPTS / "proxx_host").iterdir() if path.is_file()
    }
    told = capsys.readouterr().out
    assert "Restart DaVinci Resolve. Then: Workspace > Scripts > Proxx > 1 Make Proxies" in told
    assert str(menu) in told


@pytest.mark.parametrize("language", ["py", "lua"])
def test_the_menu_is_in_the_language_that_is_asked_for(machine: Machine, language: str) -> None:
    assert main(["plugin", "--menu", language], machine) == 0
    assert files_below(scripts_of(machine) / "Utility/Proxx") == entries(language) | LOCATORS


def test_another_language_takes_the_place_of_the_one_before(machine: Machine) -> None:
    assert main(["plugin", "--menu", "py"], machine) == 0
    assert main(["plugin", "--menu", "lua"], machine) == 0
    assert files_below(scripts_of(machine) / "Utility/Proxx") == entries("lua") | LOCATORS


def test_where_no_resolve_is_found_the_menu_is_in_both(machine: Machine) -> None:
    assert main(["plugin"], machine) == 0
    menu = scripts_of(machine) / "Utility/Proxx"
    assert files_below(menu) == entries("py", "lua") | LOCATORS


def test_both_locators_name_what_is_there(machine: Machine) -> None:
    assert main(["plugin"], machine) == 0
    menu, home = scripts_of(machine) / "Utility/Proxx", home_of(machine)
    told = json.loads((menu / "proxx_locator.json").read_text("utf-8"))
    settings = home / ".config/Proxx/plugin.toml"
    start = ["-I", "-m", "sidecar.cli.main", "plugin", "--settings", str(settings)]
    python = Path(told["command"][0])
    assert python.is_relative_to(product_home(machine) / "environment")
    assert python.is_file()
    assert told["command"][1:] == start
    assert settings.is_file()
    assert Path(told["host"], "host.py").is_file()
    assert Path(told["answers"]).is_dir()
    assert Path(told["log"]).parent.is_dir()
    assert Path(told["files"]) == home / ".config/Proxx/by-files"
    in_lua = LuaWorld().lua.execute((menu / "proxx_locator.lua").read_bytes())
    words = [word.decode() for word in in_lua.command.values()]
    if machine.system == "win32":
        [starter] = words
        line = Path(starter).read_bytes().decode()
        assert starter.isascii()
        assert str(python) in line
        assert line.endswith('" %* <nul\r\n')
    else:
        assert words == told["command"]
    for name in (b"version", b"host", b"answers", b"log", b"files"):
        assert in_lua[name].decode() == told[name.decode()]


def test_settings_and_folders_are_made_once_and_never_changed(machine: Machine) -> None:
    assert main(["plugin"], machine) == 0
    home = home_of(machine)
    settings = home / ".config/Proxx/plugin.toml"
    for name in ("Proxies", "FFmpeg jobs", "Camera-raw jobs"):
        assert (home / "Proxx" / name).is_dir()
        assert str(home / "Proxx" / name) in settings.read_text()
    mine = settings.read_text().replace(str(home / "Proxx/Proxies"), "/mnt/raid") + "# mine\n"
    settings.write_text(mine)
    assert main(["plugin"], machine) == 0
    assert settings.read_text() == mine
    assert not Path("/mnt/raid").exists()


def test_settings_that_are_wrong_are_told_and_kept(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = home_of(machine) / ".config/Proxx/plugin.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('out = "here"\n')
    assert main(["plugin"], machine) == 3
    assert "plugin settings" in capsys.readouterr().err
    assert settings.read_text() == 'out = "here"\n'
    assert not scripts_of(machine).exists()


def test_another_folder_can_be_named(machine: Machine, tmp_path: Path) -> None:
    other = tmp_path / "Ein anderer Ordner"
    assert main(["plugin", "--scripts", str(other)], machine) == 0
    assert (other / "Utility/Proxx/1 Make Proxies.lua").is_file()
    assert not scripts_of(machine).exists()


def test_for_all_users_it_lies_where_resolve_looks_for_everybody(machine: Machine) -> None:
    put_resolve(machine)
    assert main(["plugin", "--all-users"], machine) == 0
    places = {
        "darwin": machine.root / "Library/Application Support/Blackmagic Design/DaVinci Resolve",
        "win32": Path(machine.variables.get("PROGRAMDATA", ""))
        / "Blackmagic Design/DaVinci Resolve",
        "linux": machine.root / "opt/resolve",
    }
    scripts = places[machine.system] / "Fusion/Scripts"
    menu = scripts / "Utility/Proxx"
    assert files_below(menu) == entries("py", "lua") | LOCATORS
    told = json.loads((menu / "proxx_locator.json").read_text("utf-8"))
    assert told["command"][-1] == "plugin"
    assert told["log"] == ("NUL" if machine.system == "win32" else "/dev/null")
    assert told["files"] is None
    assert Path(told["answers"]).stat().st_mode & 0o7777 == 0o1777
    assert list(home_of(machine).iterdir()) == []


def test_for_all_users_on_linux_a_resolve_must_be_there(
    tmp_path: Path, quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = machine_of("linux", tmp_path)
    assert main(["plugin", "--all-users"], machine) == 3
    assert "--scripts" in capsys.readouterr().err
    assert not machine.root.exists()


def test_a_system_that_is_not_known_needs_a_folder(tmp_path: Path) -> None:
    bare = Machine(system="freebsd14", variables={"HOME": "/home/jo"}, root=tmp_path)
    assert find_places(bare, "user") is None
    assert find_places(replace(bare, system="win32"), "user") is None
    places = find_places(bare, "user", scripts=tmp_path)
    assert places is not None
    assert places.menu == tmp_path / "Utility/Proxx"
    assert main(["plugin", "--scripts", str(tmp_path)], bare) == 3


def test_another_folder_than_the_last_time_is_told(
    machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    assert main(["plugin", "--scripts", str(other)], machine) == 0
    assert "taken away" not in capsys.readouterr().out
    assert main(["plugin"], machine) == 0
    told = capsys.readouterr().out
    assert f"taken away from\n  {other / 'Utility/Proxx'}\n" in told
    assert not files_below(other)


def test_on_windows_what_lua_wrote_goes_too(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = machine_of("win32", tmp_path, user="Jürgen")
    monkeypatch.setenv("HOME", machine.variables["HOME"])
    assert main(["plugin"], machine) == 0
    lua = (scripts_of(machine) / "Utility/Proxx/proxx_locator.lua").read_bytes()
    told = LuaWorld().lua.execute(lua)
    log, files = (Path(told[name].decode()) for name in (b"log", b"files"))
    assert log.is_relative_to(tmp_path / "ProgramData") or not str(tmp_path).isascii()
    files.mkdir(parents=True, exist_ok=True)
    for path in (log, files / "review.answers.jsonl"):
        path.write_text("told")
    assert main(["uninstall"], machine) == 0
    assert files_below(tmp_path) == set()


def test_on_windows_lua_is_given_nothing_that_is_not_ascii() -> None:
    variables = {"APPDATA": "/Users/Jürgen/AppData/Roaming", "PROGRAMDATA": "/ProgramData"}
    machine = Machine(system="win32", variables=variables)
    places = find_places(machine, "user")
    assert places is not None
    assert places.menu == Path(variables["APPDATA"], WINDOWS, "Utility/Proxx")
    assert str(places.room).isascii()
    assert places.room.parent == Path("/ProgramData/Proxx")
    command = ("/Users/Jürgen/proxx/environment/Scripts/python.exe", "-I")
    log = Path("/Users/Jürgen/AppData/Local/Proxx/Logs/plugin.log")
    files = Path("/Users/Jürgen/AppData/Local/Proxx/by-files")
    written = dict(
        plugin_files(
            "win32",
            places,
            sources={},
            languages=("lua",),
            version="1.0",
            command=command,
            log=log,
            files=files,
        )
    )
    lua = written[places.menu / "proxx_locator.lua"]
    assert lua.isascii()
    assert str(places.room / "plugin.log").encode() in lua
    assert "Jürgen" in written[places.room / "proxx-plugin.cmd"].decode()
    told = json.loads(written[places.menu / "proxx_locator.json"])
    assert told["command"] == list(command)
    assert told["log"] == str(log)
    jörg = replace(machine, variables=variables | {"APPDATA": "/Users/Jörg/AppData/Roaming"})
    other = find_places(jörg, "user")
    assert other is not None
    assert other.room != places.room


@pytest.mark.skipif(sys.platform == "win32", reason="the double plays a Resolve on POSIX")
@pytest.mark.parametrize("language", ["py", "lua"])
@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_an_installed_menu_file_does_its_action(machine: Machine, language: str) -> None:
    assert main(["plugin"], machine) == 0
    entry = scripts_of(machine) / f"Utility/Proxx/4 Review Results.{language}"
    console = click(entry, home_of(machine))
    assert console.startswith("Proxx: no clip yet\nall of it, in a terminal: proxx results ")
    told = json.loads((entry.parent / "proxx_locator.json").read_text("utf-8"))
    assert Path(told["log"]).read_text("utf-8").endswith("review: ends with 0\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the double plays a Resolve on POSIX")
@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_the_entry_about_proxx_says_what_is_installed(machine: Machine) -> None:
    assert main(["plugin", "--menu", "py"], machine) == 0
    console = click(scripts_of(machine) / f"Utility/Proxx/{ABOUT}", home_of(machine))
    first, *rest = console.splitlines()
    assert first.startswith("Proxx 0.")
    assert " in DaVinci Resolve" in first
    assert rest[-1].strip() == "python3 install plugin --menu lua"


def click(entry: Path, home: Path) -> str:
    """Return what the Console shows after an entry of the menu was clicked in the double."""
    program = [sys.executable, "-m", "tests.resolve_scripts.resolve_process"]
    done = subprocess.run(
        [*program, "awkward", "all", str(entry)],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home)},
        stdout=subprocess.PIPE,
        timeout=120,
        check=True,
    )
    return "\n".join(json.loads(done.stdout)["console"])
