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
        _write(sys.stdout, [_as_json(outcome.data, indent=None if outcome.one_line else 2)])
    else:
        say(outcome.lines)
    _write(sys.stderr, [printable(line) for line in outcome.complaints])
    return outcome.exit_code


def _as_json(data: Any, *, indent: int | None) -> str:
    """Return JSON that the terminal can print: names that are no text are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, indent=indent)
    return text


def say(lines: Iterable[str]) -> None:
    """Print lines for a person at once, for commands that speak while they work."""
    _write(sys.stdout, [printable(line) for line in lines])


def _write(stream: TextIO, lines: Iterable[str]) -> None:
    """Print lines; a reader that went away (`| head`) ends the speaking, never the work."""
    try:
        for line in lines:
            print(line, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
