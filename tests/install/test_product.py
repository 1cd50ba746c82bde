"""A whole installation: its plan, its second run, what somebody changed, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from install import applying
from install.command_line import main
from install.machine import Machine
from tests.install.worlds import files_below, home_of, product_home, put_resolve, scripts_of


def manifest_of(machine: Machine) -> dict[str, object]:
    told: dict[str, object] = json.loads((product_home(machine) / "installed.json").read_text())
    return told


def everything(machine: Machine) -> dict[str, bytes]:
    home = home_of(machine)
    return {name: (home / name).read_bytes() for name in files_below(home)}


def test_a_second_run_changes_nothing(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["all"], machine) == 0
    before = everything(machine)
    capsys.readouterr()
    assert main(["all"], machine) == 0
    assert "unchanged" in capsys.readouterr().out
    assert everything(machine) == before


def test_a_second_run_brings_an_older_version_up(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {"menu/1 Export Jobs.lua": b"-- old", "menu/4 Review Results.py": b"# old"}
    with monkeypatch.context() as then:
        then.setattr("install.parts.read_sources", lambda folder: older)
        assert main(["plugin"], machine) == 0
    menu = scripts_of(machine) / "Utility/Proxx"
    (menu / "notes.txt").write_text("somebody's")
    assert main(["plugin"], machine) == 0
    assert not (menu / "1 Export Jobs.lua").exists()
    assert (menu / "4 Review Results.py").read_bytes() != b"# old"
    assert (menu / "notes.txt").read_text() == "somebody's"
    assert not list(menu.glob("*.kept-*"))


def test_a_part_that_was_not_brought_up_with_the_others_is_told(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        for module in ("install.product", "install.parts"):
            then.setattr(f"{module}.source_version", lambda: "0.0.9")
        assert main(["all"], machine) == 0
    assert main(["sidecar"], machine) == 0
    capsys.readouterr()
    assert main(["status"], machine) == 1
    told = capsys.readouterr().out
    assert "plugin is of version 0.0.9: `python3 install all` brings it up" in told
    assert main(["plugin"], machine) == 0
    assert main(["status"], machine) == 0


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_what_is_installed_for_all_users_everybody_reads(machine: Machine) -> None:
    put_resolve(machine)
    before = os.umask(0o077)
    try:
        assert main(["all", "--all-users"], machine) == 0
    finally:
        os.umask(before)
    closed = [path for path in machine.root.rglob("*") if not path.stat().st_mode & 0o004]
    assert closed == []


def test_a_home_that_is_called_by_another_name_is_the_same_one(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_of(machine)
    (tmp_path / "link").symlink_to(home)
    called = {
        name: value.replace(str(home), str(tmp_path / "link"))
        for name, value in machine.variables.items()
    }
    linked = replace(machine, variables=called)
    assert main(["all"], machine) == 0
    before = files_below(home)
    monkeypatch.setenv("HOME", str(tmp_path / "link"))
    for one in (linked, machine):
        assert main(["all"], one) == 0
        assert main(["status"], one) == 0
        assert files_below(home) == before
    assert main(["uninstall"], linked) == 0
    assert list(home.iterdir()) == []


def test_what_somebody_edited_is_kept_beside_the_new_file(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin"], machine) == 0
    entry = scripts_of(machine) / "Utility/Proxx/4 Review Results.lua"
    ours = entry.read_bytes()
    for number in (1, 2):
        entry.write_text(f"-- mine, {number}")
        capsys.readouterr()
        assert main(["plugin"], machine) == 0
        assert entry.read_bytes() == ours
        kept = entry.with_name(f"{entry.name}.kept-{number}")
        assert kept.read_text() == f"-- mine, {number}"
        assert str(entry) in capsys.readouterr().out


def test_an_edited_file_that_the_new_version_has_not_is_left_as_it_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("install.parts.read_sources", lambda folder: {"menu/0 Old.lua": b"-- old"})
        assert main(["plugin"], machine) == 0
    entry = scripts_of(machine) / "Utility/Proxx/0 Old.lua"
    entry.write_text("-- mine")
    assert main(["plugin"], machine) == 0
    assert entry.read_text() == "-- mine"
    assert str(entry) not in json.dumps(manifest_of(machine))


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_the_command_starts_proxx_by_its_name(machine: Machine) -> None:
    assert main(["sidecar"], machine) == 0
    program = product_home(machine) / "environment/bin/proxx"
    program.write_text('#!/bin/sh\necho "told $*"\n')
    program.chmod(0o755)
    command = home_of(machine) / ".local/bin/proxx"
    said = subprocess.run([command, "a  b"], stdout=subprocess.PIPE, text=True, check=True)
    assert said.stdout == "told a  b\n"


@pytest.mark.parametrize("machine", ["darwin", "linux"], indirect=True)
def test_another_program_of_that_name_is_left_to_its_owner(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    other = home_of(machine) / ".local/bin/proxx"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\n# another proxx\n")
    assert main(["sidecar"], machine) == 0
    assert "another proxx" in other.read_text()
    assert "leave to its owner" in capsys.readouterr().out
    assert main(["uninstall"], machine) == 0
    assert "another proxx" in other.read_text()


def test_a_dry_run_names_every_file_and_writes_none(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["all", "--dry-run"], machine) == 0
    told = capsys.readouterr().out.splitlines()
    assert list(home_of(machine).iterdir()) == []
    named = {line.split("  ")[-1] for line in told if line.startswith("  write  ")}
    assert main(["all"], machine) == 0
    told_of = json.loads((product_home(machine) / "installed.json").read_text())
    assert named == {file["path"] for file in told_of["files"] if file["part"] != "settings"}


def test_a_dry_run_over_an_installation_says_what_becomes_of_its_files(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin"], machine) == 0
    before = everything(machine)
    entry = scripts_of(machine) / "Utility/Proxx/1 Make Proxies.lua"
    entry.write_text("-- mine")
    capsys.readouterr()
    assert main(["plugin", "--dry-run"], machine) == 0
    lines = capsys.readouterr().out.splitlines()
    aside = [line for line in lines if line.startswith("  put aside ")]
    assert [line.split("  ")[-1].strip() for line in aside] == [str(entry)]
    verbs = {line[2:].split("  ")[0] for line in lines[3:]}
    assert verbs == {"leave as it is", "put aside"}
    entry.write_bytes(before[entry.relative_to(home_of(machine)).as_posix()])
    assert everything(machine) == before


def test_every_place_that_may_not_be_written_to_is_named_before_anything_is(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = scripts_of(machine)
    scripts.mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != scripts)
    assert main(["all"], machine) == 3
    assert f"{scripts} may not be written to" in capsys.readouterr().err
    assert not product_home(machine).exists()


def test_a_file_in_the_place_of_a_folder_is_named(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    place = scripts_of(machine) / "Utility"
    place.parent.mkdir(parents=True)
    place.write_text("a file")
    assert main(["plugin"], machine) == 3
    assert f"{place} is no folder" in " ".join(capsys.readouterr().err.split())
    assert place.read_text() == "a file"


@pytest.mark.parametrize("after", range(0, 30, 5))
def test_an_installation_that_ended_in_the_midst_is_told_and_run_again_or_undone(
    machine: Machine,
    after: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = applying.write_whole
    written = 0

    def dies(path: Path, data: bytes, *, executable: bool = False) -> None:
        nonlocal written
        written += 1
        if written > after:
            path.with_name(f".{path.name}.new").write_bytes(data[:1])
            raise OSError(28, "No space left on device", str(path))
        whole(path, data, executable=executable)

    with monkeypatch.context() as then:
        then.setattr(applying, "write_whole", dies)
        ended = main(["all"], machine)
    assert ended == (3 if after < 20 or written > after else 0)
    begun = (product_home(machine) / "installed.json").exists()
    capsys.readouterr()
    if ended and begun:
        assert main(["status"], machine) == 1
        assert "did not come to its end" in capsys.readouterr().out
    if after % 2:
        assert main(["all"], machine) == 0
        assert main(["status"], machine) == 0
        assert not [name for name in files_below(home_of(machine)) if name.endswith(".new")]
    assert main(["uninstall"], machine) == 0
    left = files_below(home_of(machine))
    assert left == set() or not begun


@pytest.mark.parametrize(
    "words",
    [["--fast"], ["--scripts"], ["--scripts", "a", "b"], ["--dry-run", "now"], ["--menu", "ruby"]],
)
def test_wrong_words_are_refused(
    machine: Machine, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", *words], machine) == 2
    assert "Usage: python3 install plugin [OPTION]" in capsys.readouterr().err
    assert list(home_of(machine).iterdir()) == []
