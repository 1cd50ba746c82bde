"""The table of commands: one file each, listed here in the order in which `--help` shows them."""

from __future__ import annotations

from . import demo, product, service, status, test, uninstall
from .command import Command

__all__ = ["COMMANDS", "Command"]

COMMANDS: tuple[Command, ...] = (
    demo.COMMAND,
    product.ALL_COMMAND,
    product.PLUGIN_COMMAND,
    product.SIDECAR_COMMAND,
    service.COMMAND,
    status.COMMAND,
    uninstall.COMMAND,
    test.COMMAND,
)
