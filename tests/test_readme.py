"""Every command and every Python block of the README runs, in order, in one folder of footage."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from install.commands import COMMANDS
from tests.support import MakeClip

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1")


def _blocks(kind: str) -> list[str]:
    return [body for found, body in _BLOCK.findall(README.read_text("utf-8")) if found == kind]


def _commands() -> list[str]:
    lines = [line for block in _blocks("console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@contextmanager
def _serving(command: str, place: Path, environment: dict[str, str]) -> Iterator[None]:
    """Let a command that lasts run as in a terminal of its own, once it says where it listens."""
    told = place / "told"
    with open(told, "w") as file:
        served = subprocess.Popen(
            ["sh", "-c", f"exec {command}"], cwd=place, env=environment, stdout=file, stderr=file
        )
    try:
        give_up = time.monotonic() + 60
        while '"event": "started"' not in told.read_text():
            assert served.poll() is None, told.read_text()
            assert time.monotonic() < give_up, told.read_text()
            time.sleep(0.1)
        yield
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 130, told.read_text()


@pytest.fixture(scope="module")
def shoot(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the footage that the README speaks of."""
    folder = tmp_path_factory.mktemp("shoot")
    (folder / "footage" / "B").mkdir(parents=True)
    clip = make_clip("A001.mov", *_PICTURE, "-c:v", "prores_aw")
    for name in ("A001.mov", "A002.mov", "B/B001.mov", "B/B002.mov"):
        (folder / "footage" / name).write_bytes(clip.read_bytes())
    (folder / "footage" / "notes.txt").write_text("take two was better")
    used = "00:00:00:05 00:00:00:20 01:00:00:00 01:00:00:15"
    (folder / "cut.edl").write_text(f"TITLE: CUT\n001  A001  V  C  {used}\n")
    return folder


def test_every_command_works(shoot: Path) -> None:
    commands = [line for line in _commands() if not line.startswith("python3 install")]
    assert len(commands) >= 8
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs}
    with ExitStack() as last:
        for command in commands:
            if command.startswith("proxx serve"):
                last.enter_context(_serving(command, shoot, environment))
                continue
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=shoot,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    for block in _blocks("python"):
        done = subprocess.run(
            [sys.executable, "-c", block], cwd=shoot, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == "4 jobs, 4 clips\n"


def test_the_set_up_commands_are_those_that_exist() -> None:
    text = README.read_text("utf-8")
    [table] = re.findall(r"^\| `python3 install …` .*\n\|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    listed = set(re.findall(r"^\| `([a-z]+)", table, re.MULTILINE))
    named = set(re.findall(r"python3 install ([a-z]+)", text)) | listed
    assert named == {command.name for command in COMMANDS}
    # The two that a person begins with come first.
    assert [line for line in _commands() if line.startswith("python3 install")][:2] == [
        "python3 install demo",
        "python3 install test",
    ]
