"""`proxx status --follow` on a terminal: one page, redrawn in its place."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.folders.scenes import make_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")

STATUS = [sys.executable, "-m", "sidecar.cli.main", "status"]


@contextmanager
def terminal(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield both ends of a terminal of that size."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def follow(box: Path, *words: str, rows: int = 40, pages: int = 2) -> tuple[int, str]:
    """Return how it ended on Ctrl-C after so many pages, and all that the terminal got."""
    with terminal(rows, 80) as (ours, theirs):
        process = subprocess.Popen([*STATUS, str(box), "--follow", *words], stdout=theirs)
        os.close(theirs)
        shown, until = b"", time.monotonic() + 60
        while shown.count(b"waiting") < pages and time.monotonic() < until:
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        code = process.wait(30)
        return code, shown.decode()


def test_a_page_is_redrawn_in_its_place_and_ctrl_c_is_no_failure(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 3)
    code, shown = follow(folder.root)
    assert code == 0
    assert shown.count("\x1b[H") == 2
    assert "\x1b[1;31m  NOBODY WATCHES, and 3 wait\x1b[0m\x1b[K" in shown


def test_a_page_that_is_too_long_keeps_its_head(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 30)
    _code, shown = follow(folder.root, rows=8, pages=1)
    lines = shown.replace("\x1b[J", "").splitlines()
    assert len(lines) == 7
    assert "NOBODY WATCHES" in shown
    assert "more lines: a taller window shows them" in lines[-1]


def test_a_plain_page_follows_the_last_one(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 3)
    code, shown = follow(folder.root, "--plain")
    assert code == 0
    assert "\x1b" not in shown


def test_who_reads_no_more_ends_it(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 3)
    process = subprocess.Popen([*STATUS, str(folder.root), "--follow"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 0
