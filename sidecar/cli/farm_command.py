"""`proxx farm`: JobSpecs as a bundle for a render farm, its tasks, and what came of them.

Each action is a module `sidecar.cli.farm_<action>`, which is imported when it is called.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sidecar.cli.main import Command
    from sidecar.cli.outcome import Outcome

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "export": "make a bundle of Open Job Description out of JobSpecs; nothing is submitted",
        "task": "run one task of a bundle; what the farm's workers start",
        "run": "run a bundle on this machine, as a farm's worker would",
        "collect": "show what came of a bundle's jobs, and write it as one page",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and what each takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=f"{summary}.")
        _module(name).add_arguments(action)
        json_too = "print JSON instead of text"
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=json_too)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Do what is asked."""
    return _module(arguments.action).execute(arguments)


def _module(action: str) -> Command:
    command: Command = importlib.import_module(f"sidecar.cli.farm_{action}")
    return command
