"""The words after `python3 install`, and the exit status of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from install import command_line
from install.command_line import help_text, main
from install.commands import COMMANDS, Command, demo, test
from install.commands.demo import footage_folder, next_output
from install.steps import WIDTH, SetupError


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(command.usage in told and command.summary in told for command in COMMANDS)
    assert max(map(len, help_text().splitlines())) <= WIDTH


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_of_a_command(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command.name, "--help"]) == 0
    told = capsys.readouterr().out
    assert command.usage in told
    assert max(map(len, told.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["demonstrate"], id="no such command"),
        pytest.param(["demo", "/nowhere/at all"], id="no such folder"),
        pytest.param(["demo", "--fast"], id="no such option"),
        pytest.param(["demo", "one", "two"], id="two folders"),
    ],
)
def test_wrong_request_is_2_before_anything_is_made(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "ready_installation", None)
    assert main(arguments) == 2


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        pytest.param(SetupError("no place"), 3, id="a place is missing"),
        pytest.param(OSError(5, "Input/output error", "/share"), 3, id="a disk goes"),
        pytest.param(KeyboardInterrupt(), 130, id="stopped by a person"),
    ],
)
def test_what_a_command_raises(
    raised: BaseException,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def raising(*_: object) -> int:
        raise raised

    monkeypatch.setattr(command_line, "_run", raising)
    assert main(["demo"]) == status
    assert "Traceback" not in capsys.readouterr().err


def test_footage_may_not_hold_the_output(tmp_path: Path) -> None:
    output = tmp_path / "project" / "demo-output"
    footage = tmp_path / "footage"
    footage.mkdir()
    assert footage_folder(str(footage), output=output) == footage
    link = tmp_path / "link to all"
    link.symlink_to(tmp_path)
    for holding in (tmp_path, link):
        with pytest.raises(SetupError, match=r"which\s+lies\s+in") as caught:
            footage_folder(str(holding), output=output)
        assert caught.value.exit_code == 2


def test_numbers_go_on_and_nothing_is_used_twice(tmp_path: Path) -> None:
    folder = tmp_path / "demo-output"
    assert [next_output(folder).name for _ in range(2)] == ["001", "002"]
    (folder / "samples").mkdir()
    (folder / "007").write_text("a file")
    (folder / "999").mkdir()
    assert next_output(folder).name == "1000"
    assert list(next_output(folder).iterdir()) == []


@pytest.mark.parametrize(
    ("pytest_status", "ours"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (5, 5), (-9, 1), (99, 1)]
)
def test_status_of_pytest(pytest_status: int, ours: int) -> None:
    assert test.exit_status(pytest_status) == ours
