"""A copy of the sources as a clone has them, and running its `install` as somebody new would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from install.environment import ROOT

_NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "build", "dist", "demo-output"
)


def make_clone(place: Path) -> Path:
    """Return a copy of the sources: nothing installed, nothing made."""
    clone = place / "proxx"
    shutil.copytree(ROOT, clone, ignore=_NOT_IN_A_CLONE)
    return clone


def run_install(
    clone: Path, *arguments: str, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `python3 install …` of a clone, with variables that would lead a child astray."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    environment |= {"PYTHONPATH": "/nowhere", "VIRTUAL_ENV": "/nowhere"} | variables
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(clone / "install"), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
