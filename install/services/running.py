"""The one place of services with effects: which manager this machine has, and running its words."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..machine import Machine
from ..steps import SetupError, child_environment, shell_line
from .launchd import Launchd
from .manager import Command, ServiceManager
from .service import Service
from .systemd import Systemd, volumes_of
from .task_scheduler import TaskScheduler

KEPT = "services"
"""A folder in the home of Proxx: what each service is, and what its manager needs."""


def manager_of(machine: Machine, home: Path) -> ServiceManager:
    """Return what keeps services on a machine. Raises: SetupError where that is not known."""
    user = machine.find((("HOME", ""), ("USERPROFILE", "")))
    if machine.system == "linux":
        units = machine.find(
            (("XDG_CONFIG_HOME", "systemd/user"), ("HOME", ".config/systemd/user"))
        )
        if units is not None and user is not None:
            name = machine.variables.get("USER", "")
            return Systemd(units, name, volumes_of(_mounts(machine), user))
    if machine.system == "darwin" and user is not None:
        return Launchd(
            agents=user / "Library/LaunchAgents",
            keepers=home / KEPT,
            logs=user / "Library/Logs/Proxx",
            uid=os.getuid(),
        )
    if machine.system == "win32":
        names = (machine.variables.get(name) for name in ("USERDOMAIN", "USERNAME"))
        full = "\\".join(filter(None, names))
        return TaskScheduler(folder=home / KEPT, logs=home / "logs", user=full)
    raise SetupError(f"It is not known how services are kept on this system ({machine.system}).")


def tried(manager: ServiceManager) -> ServiceManager:
    """Return the manager as this machine can have it: not every kernel bounds a user's service."""
    if not isinstance(manager, Systemd):
        return manager
    starts, bounds = manager.trials()
    unbounded = not carry_out((starts,)) and carry_out((bounds,))
    return replace(manager, bounded=not unbounded)


def carry_out(commands: Iterable[Command]) -> tuple[str, ...]:
    """Run each in turn; return in words what failed of those that may.

    Raises: SetupError with what another said that failed.
    """
    failed = []
    for command in commands:
        try:
            done = subprocess.run(
                command.words,
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            code, said = done.returncode, done.stdout.decode("utf-8", "replace").strip()
        except OSError as problem:
            code, said = 127, str(problem)
        line = shell_line(command.words)
        if code != 0 and not command.may_fail:
            raise SetupError(f"This failed with status {code}:\n  {line}\n{said}")
        if code != 0:
            failed.append(f"{line}: status {code}, {said}")
    return tuple(failed)


def service_bytes(service: Service) -> bytes:
    """Return a service as a file of its own, to be read again by later commands."""
    return (json.dumps(asdict(service), indent=1, default=str) + "\n").encode("ascii")


def read_service(path: Path) -> Service | None:
    """Return the service that a file tells of; None: of none."""
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        return Service(
            name=told["name"],
            description=told["description"],
            python=Path(told["python"]),
            words=tuple(told["words"]),
            needs=tuple(map(Path, told["needs"])),
            writes=tuple(map(Path, told["writes"])),
            network=told["network"],
            environment=Path(told["environment"]) if told.get("environment") else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mounts(machine: Machine) -> str:
    text = ""
    with contextlib.suppress(OSError):
        text = (machine.root / "proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    return text
