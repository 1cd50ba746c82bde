"""`python3 install plugin`: the menu lies where Resolve looks, and what it starts is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from install.command_line import main
from install.commands import plugin
from install.environment import Environment
from install.plugin_files import find_places, plugin_files
from tests.resolve_scripts.lua_world import LuaWorld
from tests.resolve_scripts.stage import MENU, ROOT, SCRIPTS

MAC = "Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts"
WINDOWS = "Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts"
LINUX = ".local/share/DaVinciResolve/Fusion/Scripts"
HERE = {"darwin": MAC, "win32": f"AppData/Roaming/{WINDOWS}", "linux": LINUX}


@pytest.fixture(params=HERE)
def home(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    drawn: Environment,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The home of somebody at a system, in which nothing is yet."""
    folder = tmp_path / "jo"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("APPDATA", str(folder / "AppData/Roaming"))
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path / "ProgramData"))
    monkeypatch.setattr(plugin, "_SYSTEM", request.param)
    monkeypatch.setattr(plugin, "ready_installation", lambda mode: drawn)
    return folder


def scripts_of(home: Path) -> Path:
    return home / HERE[plugin._SYSTEM]


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_menu_and_host_are_where_resolve_and_the_menu_look(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin"]) == 0
    menu = scripts_of(home) / "Utility/Proxx"
    entries = {f"{name}.{language}" for name in MENU for language in ("py", "lua")}
    assert files_below(menu) == entries | {"proxx_locator.json", "proxx_locator.lua"}
    for name in entries:
        assert (menu / name).read_bytes() == (SCRIPTS / "menu" / name).read_bytes()
    host = scripts_of(home) / "Proxx/proxx_host"
    assert files_below(host) == {
        path.name for path in (SCRIPTS / "proxx_host").iterdir() if path.is_file()
    }
    told = capsys.readouterr().out
    assert "Restart DaVinci Resolve. Then: Workspace > Scripts > Proxx > 1 Make Proxies" in told
    assert str(menu) in told


def test_both_locators_name_what_is_there(home: Path, drawn: Environment) -> None:
    assert main(["plugin"]) == 0
    menu = scripts_of(home) / "Utility/Proxx"
    told = json.loads((menu / "proxx_locator.json").read_text("utf-8"))
    settings = home / ".config/Proxx/plugin.toml"
    start = ["-I", "-m", "sidecar.cli.main", "plugin", "--settings", str(settings)]
    assert told["command"] == [str(drawn.python), *start]
    assert settings.is_file()
    assert Path(told["host"], "host.py").is_file()
    assert Path(told["answers"]).is_dir()
    assert Path(told["log"]).parent.is_dir()
    assert Path(told["files"]) == home / ".config/Proxx/by-files"
    in_lua = LuaWorld().lua.execute((menu / "proxx_locator.lua").read_bytes())
    words = [word.decode() for word in in_lua.command.values()]
    if plugin._SYSTEM == "win32":
        [starter] = words
        line = Path(starter).read_bytes().decode()
        assert starter.isascii()
        assert str(drawn.python) in line
        assert line.endswith('" %* <nul\r\n')
    else:
        assert words == told["command"]
    for name in (b"host", b"answers", b"log", b"files"):
        assert in_lua[name].decode() == told[name.decode()]


def test_settings_and_folders_are_made_once_and_never_changed(home: Path) -> None:
    assert main(["plugin"]) == 0
    settings = home / ".config/Proxx/plugin.toml"
    for name in ("Proxies", "FFmpeg jobs", "Camera-raw jobs"):
        assert (home / "Proxx" / name).is_dir()
        assert str(home / "Proxx" / name) in settings.read_text()
    mine = settings.read_text().replace(str(home / "Proxx/Proxies"), "/mnt/raid") + "# mine\n"
    settings.write_text(mine)
    assert main(["plugin"]) == 0
    assert settings.read_text() == mine
    assert not Path("/mnt/raid").exists()


def test_settings_that_are_wrong_are_told_and_kept(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = home / ".config/Proxx/plugin.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('out = "here"\n')
    assert main(["plugin"]) == 3
    assert "plugin settings" in capsys.readouterr().err
    assert settings.read_text() == 'out = "here"\n'
    assert not scripts_of(home).exists()


def test_a_second_run_brings_an_older_plugin_up(home: Path) -> None:
    assert main(["plugin"]) == 0
    menu, host = scripts_of(home) / "Utility/Proxx", scripts_of(home) / "Proxx/proxx_host"
    before = files_below(scripts_of(home))
    (menu / "1 Export Jobs.lua").write_text("-- of a version before")
    (host / "gone.lua").write_text("-- likewise")
    (menu / "4 Review Results.py").write_text("")
    (menu / "proxx_locator.json").write_text("{}")
    (menu / "notes.txt").write_text("somebody's")
    assert main(["plugin"]) == 0
    assert files_below(scripts_of(home)) == before | {"Utility/Proxx/notes.txt"}
    assert (menu / "4 Review Results.py").stat().st_size > 0
    assert json.loads((menu / "proxx_locator.json").read_text())["command"]


def test_another_folder_can_be_named(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "Ein anderer Ordner"
    assert main(["plugin", "--scripts", str(other)]) == 0
    assert (other / "Utility/Proxx/1 Make Proxies.lua").is_file()
    assert not scripts_of(home).exists()


def test_a_dry_run_names_every_file_and_writes_none(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", "--dry-run"]) == 0
    named = {line.strip() for line in capsys.readouterr().out.splitlines()[1:]}
    assert list(home.iterdir()) == []
    assert main(["plugin"]) == 0
    written = {str(path) for path in scripts_of(home).rglob("*") if path.is_file()}
    assert named == written


@pytest.mark.parametrize(
    "words", [["--fast"], ["--scripts"], ["--scripts", "a", "b"], ["--dry-run", "now"]]
)
def test_wrong_words_are_refused(home: Path, words: list[str]) -> None:
    assert main(["plugin", *words]) == 2
    assert list(home.iterdir()) == []


def test_a_system_that_is_not_known_needs_a_folder(home: Path, tmp_path: Path) -> None:
    assert find_places("freebsd14", {"HOME": "/home/jo"}) is None
    assert find_places("win32", {"HOME": "/home/jo"}) is None
    places = find_places("freebsd14", {}, scripts=tmp_path)
    assert places is not None
    assert places.menu == tmp_path / "Utility/Proxx"


def test_on_windows_lua_is_given_nothing_that_is_not_ascii() -> None:
    variables = {"APPDATA": "/Users/Jürgen/AppData/Roaming", "PROGRAMDATA": "/ProgramData"}
    places = find_places("win32", variables)
    assert places is not None
    assert places.menu == Path(variables["APPDATA"], WINDOWS, "Utility/Proxx")
    assert str(places.room).isascii()
    assert places.room.parent == Path("/ProgramData/Proxx")
    command = ("/Users/Jürgen/proxx/.venv/Scripts/python.exe", "-I")
    log = Path("/Users/Jürgen/AppData/Local/Proxx/Logs/plugin.log")
    files = Path("/Users/Jürgen/AppData/Local/Proxx/by-files")
    written = dict(plugin_files("win32", places, sources={}, command=command, log=log, files=files))
    lua = written[places.menu / "proxx_locator.lua"]
    assert lua.isascii()
    assert str(places.room / "plugin.log").encode() in lua
    assert "Jürgen" in written[places.room / "proxx-plugin.cmd"].decode()
    told = json.loads(written[places.menu / "proxx_locator.json"])
    assert told["command"] == list(command)
    assert told["log"] == str(log)
    other = find_places("win32", variables | {"APPDATA": "/Users/Jörg/AppData/Roaming"})
    assert other is not None
    assert other.room != places.room


@pytest.mark.skipif(sys.platform == "win32", reason="the double plays a Resolve on POSIX")
@pytest.mark.parametrize("language", ["py", "lua"])
@pytest.mark.parametrize("home", ["darwin", "linux"], indirect=True)
def test_an_installed_menu_file_does_its_action(home: Path, language: str) -> None:
    assert main(["plugin"]) == 0
    entry = scripts_of(home) / f"Utility/Proxx/4 Review Results.{language}"
    program = [sys.executable, "-m", "tests.resolve_scripts.resolve_process"]
    done = subprocess.run(
        [*program, "awkward", "all", str(entry)],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home)},
        stdout=subprocess.PIPE,
        timeout=120,
        check=True,
    )
    console = "\n".join(json.loads(done.stdout)["console"])
    assert console.startswith("Proxx: no clip yet\nall of it, in a terminal: proxx results ")
    told = json.loads((entry.parent / "proxx_locator.json").read_text("utf-8"))
    assert Path(told["log"]).read_text("utf-8").endswith("review: ends with 0\n")
