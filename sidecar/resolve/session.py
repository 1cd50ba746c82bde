"""What an action of the menu works with: the talk, the settings, a Console and a log to tell in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sidecar.resolve.settings import PluginSettings
from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import RemoteObject
from sidecar.words import printable

Log = Callable[[str], None]
"""Writes one line into the log; never raises."""


@dataclass(frozen=True, slots=True)
class Project:
    """The project that was open when it was asked for."""

    id: str
    name: str
    handle: RemoteObject


@dataclass(frozen=True, slots=True)
class Session:
    """One action that a person chose in Resolve's menu."""

    talk: Talk
    settings: PluginSettings
    log: Log

    def say(self, *lines: str) -> None:
        """Tell lines in the log, and in Resolve's Console. Raises: TalkError."""
        tell(self.talk, self.log, lines)

    @property
    def project(self) -> Project | None:
        """Ask which project is open now; None: none, or there is no Resolve. Raises: TalkError."""
        resolve = self.talk.resolve
        # What fails says None, False or [].
        home = resolve.GetProjectManager() if resolve else None
        handle = home.GetCurrentProject() if home else None
        if not handle:
            return None
        project_id = handle.GetUniqueId()
        return Project(project_id, handle.GetName() or "", handle) if project_id else None


Action = Callable[[Session], int]
"""Does what the menu says; returns an exit code: 0 done, 1 something failed, 2 the request is
wrong, 3 a tool or a place is missing.
"""


def tell(talk: Talk, log: Log, lines: Iterable[str]) -> None:
    """Tell lines in the log, and in Resolve's Console. Raises: TalkError."""
    # What a name may hold, such as a line's end, must not pass for words of ours.
    shown = [printable(line) for line in lines]
    for line in shown:
        log(line)
    talk.say("\n".join(shown))
