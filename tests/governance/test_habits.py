"""Types and habits: what mypy and ruff hold the code to, with the settings of pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS = (
    pytest.param(("mypy",), id="mypy --strict finds nothing"),
    pytest.param(("ruff", "check", "."), id="ruff finds nothing"),
    pytest.param(("ruff", "format", "--check", "."), id="the code is in ruff's format"),
)


@pytest.mark.parametrize("command", CHECKS)
def test_habit(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
