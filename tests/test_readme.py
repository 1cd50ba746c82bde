"""Every command and every Python block of the README runs, in order, in one folder of footage."""

from __future__ import annotations

import os
import re
import shutil
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
_BLOCK = re.compile(r"^```(console|python|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
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


def test_the_script_for_a_batch_scheduler_runs_the_task_of_its_number(
    shoot: Path, tmp_path: Path
) -> None:
    proxx = Path(sys.executable).with_name("proxx")
    make = ("create", shoot / "footage", "--out", "out", "--name", "{source_name}_array")
    for words in (make, ("farm", "export", "out", "--bundle", "a farm")):
        subprocess.run([proxx, *words], cwd=tmp_path, capture_output=True, check=True)
    [script] = _blocks("bash")
    (tmp_path / "night.sh").write_text(script)

    def run(number: str) -> tuple[int, str]:
        programs = f"{proxx.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", tmp_path / "night.sh", tmp_path / "a farm"],
            cwd="/",
            env={**os.environ, "PATH": programs, "SLURM_ARRAY_TASK_ID": number},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert run("2")[0] == 0
    made = sorted(path.name for path in (tmp_path / "out").rglob("*_array.mov"))
    assert made == ["A002_array.mov"]
    code, told = run("2")
    assert (code, "nothing to run" in told) == (0, True)
    assert run("5")[0] == 2
    (tmp_path / "a farm/jobs/000003").rename(tmp_path / "elsewhere")
    assert run("3")[0] != 0


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="Deadline Cloud's client is for older ones")
def test_deadline_clouds_client_takes_what_is_said_to_it(tmp_path: Path) -> None:
    lines = [line[2:].split() for line in README.read_text("utf-8").splitlines()]
    asked = [words[1:] for words in lines if words[:1] == ["deadline"]]
    assert [words[:2] for words in asked] == [
        ["bundle", "submit"],
        ["job", "wait"],
        ["job", "download-output"],
    ]
    client = Path(sys.executable).with_name("deadline")
    assert shutil.which(client), "it comes with the extra `test`"
    for words in asked:
        told = subprocess.run(
            [client, *words[:2], "--help"],
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert all(word in told.split() for word in words if word.startswith("--"))


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
