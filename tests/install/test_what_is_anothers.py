"""What is somebody else's, at a name or in a place that an installation wants."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from install.command_line import main
from install.machine import Machine
from tests.install.worlds import (
    files_below,
    home_of,
    machine_of,
    product_home,
    put_resolve,
    scripts_of,
)


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_a_link_to_what_is_away_is_somebodys_too(machine: Machine) -> None:
    command = home_of(machine) / ".local/bin/proxx"
    entry = scripts_of(machine) / "Utility/Proxx/1 Make Proxies.lua"
    for path in (command, entry):
        path.parent.mkdir(parents=True)
        path.symlink_to("/mnt/away/mine")
    assert main(["all"], machine) == 0
    assert os.readlink(command) == "/mnt/away/mine"
    assert os.readlink(entry.with_name(f"{entry.name}.kept-1")) == "/mnt/away/mine"
    assert main(["uninstall"], machine) == 0
    assert os.readlink(command) == "/mnt/away/mine"


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_our_file_that_somebody_made_a_link_of_is_not_gone(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin"], machine) == 0
    entry = scripts_of(machine) / "Utility/Proxx/1 Make Proxies.lua"
    entry.unlink()
    entry.symlink_to("/mnt/away/mine")
    assert main(["status"], machine) == 1
    assert main(["uninstall"], machine) == 0
    assert f"kept: {entry}" in capsys.readouterr().out
    assert entry.is_symlink()


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_nothing_is_written_through_a_link_at_a_name_that_is_not_whole_yet(
    machine: Machine,
) -> None:
    mine = home_of(machine) / "mine.txt"
    mine.write_text("mine")
    hidden = home_of(machine) / ".local/bin/.proxx.new"
    hidden.parent.mkdir(parents=True)
    hidden.symlink_to(mine)
    assert main(["sidecar"], machine) == 0
    assert mine.read_text() == "mine"
    assert not (hidden.parent / "proxx").is_symlink()


def test_the_place_of_proxx_itself_is_looked_at_before_anything_is_written(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = product_home(machine)
    home.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != home.parent)
    for words in (["sidecar"], ["sidecar", "--dry-run"]):
        assert main(words, machine) == 3
        assert f"{home.parent} may not be written to" in " ".join(capsys.readouterr().err.split())
    assert not home.exists()


def test_settings_that_cannot_be_made_are_told_before_a_file_of_the_plugin_is_there(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (home_of(machine) / ".config").write_text("a file")
    assert main(["plugin"], machine) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert f"{home_of(machine) / '.config'} is no folder" in told
    assert not scripts_of(machine).exists()


def test_for_all_users_nobodys_settings_are_asked_for(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    put_resolve(machine)
    settings = home_of(machine) / ".config/Proxx/plugin.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('out = "here"\n')
    assert main(["plugin", "--all-users"], machine) == 0
    assert "Each user says once what it makes" in capsys.readouterr().out


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_for_all_users_a_python_that_lies_closed_is_refused(
    machine: Machine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_resolve(machine)
    own = tmp_path / "somebody/bin/python3"
    own.parent.mkdir(parents=True)
    own.touch(0o755)
    own.parents[1].chmod(0o700)
    monkeypatch.setattr("install.product.base_python", lambda: own)
    assert main(["all", "--all-users"], machine) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert "Not everybody may use the Python" in told
    assert files_below(machine.root) == {"opt/resolve/bin/resolve"}
    assert main(["sidecar"], machine) == 0


def test_a_user_without_a_home_is_told_so(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = replace(machine, variables={"PATH": "/usr/bin"})
    assert main(["all"], bare) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert "not known where programs go" not in told
    assert "LOCALAPPDATA" in told if machine.system == "win32" else "HOME" in told


def test_a_place_that_is_not_absolute_is_none(tmp_path: Path) -> None:
    machine = machine_of("linux", tmp_path)
    odd = replace(machine, variables={**machine.variables, "XDG_DATA_HOME": "share"})
    assert odd.home("user") == machine.home("user")


@pytest.mark.parametrize("machine", ["linux"], indirect=True)
def test_a_home_whose_name_is_no_text_is_told_before_anything_is_written(
    machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / os.fsdecode(b"h\xff")
    odd.mkdir()
    moved = replace(machine, variables={**machine.variables, "HOME": str(odd)})
    assert main(["plugin"], moved) == 3
    assert "cannot" in capsys.readouterr().err
    assert files_below(odd) == set()


def test_a_program_that_tells_no_json_is_no_traceback(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar"], machine) == 0
    for python in (product_home(machine) / "environment").glob("*/python*"):
        python.write_text("#!/bin/sh\necho told\n")
    assert main(["status"], machine) == 1
    assert "its Python does not start" in capsys.readouterr().out
    assert main(["plugin", "--dry-run"], machine) == 0


def test_who_reads_only_the_first_line_gets_no_complaint() -> None:
    door = Path(__file__).parents[2] / "install"
    line = f'"{sys.executable}" "{door}" --help | sh -c "exec <&-; sleep 1"'
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""
