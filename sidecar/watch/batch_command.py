"""The command of a person that runs once when the last job of a batch is filed."""

from __future__ import annotations

import shlex
import subprocess

from proxx_engine import Issue, RequestError
from sidecar.folders.batches import Batch, BatchCounts
from sidecar.folders.layout import WatchFolder

LONGEST_SECONDS = 600.0
FIELDS = ("batch", "folder", "completed", "failed")


def check_command(text: str) -> str:
    """Return a command that can be run. Raises: RequestError."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        problem = str(error)
    else:
        problem = "" if words else "it is empty"
    if problem:
        sentence = f"{text!r} is no command: {problem}"
        raise RequestError((Issue("SPEC_BAD_TEXT", "--on-batch-done", sentence),))
    return text


def run_batch_command(
    text: str, folder: WatchFolder, batch: Batch, counts: BatchCounts
) -> int | None:
    """Run the command to its end; return its exit code, None when it never started or never ended.

    `{batch} {folder} {completed} {failed}` stand for themselves in its words.
    """
    values = {
        "{batch}": batch.label,
        "{folder}": str(folder.root),
        "{completed}": str(counts.completed),
        "{failed}": str(counts.failed),
    }
    try:
        done = subprocess.run(
            [_fill(word, values) for word in shlex.split(text)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.returncode


def _fill(word: str, values: dict[str, str]) -> str:
    for field, value in values.items():
        word = word.replace(field, value)
    return word
