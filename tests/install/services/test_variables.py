"""A file of variables: read in one way on every system, by its user alone, and copied nowhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from install.command_line import main
from install.machine import Machine
from install.services.job_service import worker_of
from install.services.keeper import read_variables
from install.services.keeping import keeper_code, keeper_words
from install.services.service import NoService
from install.services.systemd import unit_text
from tests.install.services.examples import PLACES, SECRET
from tests.install.services.played import Manager
from tests.install.worlds import home_of, machine_of

PYTHON = PurePosixPath("/env/bin/python")


@pytest.mark.parametrize("bad", ["a*b", "a?", "a[1]", "a\\b", 'a"b', "it's", "a ", "{a,b}"])
def test_a_file_of_variables_that_systemd_would_not_read_is_refused(bad: str) -> None:
    working = worker_of(python=PYTHON, places=PLACES, environment=PurePosixPath("/etc", bad))
    with pytest.raises(NoService, match="no variables from a file"):
        unit_text(working)


READING = """
import json, os, sys
names = ("REDISCLI_AUTH", "PGPASSWORD", "EMPTY", "HOME")
print(json.dumps({name: os.environ[name] for name in names}), flush=True)
"""


def test_where_a_keeper_starts_them_it_reads_the_variables(tmp_path: Path, secrets: Path) -> None:
    secrets.write_text(f'{secrets.read_text()}\n; and\nEMPTY=\n  HOME="/home/other"  \n')
    (tmp_path / "telling.py").write_text(READING)
    (tmp_path / "keeper.py").write_bytes(keeper_code())
    service, log = (
        worker_of(python=Path(sys.executable), places=PLACES, environment=secrets),
        tmp_path / "log",
    )
    words = keeper_words(service, Path(sys.executable), tmp_path / "keeper.py", log)
    at = words.index("--needs")
    here = (*words[:at], "--environment", str(secrets), "--", sys.executable, "-m", "telling")
    assert [words[place + 1] for place, word in enumerate(words) if word == "--environment"] == [
        str(secrets)
    ]
    with_module = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert subprocess.run(here, timeout=60, check=False, env=with_module).returncode == 0
    assert json.loads(log.read_text().splitlines()[0]) == {
        "REDISCLI_AUTH": SECRET,
        "PGPASSWORD": "plain",
        "EMPTY": "",
        "HOME": "/home/other",
    }
    secrets.write_text("PGPASSWORD=it's secret\n")
    assert subprocess.run(here, timeout=60, check=False, env=with_module).returncode == 0
    last = log.read_text().splitlines()[-1]
    assert "line 1 of" in last
    assert "it stays down" in last
    assert "secret\n" not in last


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "1A=x",
        "A B=x",
        "export A=x",
        "A=it's",
        "A='it's'",
        'A="a\\b"',
        "A=a\\b",
        "A='x' y",
    ],
)
def test_a_line_that_could_be_read_in_two_ways_is_refused_without_a_word_of_it(line: str) -> None:
    with pytest.raises(
        ValueError, match=r"^line 2 of /e is no NAME=VALUE; a value with .*$"
    ) as told:
        read_variables(f"A=b\n{line}\n", "/e")
    assert line not in str(told.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_of_variables_that_others_may_use_is_refused(
    machine: Machine,
    manager: Manager,
    settings: Path,
    secrets: Path,
    mode: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secrets.chmod(mode)
    words = ["service", "--worker", str(settings), "--environment", str(secrets)]
    if machine.system == "win32":
        assert main(words, machine) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "where only you can read it" in said
        return
    assert main(words, machine) == 2
    assert "chmod 600" in capsys.readouterr().err
    assert list(home_of(machine).iterdir()) == []
    assert manager.asked == []


def test_a_pattern_in_a_name_stops_the_installation_before_a_file_is_there(
    tmp_path: Path, settings: Path, secrets: Path, quick: None, manager: Manager
) -> None:
    machine = machine_of("linux", tmp_path)
    bad = secrets.rename(secrets.with_name("secrets[1].env"))
    words = ["service", "--worker", str(settings), "--environment", str(bad)]
    assert main(words, machine) == 2
    assert list(home_of(machine).iterdir()) == []
