"""The machine that is set up: its system, its variables, and where things lie on it.

Everything that differs between macOS, Windows and Linux, or between one user and all of them, is
told by a `Machine`, so that each can be played on any other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .facts import Scope
from .steps import SetupError

Places = tuple[tuple[str, str], ...]
"""Each a variable with a folder, '' for the machine's root, and what lies below it."""

_HOMES: Mapping[str, Mapping[Scope, Places]] = {
    "darwin": {
        "user": (("HOME", "Library/Application Support/Proxx"),),
        "all": (("", "Library/Application Support/Proxx"),),
    },
    "win32": {
        "user": (("LOCALAPPDATA", "Proxx"), ("USERPROFILE", "AppData/Local/Proxx")),
        "all": (("PROGRAMFILES", "Proxx"),),
    },
    "linux": {
        "user": (("XDG_DATA_HOME", "proxx"), ("HOME", ".local/share/proxx")),
        "all": (("", "opt/proxx"),),
    },
}
_PROGRAMS: Mapping[str, Mapping[Scope, Places]] = {
    "darwin": {"user": (("HOME", ".local/bin"),), "all": (("", "usr/local/bin"),)},
    "linux": {"user": (("HOME", ".local/bin"),), "all": (("", "usr/local/bin"),)},
}
"""On Windows no folder of a user's programs is on the path."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine as one of its users sees it."""

    system: str
    """As `sys.platform` has it: darwin, win32 or linux."""
    variables: Mapping[str, str]
    root: Path = Path("/")
    """What stands before a place that no variable names."""

    @classmethod
    def here(cls) -> Machine:
        """Return the one that we are on."""
        return cls(system=sys.platform, variables=os.environ)

    def find(self, places: Places) -> Path | None:
        """Return the first place whose variable is set, to an absolute path."""
        for variable, below in places:
            top = str(self.root) if variable == "" else self.variables.get(variable)
            if top and os.path.isabs(top):
                return Path(top, below)
        return None

    def home(self, scope: Scope) -> Path:
        """Return the folder of Proxx itself: its environment, and what it notes of its files.

        Raises: SetupError where this system has none that is known.
        """
        places = _HOMES.get(self.system, {}).get(scope, ())
        found = self.find(places)
        if found is None and places:
            names = " or ".join(variable for variable, _ in places)
            raise SetupError(
                f"Where programs go is told by no variable ({names}).",
                cure="Set it to a whole path, then run the same command again.",
            )
        if found is None:
            raise SetupError(
                f"It is not known where programs go on this system ({self.system}).",
                cure="Proxx is installed on macOS, Windows and Linux; on others `python3 install "
                "demo` makes an environment .venv in its own folder.",
            )
        return found

    def programs(self, scope: Scope) -> Path | None:
        """Return the folder for programs that a terminal finds by name; None: there is none."""
        return self.find(_PROGRAMS.get(self.system, {}).get(scope, ()))
