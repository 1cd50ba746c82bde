"""Keeps one command of Proxx running, where the system cannot tell one end from another.

    python -I keeper.py --log FILE [--needs PATH]… [--environment FILE]
        -- PYTHON OPTION… -m MODULE WORD…

Waits until every PATH is there, then starts the command with all that it says appended to the log,
and with the variables of the other FILE, read anew for each start.
An end by its own choice is the end: exit 0. After a crash it is started again, after a rest, and
not more than five times in an hour. SIGTERM and SIGINT are passed on. The command runs below
`keeper.py --kept`, which asks it to stop when the keeper is gone, however that went: so it is
never left alone. Standard library only: it is written beside the service as it is here.
"""

from __future__ import annotations

import io
import os
import re
import runpy
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

OWN_CHOICE = (0, 2, 3, 4, 130)
"""Done, a wrong request, a missing place, a defect, asked to stop: none is mended by a start."""
REST_SECONDS = 10.0
MOST_STARTS = 5
STARTS_WITHIN_SECONDS = 3600.0
LOOK_SECONDS = 15.0
FULL_LOG = 10_000_000
VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(?:'([^']*)'|\"([^\"\\\\$`]*)\"|([^'\"\\\\]*))")
"""A line that sets one: the value as it is, or in one pair of quotes."""
WINDOWLESS = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Keeper:
    """Starts the command again and again, until there is a reason to end."""

    def __init__(
        self, log: str, needs: list[str], command: list[str], environment: str | None = None
    ) -> None:
        self._needs = needs
        self._environment = environment
        # The interpreter and its options, then this file, then the module and its words.
        at = command.index("-m")
        self._command = [*command[:at], os.path.abspath(__file__), "--kept", *command[at + 1 :]]
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = threading.Event()
        if os.path.exists(log) and os.path.getsize(log) > FULL_LOG:
            # Windows does not move what a watch still writes that finishes its clip.
            with suppress(OSError):
                os.replace(log, f"{log}.before")
        self._log = open(log, "ab", buffering=0)  # noqa: SIM115 - as long as the keeper

    def ask(self, number: int, _frame: FrameType | None) -> None:
        """Pass a wish to stop on."""
        self._asked.set()
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)

    def keep(self) -> None:
        """Return when it shall not run any more."""
        starts: list[float] = []
        while not self._asked.is_set():
            self._wait_for_places()
            if self._asked.is_set():
                break
            starts.append(time.monotonic())
            try:
                variables = self._variables()
            except (OSError, ValueError) as problem:
                self._say(f"{problem}; it stays down until it is started again")
                return
            code = self._run(variables)
            if code in OWN_CHOICE or self._asked.is_set():
                self._say(f"ended with {code}; it stays down until it is started again")
                return
            recent = [at for at in starts if time.monotonic() - at < STARTS_WITHIN_SECONDS]
            if len(recent) >= MOST_STARTS:
                self._say(f"died with {code}, {len(recent)} times within an hour; it stays down")
                return
            self._say(f"died with {code}; it is started again")
            self._asked.wait(REST_SECONDS)

    def _wait_for_places(self) -> None:
        for place in self._needs:
            told = False
            while not os.path.exists(place) and not self._asked.is_set():
                if not told:
                    self._say(f"waiting for {place}")
                    told = True
                self._asked.wait(LOOK_SECONDS)

    def _variables(self) -> dict[str, str]:
        if self._environment is None:
            return {}
        with open(self._environment, encoding="utf-8") as file:
            return read_variables(file.read(), self._environment)

    def _run(self, variables: dict[str, str]) -> int:
        self._child = child = subprocess.Popen(
            self._command,
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            creationflags=WINDOWLESS,
        )
        if self._asked.is_set():  # between the last look and the start
            child.terminate()
        while True:
            try:
                return child.wait(1.0)
            except subprocess.TimeoutExpired:
                continue  # on Windows a wait without an end would hold a signal back

    def _say(self, sentence: str) -> None:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        with suppress(OSError):  # a full disk keeps nothing from running
            self._log.write(f"{at}Z  keeper: {sentence}\n".encode("utf-8", "backslashreplace"))


def read_variables(text: str, name: str) -> dict[str, str]:
    """Return what the lines of a file set, as systemd too understands them.

    Raises: ValueError: with the file's name and the line, but never with what stands there.
    """
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        told = VARIABLE.fullmatch(stripped)
        if told is None or not stripped.isprintable():
            raise ValueError(
                f"line {number} of {name} is no NAME=VALUE; a value with a quote or a backslash "
                "stands in single quotes"
            )
        found[told[1]] = next((value for value in told.groups()[1:] if value is not None), "")
    return found


class _Log(io.RawIOBase):
    """What the command says; on a full disk it is lost, and the command goes on."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, data: Any) -> int:
        with suppress(OSError):
            os.write(1, data)
        return len(data)


def be_kept(module: str) -> None:
    """Run a module in this process, and ask it to stop once standard input ends."""
    line = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def stop_with_the_keeper() -> None:
        while os.read(line, 4096):
            pass
        signal.raise_signal(signal.SIGTERM)

    sys.stdout = sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(_Log()), "utf-8", "backslashreplace", line_buffering=True
    )
    threading.Thread(target=stop_with_the_keeper, daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main(words: list[str]) -> int:
    """Keep, or be kept."""
    if words and words[0] == "--kept":
        del sys.argv[1:3]
        be_kept(words[1])
        return 0
    at = words.index("--")
    options = list(zip(words[:at:2], words[1:at:2], strict=True))
    (log,) = (value for name, value in options if name == "--log")
    environment = [value for name, value in options if name == "--environment"]
    keeper = Keeper(
        log,
        [value for name, value in options if name == "--needs"],
        words[at + 1 :],
        environment[0] if environment else None,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, keeper.ask)
    keeper.keep()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
