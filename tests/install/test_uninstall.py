"""`python3 install uninstall` and `status`: what was installed goes, what is somebody's stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from install.command_line import main
from install.machine import Machine
from tests.install.worlds import files_below, home_of, product_home, put_resolve, scripts_of


def test_nothing_is_left(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["all"], machine) == 0
    capsys.readouterr()
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []
    assert "kept" not in capsys.readouterr().out


def test_for_all_users_nothing_is_left_either(machine: Machine) -> None:
    put_resolve(machine)
    assert main(["all", "--all-users"], machine) == 0
    assert main(["status", "--all-users"], machine) == 0
    assert main(["status"], machine) == 3
    assert main(["uninstall", "--all-users"], machine) == 0
    assert files_below(machine.root) == {"opt/resolve/bin/resolve"}


def test_what_was_there_before_stays(machine: Machine) -> None:
    mine = scripts_of(machine) / "Utility/Proxx/notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert main(["all"], machine) == 0
    assert main(["uninstall"], machine) == 0
    assert files_below(home_of(machine)) == {mine.relative_to(home_of(machine)).as_posix()}


def test_what_somebody_edited_is_kept_and_named(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["all"], machine) == 0
    entry = scripts_of(machine) / "Utility/Proxx/2 Render Camera Raw.lua"
    settings = home_of(machine) / ".config/Proxx/plugin.toml"
    for path in (entry, settings):
        path.write_text(path.read_text() + "\n")
    capsys.readouterr()
    assert main(["uninstall"], machine) == 0
    told = capsys.readouterr().out
    assert all(f"kept: {path} (edited)" in told for path in (entry, settings))
    home = home_of(machine)
    assert files_below(home) == {path.relative_to(home).as_posix() for path in (entry, settings)}


def test_proxies_results_and_jobs_are_never_touched(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["all"], machine) == 0
    made = [
        home_of(machine) / "Proxx/Proxies/A001.mov",
        home_of(machine) / "Proxx/FFmpeg jobs/completed/a.result.json",
    ]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    assert main(["uninstall"], machine) == 0
    assert all(path.read_text() == "made" for path in made)
    assert f"kept: {made[0].parent} (not empty)" in capsys.readouterr().out
    assert not (home_of(machine) / "Proxx/Camera-raw jobs").exists()


def test_without_an_installation_there_is_nothing_to_do(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["uninstall"], machine) == 0
    assert "Nothing is installed" in capsys.readouterr().out


def test_a_dry_run_takes_nothing_away(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["all"], machine) == 0
    before = files_below(home_of(machine))
    capsys.readouterr()
    assert main(["uninstall", "--dry-run"], machine) == 0
    assert files_below(home_of(machine)) == before
    told = capsys.readouterr().out
    for file in json.loads((product_home(machine) / "installed.json").read_text())["files"]:
        assert file["path"] in told


def test_a_folder_that_is_no_environment_is_not_removed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar"], machine) == 0
    folder = product_home(machine) / "environment"
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "photos").write_text("mine")
    assert main(["uninstall"], machine) == 3
    assert "is not touched" in capsys.readouterr().err
    assert (folder / "photos").read_text() == "mine"
    (folder / "photos").unlink()
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []


def test_status_is_green_after_an_installation(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"], machine) == 3
    assert main(["all"], machine) == 0
    capsys.readouterr()
    assert main(["status"], machine) == 0
    told = capsys.readouterr().out
    assert str(product_home(machine)) in told
    assert "as installed" in told


def test_status_names_what_was_edited_and_what_is_gone(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin"], machine) == 0
    menu = scripts_of(machine) / "Utility/Proxx"
    (menu / "1 Make Proxies.lua").unlink()
    (menu / "2 Render Camera Raw.lua").write_text("-- mine")
    (home_of(machine) / ".config/Proxx/plugin.toml").write_text("")
    capsys.readouterr()
    assert main(["status"], machine) == 1
    told = capsys.readouterr().out
    assert f"gone: {menu / '1 Make Proxies.lua'}" in told
    assert f"edited: {menu / '2 Render Camera Raw.lua'}" in told
    assert "edited: " + str(home_of(machine) / ".config/Proxx/plugin.toml") not in told


def test_status_tells_of_another_version_and_of_a_broken_environment(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar"], machine) == 0
    noted = product_home(machine) / "installed.json"
    noted.write_text(noted.read_text().replace('"version": "', '"version": "0.0.'))
    for python in (product_home(machine) / "environment").glob("*/python*"):
        python.write_text("no program")
    capsys.readouterr()
    assert main(["status"], machine) == 1
    told = capsys.readouterr().out
    assert "these sources are version" in told
    assert "the environment cannot be used: its Python does not start" in told


def test_status_names_the_command_that_mends(
    machine: Machine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_resolve(machine)
    watch = tmp_path / "box"
    watch.mkdir()
    words = ["service", "--watch", str(watch), "--no-start"]
    assert main(["status", "--all-users"], machine) == 3
    assert "python3 install all --all-users" in capsys.readouterr().out
    with monkeypatch.context() as then:
        for module in ("install.product", "install.parts"):
            then.setattr(f"{module}.source_version", lambda: "0.0.9")
        assert main(["all", "--all-users"], machine) == 0
        assert main(words, machine) == 0
    capsys.readouterr()
    assert main(["status", "--all-users"], machine) == 1
    assert "`python3 install all --all-users` brings it up" in capsys.readouterr().out
    assert main(["all"], machine) == 0
    capsys.readouterr()
    assert main(["status"], machine) == 1
    told = capsys.readouterr().out
    [line] = [line for line in told.splitlines() if "is of version 0.0.9" in line]
    assert line.endswith("`python3 install service --watch …` brings it up")
    assert main(words, machine) == 0
    assert main(["status"], machine) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
@pytest.mark.parametrize("machine", ["linux"], indirect=True)
def test_a_manifest_that_tells_nothing_stops_every_command_but_changes_nothing(
    machine: Machine, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["all"], machine) == 0
    noted = product_home(machine) / "installed.json"
    noted.write_text(text)
    before = files_below(home_of(machine))
    for word in ("all", "status", "uninstall"):
        assert main([word], machine) == 3
        assert str(noted) in " ".join(capsys.readouterr().err.split())
    assert files_below(home_of(machine)) == before
    assert Path(noted).read_text() == text
