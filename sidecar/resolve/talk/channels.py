"""How lines travel between Proxx and the host that started it: pipes, or a pipe and a folder.

The protocol is told in `resolve_scripts/proxx_host/host.py`.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

_LOOKS_SECONDS = (0.0005, 0.02)
"""How long to wait between two looks for an answer: at first, and at most."""
_CHUNK = 1 << 20


class Channel(Protocol):
    """One line out; its answer in."""

    def send(self, line: bytes) -> None:
        """Write a line. Raises: OSError: nobody reads any more."""

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return an answer, the one to a number if they can be told apart; None: none in time.

        Raises: OSError: nobody writes any more.
        """

    def close(self) -> None:
        """Send nothing more."""


def take_streams() -> tuple[int, int]:
    """Return descriptors for requests and answers, and keep everything else away from them.

    What this process or one that it starts prints from now on goes to standard error, and what they
    would read is empty.
    """
    requests, answers = os.dup(1), os.dup(0)
    os.dup2(2, 1)
    if sys.stdout is not None:
        sys.stdout.flush()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return requests, answers


class PipeChannel:
    """Answers come as lines on a pipe: the host is a Python."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = requests
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # The host must never wait for a reader, and its end must be noticed while nobody asks.
        self._reader = threading.Thread(target=self._read, args=(answers,), daemon=True)
        self.ended = False
        self._reader.start()

    def send(self, line: bytes) -> None:
        """Write a line. Raises: OSError: the host is gone."""
        if self.ended:
            raise BrokenPipeError("the host's answers have ended")
        _write(self._requests, line)

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return the next answer, whichever it is. Raises: OSError: the host is gone."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if line is None:
            raise BrokenPipeError("the host's answers have ended")
        return line

    def close(self) -> None:
        """Send nothing more."""
        with contextlib.suppress(OSError):
            os.close(self._requests)

    def _read(self, answers: int) -> None:
        with contextlib.suppress(OSError), os.fdopen(answers, "rb", _CHUNK) as lines:
            for line in lines:
                if line.endswith(b"\n"):  # a host that ends may break off in the middle of one
                    self._lines.put(line)
        self.ended = True
        self._lines.put(None)


class FileChannel:
    """Answers come as files in a folder: the host is a Lua, whose pipes go one way."""

    def __init__(self, requests: int, folder: Path) -> None:
        """Make the folder. Raises: OSError: it is there already, or cannot be made."""
        folder.mkdir(mode=0o700)
        self._requests = requests
        self._folder = folder

    def send(self, line: bytes) -> None:
        """Write a line. Raises: OSError: the host is gone."""
        _write(self._requests, line)

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return the answer to a number, and delete its file."""
        path = self._folder / f"{number}.json"
        ends, (pause, longest) = time.monotonic() + seconds, _LOOKS_SECONDS
        while True:
            # On Windows a file that was renamed just now may still be in somebody's hands.
            with contextlib.suppress(FileNotFoundError, PermissionError):
                line = path.read_bytes()
                path.unlink()
                return line
            if time.monotonic() >= ends:
                return None
            time.sleep(pause)
            pause = min(pause * 1.3, longest)

    def close(self) -> None:
        """Send nothing more, and leave no folder behind."""
        with contextlib.suppress(OSError):
            os.close(self._requests)
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
