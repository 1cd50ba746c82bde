"""What several tests of `python3 install …` need: an environment that is only drawn, machines."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from install import product
from install.commands import service
from install.environment import Environment, write_note
from install.installation import Mode
from install.machine import Machine
from install.product import Product
from install.steps import read_told
from sidecar.cli.main import main as proxx
from tests.install.worlds import machine_of


def draw(environment: Environment) -> Environment:
    """Make an environment that looks whole: this Python under its name, and a finished note."""
    environment.python.parent.mkdir(parents=True)
    # A script that starts this Python: the link that `venv` makes would lose its way to pip.
    environment.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environment.python.chmod(0o755)
    (environment.folder / "pyvenv.cfg").touch()
    write_note(environment, unfinished=False)
    return environment


def told_here(_product: Product, words: Sequence[str]) -> dict[str, Any] | None:
    """Return what a command of Proxx tells, without the start of a Python: most of a test's time.

    That it tells the same in a process of its own is held in `test_plugin.py`.
    """
    code, said, _complained = said_here([*words, "--json"])
    return read_told(said) if code == 0 else None


def run_here(command: Sequence[str], *, cwd: Path, log: Path) -> int:
    """Run a command of Proxx likewise, with what it says in a log; `test_command.py` holds it."""
    at = command.index("sidecar.cli.main")
    code, said, complained = said_here(command[at + 1 :])
    with log.open("a") as stream:
        stream.write(said + complained)
    return code


def said_here(words: Sequence[str]) -> tuple[int, str, str]:
    """Return the exit code of a command of Proxx, and what it says on its two streams."""
    said, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complained):
        try:
            code = proxx(words)
        except SystemExit as ended:  # the parser's
            code = int(ended.code or 0)
    return code, said.getvalue(), complained.getvalue()


@pytest.fixture
def drawn(tmp_path: Path) -> Environment:
    """A `.venv` that looks whole."""
    return draw(Environment(folder=tmp_path / "Prüf Ordner" / ".venv"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments are drawn where others are made, and Proxx answers in our own process."""

    def ready(mode: Mode, *, folder: Path, extras: Sequence[str] = ()) -> Environment:
        environment = Environment(folder=folder)
        return environment if environment.folder.exists() else draw(environment)

    monkeypatch.setattr(product, "ready_installation", ready)
    monkeypatch.setattr(product.Product, "ask", told_here)
    monkeypatch.setattr(service, "run_quietly", run_here)
    monkeypatch.setattr(product, "base_python", lambda: Path(os.path.realpath("/bin/sh")))


@pytest.fixture(params=["darwin", "win32", "linux"])
def machine(
    request: pytest.FixtureRequest, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> Machine:
    """A machine of each system, of somebody who has nothing yet, and whom Proxx knows too."""
    made = machine_of(request.param, tmp_path)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", made.variables["HOME"])
    return made
