"""What several tests of `python3 install …` need: an environment folder that is only drawn."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from install.environment import Environment, write_note


@pytest.fixture
def drawn(tmp_path: Path) -> Environment:
    """A `.venv` that looks whole: this Python under its name, and a finished note."""
    environment = Environment(folder=tmp_path / "Prüf Ordner" / ".venv")
    environment.python.parent.mkdir(parents=True)
    # A script that starts this Python: the link that `venv` makes would lose its way to pip.
    environment.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    environment.python.chmod(0o755)
    write_note(environment, unfinished=False)
    return environment
