"""Proxx as a product on a machine: one home with an environment, and files where they are needed.

The home outlives the sources that it was made from: they may be deleted, and a later version's
`python3 install` finds it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .applying import ENVIRONMENT, begin
from .building import base_python, closed_above
from .environment import ROOT, Environment
from .installation import Mode, ready_installation
from .machine import Machine, Scope
from .steps import SetupError, ask, read_told

_VERSION = ROOT / "proxx_engine" / "__init__.py"


@dataclass(frozen=True, kw_only=True)
class Product:
    """Proxx as it is, or will be, on a machine."""

    machine: Machine
    scope: Scope
    home: Path

    @property
    def environment(self) -> Environment:
        """Its Python, with Proxx in it."""
        return Environment(folder=self.home / ENVIRONMENT)

    @property
    def command(self) -> tuple[str, ...]:
        """The words that start Proxx, whatever Python variables are set where it is started."""
        return (str(self.environment.python), "-I", "-m", "sidecar.cli.main")

    def ask(self, words: Sequence[str]) -> dict[str, Any] | None:
        """Return what a command of Proxx tells as JSON; None where it tells nothing."""
        return read_told(ask([*self.command, *words, "--json"], cwd=self.home))


def product_of(machine: Machine, scope: Scope) -> Product:
    """Return where Proxx is on a machine. Raises: SetupError where that is not known."""
    return Product(machine=machine, scope=scope, home=machine.home(scope))


def source_version() -> str:
    """Return the version of these sources."""
    found = re.search(r'^__version__ = "([^"]+)"', _VERSION.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{_VERSION} tells no version.")
    return found[1]


def ready_product(product: Product, extras: Iterable[str] = ()) -> None:
    """Make the home, and the environment in it, with these extras and those that are there.

    `apply` is the end. Raises: SetupError, OSError.
    """
    closed = closed_above(base_python()) if product.scope == "all" else None
    if closed is not None:
        raise SetupError(
            f"Not everybody may use the Python that this is run by: {closed} is closed.",
            cure="Run it by one that lies open, for example: /usr/bin/python3 install …",
        )
    begun = begin(product.home, version=source_version(), extras=extras)
    folder = product.environment.folder
    ready_installation(Mode.NORMAL, folder=folder, extras=begun.extras)
