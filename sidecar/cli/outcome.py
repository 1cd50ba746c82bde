"""The one place where commands speak: exit codes, human text, JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TextIO

from sidecar.words import align as align
from sidecar.words import format_bytes as format_bytes
from sidecar.words import format_seconds as format_seconds
from sidecar.words import plural as plural
from sidecar.words import printable as printable

DONE = 0
JOB_FAILED = 1
REQUEST_WRONG = 2
PLACE_MISSING = 3
DEFECT = 4
STOPPED = 130

_GRAVITY = (STOPPED, DEFECT, PLACE_MISSING, REQUEST_WRONG, JOB_FAILED, DONE)


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    exit_code: int
    data: Any
    """What `--json` prints."""
    lines: tuple[str, ...] = ()
    """What a person reads."""
    complaints: tuple[str, ...] = field(default=())
    """What went wrong, for standard error."""
    one_line: bool = False
    """Whether the data ends a stream of JSON lines."""


def gravest(codes: Iterable[int]) -> int:
    """Return the exit code that stands for several jobs."""
    return min(codes, key=_GRAVITY.index, default=DONE)


def speak(outcome: Outcome, *, as_json: bool) -> int:
    """Print an outcome and return its exit code."""
    if as_json:
        said = [_as_json(outcome.data, indent=None if outcome.one_line else 2)]
    else:
        said = [printable(line) for line in outcome.lines]
    lost = _write(sys.stdout, said)
    complaints = [printable(line) for line in outcome.complaints]
    if lost is not None:
        complaints.append(f"proxx: what it says cannot be written: {lost.strerror}")
    _write(sys.stderr, complaints)
    return outcome.exit_code if lost is None else gravest((outcome.exit_code, PLACE_MISSING))


def _as_json(data: Any, *, indent: int | None) -> str:
    """Return JSON that the terminal can print: names that are no text are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, indent=indent)
    return text


def say(lines: Iterable[str]) -> None:
    """Print lines for a person at once, for commands that speak while they work.

    What a full disk does not take is lost; the work goes on.
    """
    _write(sys.stdout, [printable(line) for line in lines])


def _write(stream: TextIO, lines: Iterable[str]) -> OSError | None:
    """Print lines; return what kept some of them back. It never ends the work.

    A reader that went away (`| head`) ends the speaking, and is no trouble.
    """
    try:
        for line in lines:
            print(line, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        _forget_unwritten(stream)
        return error
    return None


def _forget_unwritten(stream: TextIO) -> None:
    """Throw away what a stream still holds, which would end the program with a code of Python's."""
    place = stream.fileno()
    kept, nowhere = os.dup(place), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, place)
    stream.flush()
    os.dup2(kept, place)
    os.close(kept)
    os.close(nowhere)
