"""The command at the end of a batch: its words, and that it can be ended."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest

from sidecar.folders.batches import Batch, BatchCounts
from sidecar.folders.layout import WatchFolder
from sidecar.watch import batch_command
from sidecar.watch.batch_command import run_batch_command, split_words
from tests.folders.scenes import make_folder

COUNTS = BatchCounts(3, 1)
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
SLEEP = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WatchFolder:
    monkeypatch.chdir(tmp_path)
    return make_folder(tmp_path / "box")


def run(folder: WatchFolder, text: str, *, label: str = "day 12", stop: bool = False) -> int | None:
    return run_batch_command(text, folder, Batch(label, "t"), COUNTS, stop=lambda: stop)


def test_words_are_filled_in_one_pass(folder: WatchFolder) -> None:
    write = "import sys; open('told', 'w').write('|'.join(sys.argv[1:]))"
    words = "{batch} {completed}/{failed} {else}"
    command = f'{sys.executable} -c "{write}" {words}'
    assert run(folder, command, label="{folder} {failed}") == 0
    assert Path("told").read_text() == "{folder} {failed}|3/1|{else}"


def test_a_code_is_returned_and_what_does_not_start_has_none(folder: WatchFolder) -> None:
    assert run(folder, f'{sys.executable} -c "raise SystemExit(7)"') == 7
    assert run(folder, "/no/such/command") is None


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("by", ["stop", "limit"])
def test_it_is_ended_with_all_that_it_started(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    pid = Path("pid")
    began = time.monotonic()
    if by == "limit":
        monkeypatch.setattr(batch_command, "LONGEST_SECONDS", 3.0)
    command = f'{sys.executable} -c "{CHILD}" "{SLEEP}"'
    batch = Batch("day 12", "t")
    code = run_batch_command(
        command, folder, batch, COUNTS, stop=lambda: by == "stop" and bool(pid.exists())
    )
    assert code is None
    assert time.monotonic() - began < 30
    deadline = time.monotonic() + 5
    while not is_gone(int(pid.read_text() or 0)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(int(pid.read_text()))


def test_a_backslash_is_part_of_a_path_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_command, "_ESCAPE", "\\")
    assert split_words(r"a\ b c") == ["a b", "c"]
    monkeypatch.setattr(batch_command, "_ESCAPE", "")
    path = r"C:\Program Files\told.exe"
    assert split_words(rf'"{path}" C:\new {{batch}}') == [path, r"C:\new", "{batch}"]
