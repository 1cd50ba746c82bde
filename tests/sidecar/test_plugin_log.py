"""The plugin's log: the file that a host gives, and the user's own where it gives none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAY = "from sidecar.cli.plugin_log import open_log; open_log('review')('ends with 0')"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of somebody who has no log yet."""
    return tmp_path / "jo"


def say(home: Path, error: int) -> None:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", SAY], env=environment, stderr=error, check=True)


def test_without_a_file_of_the_host_it_is_the_users_own(home: Path) -> None:
    say(home, subprocess.DEVNULL)
    say(home, subprocess.DEVNULL)
    [log] = home.rglob("plugin.log")
    assert log.read_text().count("review: ends with 0\n") == 2


def test_the_file_of_the_host_is_the_log(home: Path, tmp_path: Path) -> None:
    with (tmp_path / "given.log").open("ab") as given:
        say(home, given.fileno())
    assert (tmp_path / "given.log").read_text().endswith("review: ends with 0\n")
    assert not home.exists()
