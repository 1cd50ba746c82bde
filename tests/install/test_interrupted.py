"""Installing and taking away, killed or short of room at any moment: run again, or undone."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from install import applying, building, product
from install.building import only_one, ready_environment
from install.command_line import main
from install.environment import Environment
from install.machine import Machine
from install.services.manager import Command
from install.steps import SetupError
from tests.install.worlds import files_below, home_of, product_home, scripts_of


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def nobody_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps services here does what it is told."""

    def does(commands: tuple[Command, ...]) -> tuple[str, ...]:
        return ()

    for module in ("commands.service", "commands.uninstall", "services.installed"):
        monkeypatch.setattr(f"install.{module}.carry_out", does)


def die_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End at this writing of a file, with what is written so far."""
    whole, written = applying.write_whole, 0

    def dies(path: Path, data: bytes, *, executable: bool = False) -> None:
        nonlocal written
        written += 1
        if written == number:
            raise Killed
        whole(path, data, executable=executable)

    monkeypatch.setattr(applying, "write_whole", dies)


@pytest.mark.parametrize("again", [False, True], ids=["undone", "run again"])
@pytest.mark.parametrize("number", range(2, 6))
def test_a_service_whose_installation_was_killed_is_run_again_or_undone(
    machine: Machine,
    nobody_keeps: None,
    tmp_path: Path,
    number: int,
    again: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = tmp_path / "box"
    watch.mkdir()
    words = ["service", "--watch", str(watch)]
    with monkeypatch.context() as then:
        die_at(number, then)
        with pytest.raises(Killed):
            main(words, machine)
    if again:
        assert main(words, machine) == 0
        assert main(["status"], machine) == 0
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []


def test_an_environment_that_went_halfway_still_goes(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar"], machine) == 0
    environment = product_home(machine) / "environment"

    def rmtree(place: Path) -> None:
        """Remove files, as the real one may meet them first, and no more."""
        for path in Path(place).iterdir():
            if path.is_file():
                path.unlink()
        raise Killed

    with monkeypatch.context() as then:
        then.setattr(shutil, "rmtree", rmtree)
        with pytest.raises(Killed):
            main(["uninstall"], machine)
    assert environment.exists()
    capsys.readouterr()
    assert main(["status"], machine) == 1
    assert "its last set-up did not come to its end" in capsys.readouterr().out
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []


def test_an_environment_without_room_for_its_note_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(folder=tmp_path / ".venv")
    with monkeypatch.context() as then:

        def full(path: Path, *_words: object, **_more: object) -> int:
            path.touch()
            raise OSError(28, "No space left on device", str(path))

        then.setattr(Path, "write_text", full)
        with pytest.raises(SetupError, match="No space left"):
            ready_environment(environment)
    made = []
    monkeypatch.setattr(building, "_make", made.append)
    ready_environment(environment)
    assert made == [environment]


def test_what_was_refused_before_a_file_was_written_did_not_come_to_its_end(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as then:
        then.setattr("install.commands.product.apply", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            main(["sidecar"], machine)
    capsys.readouterr()
    assert main(["status"], machine) == 1
    assert "did not come to its end" in capsys.readouterr().out
    assert main(["sidecar"], machine) == 0
    assert main(["status"], machine) == 0


@pytest.mark.parametrize("again", [False, True], ids=["undone", "run again"])
def test_settings_that_were_made_before_the_end_are_ours_all_the_same(
    machine: Machine, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = applying.write_whole

    def dies(path: Path, data: bytes, *, executable: bool = False) -> None:
        whole(path, data, executable=executable)
        if path.name == "plugin.toml":
            raise Killed

    with monkeypatch.context() as then:
        then.setattr(applying, "write_whole", dies)
        with pytest.raises(Killed):
            main(["plugin"], machine)
    assert not again or main(["plugin"], machine) == 0
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []


def test_a_second_installation_forgets_nothing_of_the_first(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fcntl", reason="Windows cannot lock a folder")
    assert main(["sidecar"], machine) == 0
    home = product_home(machine)
    second = product.product_of(machine, "user")
    with only_one(home):
        waiting = threading.Thread(target=product.ready_product, args=(second,))
        before = (home / "installed.json").read_bytes()
        waiting.start()
        waiting.join(0.5)
        assert (home / "installed.json").read_bytes() == before
    waiting.join(10)
    told: dict[str, Any] = json.loads((home / "installed.json").read_text())
    assert not told["settled"]


@pytest.mark.parametrize("machine", ["linux", "darwin"], indirect=True)
def test_what_python_makes_beside_the_host_goes_too(machine: Machine) -> None:
    assert main(["plugin"], machine) == 0
    made = scripts_of(machine) / "Proxx/proxx_host/__pycache__/host.cpython-311.pyc"
    made.parent.mkdir()
    made.touch()
    assert main(["uninstall"], machine) == 0
    assert files_below(home_of(machine)) == set()
    assert os.listdir(home_of(machine)) == []


def test_a_disk_that_has_no_room_for_the_manifest_is_left_as_it_was(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    really = Path.open

    def is_full(path: Path, mode: str = "r", *more: Any, **words: Any) -> Any:
        if "r" in mode:
            return really(path, mode, *more, **words)
        path.touch()
        return Full()

    with monkeypatch.context() as then:
        then.setattr(Path, "open", is_full)
        assert main(["sidecar"], machine) == 3
    assert "No space left" in capsys.readouterr().err
    assert list(home_of(machine).iterdir()) == []
