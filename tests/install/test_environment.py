"""A `.venv` that cannot be trusted is told, in words; a whole one is left alone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from install import building, environment
from install.building import only_one, pip_environment, ready_environment
from install.environment import ROOT, Environment, read_note, what_is_wrong, write_note
from install.steps import SetupError, child_environment

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_a_whole_environment_is_left_alone(drawn: Environment) -> None:
    assert what_is_wrong(drawn, version=VERSION) == ""


def test_no_folder(tmp_path: Path) -> None:
    assert what_is_wrong(Environment(folder=tmp_path / ".venv"), version=VERSION)


def test_interrupted(drawn: Environment) -> None:
    write_note(drawn, unfinished=True)
    assert "did not come to its end" in what_is_wrong(drawn, version=VERSION)


def test_python_gone(drawn: Environment) -> None:
    drawn.python.unlink()
    drawn.python.symlink_to("/nowhere/python3")
    assert "does not start" in what_is_wrong(drawn, version=VERSION)


def test_half_made_without_a_note(drawn: Environment) -> None:
    drawn.note_file.unlink()
    drawn.python.unlink()
    assert "does not start" in what_is_wrong(drawn, version=VERSION)


def test_moved(drawn: Environment) -> None:
    moved = Environment(folder=drawn.folder.parent / "elsewhere")
    drawn.folder.rename(moved.folder)
    assert "another place" in what_is_wrong(moved, version=VERSION)


def test_another_python(drawn: Environment) -> None:
    assert "this is 3.99" in what_is_wrong(drawn, version="3.99")


@pytest.mark.parametrize(
    ("command", "whole"),
    [
        pytest.param("/usr/bin/python3 -m venv {folder}", True, id="made here"),
        pytest.param("/usr/bin/python3 -m venv --prompt=x {folder}", True, id="with an option"),
        pytest.param("/usr/bin/python3 -m venv /old place/.venv", False, id="made elsewhere"),
    ],
)
def test_made_by_hand(drawn: Environment, command: str, whole: bool) -> None:
    drawn.note_file.unlink()
    line = command.format(folder=drawn.folder)
    (drawn.folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ncommand = {line}\n")
    assert (what_is_wrong(drawn, version=VERSION) == "") is whole


def test_package_taken_out_makes_the_stamp_untrue(
    drawn: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(drawn, installed="abc")
    facts = json.dumps({"python": VERSION, "pip": True, "proxx": None})
    monkeypatch.setattr(environment, "ask", lambda *_, **_more: facts)
    assert what_is_wrong(drawn, version=VERSION) == ""
    note = read_note(drawn)
    assert note is not None
    assert note.installed == ""


@pytest.mark.parametrize("content", ["", "{", "[]", '{"place": "x"}', "null"])
def test_note_that_cannot_be_read_is_no_note(drawn: Environment, content: str) -> None:
    drawn.note_file.write_text(content)
    assert read_note(drawn) is None


def test_a_folder_that_is_no_environment_is_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "my only film.mov").write_bytes(b"film")
    with pytest.raises(SetupError, match="not touched") as caught:
        ready_environment(Environment(folder=folder))
    assert caught.value.exit_code == 3
    assert [entry.name for entry in folder.iterdir()] == ["my only film.mov"]


@pytest.mark.slow
def test_half_made_is_made_anew_and_says_so(
    drawn: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    write_note(drawn, unfinished=True)
    ready_environment(drawn)
    assert what_is_wrong(drawn, version=VERSION) == ""
    assert "made anew" in (told := capsys.readouterr().out)
    assert "did not come to its end" in told


def test_without_ensurepip_and_without_pip_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(building, "_pip_from_outside", lambda *_: False)
    half_made = Environment(folder=tmp_path / ".venv")
    with pytest.raises(SetupError, match="no 'ensurepip'") as caught:
        ready_environment(half_made)
    assert "apt install python3-venv" in caught.value.cure
    assert "did not come to its end" in what_is_wrong(half_made, version=VERSION)


def test_two_at_once_wait_for_each_other(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="Windows cannot lock a folder")
    told: list[str] = []

    def second() -> None:
        with only_one(tmp_path):
            told.append("second")

    with only_one(tmp_path):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        told.append("first")
    waiting.join(10)
    assert told == ["first", "second"]


def test_children_do_not_inherit_our_python() -> None:
    ours = {"PYTHONPATH": "x", "PYTHONHOME": "x", "VIRTUAL_ENV": "x", "HOME": "/home/me"}
    assert child_environment(ours, MORE="1") == {"HOME": "/home/me", "MORE": "1"}


def test_pip_installs_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    for_pip = pip_environment()
    assert for_pip["PIP_USER"] == "0"
    assert "PIP_TARGET" not in for_pip
    assert for_pip["PIP_FIND_LINKS"] == "/wheels"


def test_old_python_gets_a_sentence() -> None:
    # This Python is told that it is old; the door looks at nothing else.
    door = str(ROOT / "install" / "__main__.py")
    code = f"import runpy, sys; sys.version_info = (3, 8, 1); runpy.run_path({door!r})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.returncode == 3
    assert told.stderr.startswith("Proxx needs Python 3.11 or newer; this is Python 3.8. ")
    assert told.stderr.count("\n") == 1
