"""What several tests of `python3 install …` need: an environment that is only drawn, machines."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from install import product
from install.environment import Environment, write_note
from install.installation import Mode
from install.machine import Machine
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


@pytest.fixture
def drawn(tmp_path: Path) -> Environment:
    """A `.venv` that looks whole."""
    return draw(Environment(folder=tmp_path / "Prüf Ordner" / ".venv"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments are drawn where others are made."""

    def ready(mode: Mode, *, folder: Path, extras: Sequence[str] = ()) -> Environment:
        environment = Environment(folder=folder)
        return environment if environment.folder.exists() else draw(environment)

    monkeypatch.setattr(product, "ready_installation", ready)
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
