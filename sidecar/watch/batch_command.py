"""The command of a person that runs once when the last job of a batch is filed."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from proxx_engine import Issue, RequestError
from sidecar.folders.batches import Batch, BatchCounts
from sidecar.folders.layout import WatchFolder

LONGEST_SECONDS = 600.0
FIELDS = ("batch", "folder", "completed", "failed")
_FIELD = re.compile(r"\{(" + "|".join(FIELDS) + r")\}")
_LOOK_SECONDS = 0.25
_ESCAPE = "" if sys.platform == "win32" else "\\"
"""On Windows a backslash parts the names in a path."""


def check_command(text: str) -> str:
    """Return a command that can be run. Raises: RequestError."""
    try:
        words = split_words(text)
    except ValueError as error:
        problem = str(error)
    else:
        problem = "" if words else "it is empty"
    if problem:
        sentence = f"{text!r} is no command: {problem}"
        raise RequestError((Issue("SPEC_BAD_TEXT", "--on-batch-done", sentence),))
    return text


def split_words(text: str) -> list[str]:
    """Return the words of a command, quoted as in a shell. Raises: ValueError."""
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters, words.escape = True, "", _ESCAPE
    return list(words)


def run_batch_command(
    text: str, folder: WatchFolder, batch: Batch, counts: BatchCounts, *, stop: Callable[[], bool]
) -> int | None:
    """Run the command to its end; return its exit code.

    None when it never started, or was ended with all that it started: at the limit, or once `stop`
    says so. `{batch} {folder} {completed} {failed}` stand for themselves in its words.
    """
    values = {
        "batch": batch.label,
        "folder": str(folder.root),
        "completed": str(counts.completed),
        "failed": str(counts.failed),
    }
    words = [_FIELD.sub(lambda found: values[found[1]], word) for word in split_words(text)]
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
    except (OSError, ValueError):
        return None
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        try:
            return process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if stop() or time.monotonic() >= deadline:
                _end(process)
                return None


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        # No groups there; what its children started is known only while they live.
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a dead group
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
