"""Which word starts which command, what `--help` says, and which exit status a failure gets."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from .commands import COMMANDS, Command
from .machine import Machine
from .steps import SetupError, Terminated

INTERRUPTED = 130


def main(arguments: Sequence[str], machine: Machine | None = None) -> int:
    """Run one command and return its exit status; every known failure is a sentence on stderr.

    `machine`: the one that is set up, this one unless another is told.
    """
    _never_fail_to_print()
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        code = _run(arguments, machine or Machine.here())
        sys.stdout.flush()
        return code
    except SetupError as stop:
        sys.stdout.flush()
        print(f"\n{stop}", file=sys.stderr)
        return stop.exit_code
    except KeyboardInterrupt:
        sys.stdout.flush()
        print("\nStopped. The same command picks the work up again.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our lines has gone (`… | head`); Python would try to print once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as problem:
        # Expected ones have sentences of their own; this is a disk or a share that went meanwhile.
        sys.stdout.flush()
        print(f"\nA file or folder could not be used: {problem}.", file=sys.stderr)
        return 3


def help_text(commands: Sequence[Command] = COMMANDS) -> str:
    """Every command with its line, and the exit statuses."""
    width = max(len(command.usage) for command in commands)
    lines = ["Usage: python3 install COMMAND", ""]
    lines += [f"  {command.usage:<{width}}  {command.summary}" for command in commands]
    lines += [
        "",
        "demo and test keep to the folder .venv of this project; the others install Proxx in a",
        "home of its own. No root, no FFmpeg needed.",
        "Exit status: 0 done, 1 a clip or a test failed or something installed was changed,",
        "             2 the request is wrong, 3 a tool or a place is missing, 5 no test to run.",
    ]
    return "\n".join(lines)


def _run(arguments: Sequence[str], machine: Machine) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0 if arguments else 2
    word, rest = arguments[0], arguments[1:]
    for command in COMMANDS:
        if command.name != word:
            continue
        if rest and rest[0] in ("-h", "--help"):
            print(f"Usage: python3 install {command.usage}\n\n{command.description}")
            return 0
        return command.run(rest, machine)
    known = ", ".join(command.name for command in COMMANDS)
    raise SetupError(f"There is no command '{word}'. There are: {known}.", exit_code=2)


def _never_fail_to_print() -> None:
    # A path with an umlaut must not end the set-up on a terminal that knows only ASCII.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    # Being told to end takes the same careful way out as Ctrl-C.
    raise Terminated
