"""Which servers a test run started: told in one file, which the run's end shows.

Under pytest-xdist the workers write and the controller shows; their base folders lie in its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest

_FILE = "servers.txt"


class Server(Protocol):
    """What every started server has."""

    @property
    def version(self) -> str:
        """What it says of itself."""

    @property
    def pid(self) -> int:
        """Its process."""


def tell_server(config: pytest.Config, name: str, server: Server) -> None:
    """Write down that a server was started."""
    line = f"{name} {server.version}, pid {server.pid}, started by {os.getpid()}\n"
    with _file(config).open("a", encoding="utf-8") as told:
        told.write(line)


def servers_told(config: pytest.Config) -> list[str]:
    """Return a line for each server of this run."""
    path = _file(config)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _file(config: pytest.Config) -> Path:
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return (base.parent if hasattr(config, "workerinput") else base) / _FILE
