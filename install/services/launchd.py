"""launchd's agents: from login on, in the user's session.

launchd tells only ended well from ended badly, so a keeper of ours stands between (`keeper.py`).
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from .keeping import keeper_code, keeper_words
from .manager import Command
from .service import Service

_LOGOUT_SECONDS = 60
"""How long a running clip may take at logout; after it the next start settles what was left."""


@dataclass(frozen=True)
class Launchd:
    """The user's own domain of launchd."""

    agents: PurePath
    """`~/Library/LaunchAgents`."""
    keepers: PurePath
    """A folder of Proxx's own."""
    logs: PurePath
    """`~/Library/Logs/Proxx`; it must be there."""
    uid: int

    def files(self, service: Service) -> Mapping[PurePath, bytes]:
        """The agent and its keeper."""
        agent = plistlib.dumps(self._agent(service), sort_keys=False)
        return {self._plist(service): agent, self._keeper(service): keeper_code()}

    def arm(self, service: Service) -> tuple[Command, ...]:
        """An agent is loaded at login by lying there, unless somebody said no."""
        return (_launchctl("enable", self._target(service)),)

    def start(self, service: Service) -> tuple[Command, ...]:
        """`bootstrap` fails where it was loaded at login already."""
        plist = str(self._plist(service))
        return (
            *self.arm(service),
            _launchctl("bootstrap", self._domain, plist, may_fail=True),
            _launchctl("kickstart", self._target(service)),
        )

    def stop(self, service: Service) -> tuple[Command, ...]:
        """Comes back at once; the running clip is finished meanwhile."""
        return (_launchctl("kill", "SIGTERM", self._target(service)),)

    def forget(self, service: Service) -> tuple[Command, ...]:
        """A clip that runs longer than a minute from now is ended.

        After a `stop` it is the second asking: a clip that still runs is ended at once, in order.
        """
        return (_launchctl("bootout", self._target(service), may_fail=True),)

    def forgotten(self, service: Service) -> tuple[Command, ...]:
        """Nothing is left."""
        return ()

    def show(self, service: Service) -> Command:
        """All that launchd knows of it."""
        return _launchctl("print", self._target(service))

    def log(self, service: Service) -> Command:
        """The end of the log."""
        return Command(("tail", "-n", "100", str(self.log_file(service))))

    def log_file(self, service: Service) -> PurePath:
        """What it said, and what its keeper did."""
        return self.logs / f"{service.name}.log"

    def hints(self, service: Service) -> tuple[str, ...]:
        """When it runs, and what macOS asks."""
        return (
            "It runs while you are logged in. Stop it and wait for its clip before you remove it, "
            "which gives the clip a minute.",
            "macOS may ask once whether Python may read a network volume, a removable disk or the "
            "Desktop, Documents and Downloads folders; it works there after that was allowed.",
        )

    @property
    def _domain(self) -> str:
        return f"gui/{self.uid}"

    def _target(self, service: Service) -> str:
        return f"{self._domain}/{service.name}"

    def _plist(self, service: Service) -> PurePath:
        return self.agents / f"{service.name}.plist"

    def _keeper(self, service: Service) -> PurePath:
        return self.keepers / f"{service.name}.py"

    def _agent(self, service: Service) -> dict[str, Any]:
        log = self.log_file(service)
        words = keeper_words(service, service.python, self._keeper(service), log)
        return {
            "Label": service.name,
            "ProgramArguments": list(words),
            "RunAtLoad": True,
            # The keeper ends badly only when it was killed itself.
            "KeepAlive": {"SuccessfulExit": False},
            "ExitTimeOut": _LOGOUT_SECONDS,
            # For what Python says when it cannot even start the keeper.
            "StandardErrorPath": str(log),
        }


def _launchctl(*words: str, may_fail: bool = False) -> Command:
    return Command(("launchctl", *words), may_fail)
