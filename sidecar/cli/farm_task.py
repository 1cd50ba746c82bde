"""`proxx farm task`."""

from __future__ import annotations

import argparse

from sidecar.cli.outcome import DEFECT, Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""


def execute(arguments: argparse.Namespace) -> Outcome:
    """Not built yet."""
    return Outcome(DEFECT, None, complaints=(f"proxx farm {arguments.action}: not built yet",))
