"""`proxx doctor`: what is installed, which Resolve is there, and how the plugin's folders fare."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import proxx_engine
from sidecar.cli.doctor_installed import look_at_installation, look_at_resolves
from sidecar.installed.manifest import (
    NAME,
    InstalledFile,
    Manifest,
    hash_bytes,
    manifest_bytes,
)
from sidecar.installed.resolve_found import FoundResolve
from sidecar.installed.resolve_python import FoundPython
from tests.folders.scenes import make_folder
from tests.sidecar.calling import Proxx

VERSION = proxx_engine.__version__
MENU = ("1 Make Proxies.lua", "2 Render Camera Raw.lua")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of Proxx with two menu files and settings, all as installed."""
    home = tmp_path / "home of Proxx"
    home.mkdir()
    files = []
    for name in (*MENU, "plugin.toml"):
        (home / name).write_text(name)
        part = "plugin" if name in MENU else "settings"
        files.append(InstalledFile(str(home / name), part, (hash_bytes(name.encode()),)))
    write(home, Manifest(version=VERSION, files=tuple(files)))
    config = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    folders = {name: tmp_path / name for name in ("out", "ffmpeg_jobs", "resolve_jobs")}
    for folder in folders.values():
        folder.mkdir()
    lines = "\n".join(f'{key} = "{folder}"' for key, folder in folders.items())
    (config / "Proxx").mkdir(parents=True)
    (config / "Proxx/plugin.toml").write_text(lines)
    return home


def write(home: Path, manifest: Manifest) -> None:
    (home / NAME).write_bytes(manifest_bytes(manifest))


def rows(home: Path) -> dict[str, tuple[bool, str, str]]:
    found = look_at_installation(home / "environment")
    return {row.name: (row.good, row.found, row.cure) for row in found}


def test_an_installation_that_is_whole_is_told_so(home: Path) -> None:
    told = rows(home)
    assert told["installed"][:2] == (True, f"{VERSION} in {home}")
    assert told["files of plugin"][:2] == (True, "2 as installed")
    assert told["files of settings"][:2] == (True, "1 as installed")
    assert told["plugin settings"][0]
    assert f"folder {home.parent / 'out'}" in told


def test_menu_files_that_are_not_current_are_told_with_a_cure(home: Path) -> None:
    (home / MENU[0]).write_text("-- mine")
    (home / MENU[1]).unlink()
    good, found, cure = rows(home)["files of plugin"]
    assert not good
    assert found == "1 edited, 1 gone"
    assert "python3 install" in cure


def test_a_service_is_mended_by_a_command_of_its_own(home: Path) -> None:
    gone = InstalledFile(str(home / "gone"), "service proxx-watch-box", ("0",))
    write(home, Manifest(version=VERSION, files=(gone,)))
    good, found, cure = rows(home)["files of service proxx-watch-box"]
    assert (good, found) == (False, "1 gone")
    assert "python3 install service --watch …" in cure


def test_settings_are_a_persons_to_edit(home: Path) -> None:
    (home / "plugin.toml").write_text("mine")
    assert rows(home)["files of settings"][0]


@pytest.mark.parametrize(
    ("version", "settled", "words"),
    [("0.0.1", True, f"what runs is {VERSION}"), (VERSION, False, "not to its end")],
)
def test_an_installation_of_another_version_or_half_done_is_told(
    home: Path, version: str, settled: bool, words: str
) -> None:
    write(home, Manifest(version=version, settled=settled))
    good, found, cure = rows(home)["installed"]
    assert not good
    assert words in found
    assert "python3 install all" in cure


def test_a_part_of_another_version_is_told(home: Path) -> None:
    sha256 = (hash_bytes(MENU[0].encode()),)
    file = InstalledFile(str(home / MENU[0]), "plugin", sha256, version="0.0.9")
    write(home, Manifest(version=VERSION, files=(file,)))
    good, found, _cure = rows(home)["files of plugin"]
    assert not good
    assert found == "1 as installed, of version 0.0.9"


