"""Real servers for tests: each a child process that ends with the session, however that ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

from proxx_engine.system import lifeline


def start_tied(command: list[str], *, cwd: Path, told: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a server that must not outlive us; what it says goes to `told`.

    What is returned is its lifeline: it ends as the server ends; close its standard input, and the
    server with all its children is killed. So they are when this process dies, also by kill -9.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-S", lifeline.__file__, *command],
        stdin=subprocess.PIPE,
        stdout=told,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        start_new_session=True,  # Ctrl-C ends the tests, and they end the server
    )


def end_tied(process: subprocess.Popen[bytes]) -> None:
    """Kill a server of `start_tied`, and wait until it is gone."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
