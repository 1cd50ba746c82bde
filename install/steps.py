"""How a set-up step looks from outside: one line with its seconds, one log, one way to stop.

Also the one place that starts other programs, with an environment that is not ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

WIDTH = 100
_STEP_COLUMNS = 66

# Each of these would make the child see another Python than the one it was started with.
_NOT_FOR_CHILDREN = frozenset(
    {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "PYTHONPLATLIBDIR",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    }
)


# What pip draws around the words that matter.
_PIP_FRAME = ("note:", "hint:", "[notice]", "[end of output]", "\N{MULTIPLICATION SIGN}", "│", "╰")


class SetupError(Exception):
    """The command cannot go on: a sentence, what to do about it, and the exit status."""

    def __init__(self, sentence: str, *, cure: str = "", exit_code: int = 3) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cure = cure
        self.exit_code = exit_code

    def __str__(self) -> str:
        return "\n".join(wrapped(part) for part in (self.sentence, self.cure) if part)


class Terminated(KeyboardInterrupt):
    """We alone were told to end (SIGTERM), not the whole group as by Ctrl-C."""


class Step:
    """One running step; `outcome` ends its line, `remark` follows on the next."""

    def __init__(self) -> None:
        self.outcome = "done"
        self.remark = ""


@contextlib.contextmanager
def step(text: str) -> Iterator[Step]:
    """Print the step, and when it ended its outcome with the seconds it took."""
    dots = "." * max(3, _STEP_COLUMNS - len(text))
    print(f"  {text} {dots} ", end="", flush=True)
    # No terminal tricks: a step is one line, so it also reads well in a log file.
    begun = time.monotonic()
    current = Step()
    try:
        yield current
    except BaseException as problem:
        stopped = isinstance(problem, KeyboardInterrupt)
        current.outcome = "stopped" if stopped else "failed"
        raise
    finally:
        print(f"{current.outcome:<13}{time.monotonic() - begun:6.1f} s", flush=True)
        if current.remark:
            print(textwrap.indent(wrapped(current.remark, WIDTH - 4), "    "), flush=True)


def child_environment(ours: Mapping[str, str] | None = None, **more: str) -> dict[str, str]:
    """Our environment without what would lead another Python astray."""
    kept = os.environ if ours is None else ours
    clean = {name: value for name, value in kept.items() if name not in _NOT_FOR_CHILDREN}
    return clean | more


def run_quietly(
    command: Sequence[str], *, cwd: Path, log: Path, environment: Mapping[str, str] | None = None
) -> int:
    """Run with all output appended to the log; a program that cannot start is exit status 127."""
    with log.open("ab") as stream:
        stream.write(("\n$ " + " ".join(command) + "\n").encode("utf-8", "surrogateescape"))
        stream.flush()
        try:
            return subprocess.run(
                command,
                cwd=cwd,
                env=child_environment() if environment is None else dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        except OSError as problem:
            stream.write(f"{problem}\n".encode("utf-8", "surrogateescape"))
            return 127


def ask(command: Sequence[str], *, cwd: Path, seconds: float = 60) -> str | None:
    """What the program prints, or nothing when it cannot start, fails or takes too long."""
    try:
        answer = subprocess.run(
            command,
            cwd=cwd,
            env=child_environment(PYTHONUTF8="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode("utf-8", "surrogateescape").strip()


def read_told(answer: str | None) -> dict[str, Any] | None:
    """The object that a program told as JSON; None where it told something else, or nothing."""
    try:
        told = json.loads(answer or "")
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def run_in_sight(command: Sequence[str], *, cwd: Path) -> int:
    """Run with our own output and wait to the end, also when Ctrl-C asks the program to stop."""
    try:
        child = subprocess.Popen(command, cwd=cwd, env=child_environment())
    except OSError as problem:
        raise SetupError(f"{command[0]} cannot be started: {problem}.") from problem
    while True:
        try:
            return child.wait()
        except Terminated:
            child.terminate()
        except KeyboardInterrupt:
            # The terminal gave Ctrl-C to the program too; a second word from us would turn its
            # careful stop into a hard one.
            continue


def shell_line(words: Sequence[str]) -> str:
    """The words as one types them here."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, indented, for the moment in which something failed."""
    try:
        text = log.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(_PIP_FRAME)]
    return "\n".join("    " + line[: WIDTH - 4] for line in telling[-count:])


def wrapped(text: str, width: int = WIDTH) -> str:
    """The text within the width; lines that are indented already are left as they are."""
    wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    lines = text.splitlines()
    return "\n".join(line if line.startswith(" ") else wrapper.fill(line) for line in lines)
