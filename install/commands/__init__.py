"""The table of commands: one file each, listed here in the order in which `--help` shows them."""

from __future__ import annotations

from . import demo, plugin, test
from .command import Command

__all__ = ["COMMANDS", "Command"]

COMMANDS: tuple[Command, ...] = (demo.COMMAND, plugin.COMMAND, test.COMMAND)