def test_a_manifest_that_cannot_be_read_is_told(home: Path) -> None:
    (home / NAME).write_text("{")
    good, found, _cure = rows(home)["installed"]
    assert not good
    assert str(home / NAME) in found


def test_without_an_installation_that_is_told_and_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    told = rows(tmp_path / "elsewhere")
    assert told["installed"][0]
    assert "plugin settings" not in told


def test_settings_that_are_wrong_are_told(home: Path) -> None:
    (home.parent / "config/Proxx/plugin.toml").write_text('out = "here"\n')
    good, found, cure = rows(home)["plugin settings"]
    assert not good
    assert "problems in" in found
    assert "proxx plugin settings" in cure


def test_the_folders_of_the_settings_are_looked_at(home: Path) -> None:
    (home.parent / "out").rmdir()
    jobs = home.parent / "ffmpeg_jobs"
    make_folder(jobs, 2)
    told = rows(home)
    assert told[f"folder {home.parent / 'out'}"][:2] == (False, "is not there")
    found = list(look_at_installation(home / "environment"))
    assert [row.found for row in found if row.name == "watched"] == ["by nobody; 2 wait"]


def resolve(**facts: object) -> FoundResolve:
    usual = {
        "program": Path("/opt/resolve/bin/resolve"),
        "edition": "free",
        "version": (20, 3),
        "store": False,
        "python": FoundPython(version=(3, 11), named_by="/usr/local/bin/python3"),
    }
    return FoundResolve(**usual | facts)  # type: ignore[arg-type]


def test_a_resolve_that_is_missing_is_a_fault_only_where_the_plugin_is_installed() -> None:
    [needed] = look_at_resolves([], needed=True)
    [idle] = look_at_resolves([], needed=False)
    assert (needed.good, idle.good) == (False, True)
    assert "install DaVinci Resolve" in needed.cure


def test_a_resolve_is_told_with_the_python_of_its_menu() -> None:
    told = {row.name: row for row in look_at_resolves([resolve()], needed=True)}
    assert "DaVinci Resolve (free) 20.3" in told["resolve"].found
    assert told["resolve's menu"].found == "Lua and Python 3.11 (/usr/local/bin/python3)"
    late = resolve(version=(21, 1), python=None)
    told = {row.name: row for row in look_at_resolves([late], needed=True)}
    assert told["resolve's menu"].found == "lists Lua"
    without = FoundPython(named_by="x", trouble="Resolve finds no Python.", cure="Install one.")
    told = {row.name: row for row in look_at_resolves([resolve(python=without)], needed=True)}
    assert told["resolve's menu"].found == "Lua. Resolve finds no Python. Install one."
    assert told["resolve's menu"].good


def test_a_build_of_the_mac_app_store_is_told_as_unsupported() -> None:
    [row] = look_at_resolves([resolve(store=True, python=None)], needed=True)
    assert not row.good
    assert "App Store" in row.found
    assert "blackmagicdesign.com" in row.cure


@pytest.mark.parametrize(
    ("running", "why_not", "good", "words"),
    [
        (False, "", True, "cannot be told while Resolve does not run"),
        (True, "", True, "lets Proxx in"),
        (True, "set External scripting to Local", False, "set External scripting to Local"),
    ],
)
def test_a_studio_that_lets_no_program_in_is_told_with_the_cure(
    running: bool, why_not: str, good: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = None if why_not else object()
    monkeypatch.setattr("sidecar.resolve.external.is_running", lambda: running)
    monkeypatch.setattr("sidecar.resolve.external.find_resolve", lambda: (host, why_not))
    found = list(look_at_resolves([resolve(edition="studio")], needed=True))
    assert (found[-1].good, found[-1].found) == (good, words)
    assert not any(
        row.name == "external scripting" for row in look_at_resolves([resolve()], needed=True)
    )


def test_the_command_shows_it(proxx: Proxx) -> None:
    found = proxx.json("doctor")["findings"]
    [row] = [row for row in found if row["name"] == "installed"]
    assert sys.prefix in row["found"]
