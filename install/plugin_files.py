"""Where the plugin for DaVinci Resolve lies on each system, and every file of it; pure.

    Fusion/Scripts/Utility/Proxx/   the menu files, and the locators that they read
    Fusion/Scripts/Proxx/           what no menu shows: the host, and a folder for its answers

Where Resolve reads is told in its documentation of scripting; on Windows its path for one user is
wrong there: it has `Support` in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .locators import Locator, json_locator, lua_locator, windows_command

_SCRIPTS: Mapping[str, tuple[str, str]] = {
    "darwin": (
        "HOME",
        "Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts",
    ),
    "win32": ("APPDATA", "Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts"),
    "linux": ("HOME", ".local/share/DaVinciResolve/Fusion/Scripts"),
}
"""By system: a variable with a folder of the user's, and what Resolve reads below it."""
_COMMAND = "proxx-plugin.cmd"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the parts of the plugin go."""

    scripts: Path
    """The folder that Resolve looks for scripts in."""
    room: Path
    """The host, and what Proxx and it need; on Windows in ASCII, for Lua's sake."""

    @property
    def menu(self) -> Path:
        """The sub-menu `Proxx`."""
        return self.scripts / "Utility" / "Proxx"

    @property
    def answers(self) -> Path:
        """A folder for the answers of a host in Lua; it must be there."""
        return self.room / "answers"


def find_places(
    system: str, variables: Mapping[str, str], *, scripts: Path | None = None
) -> Places | None:
    """Where the plugin goes for this user; None: nowhere that is known.

    `system` as `sys.platform` has it; `scripts` stands above what is usual there.
    """
    if scripts is None:
        name, below = _SCRIPTS.get(system, ("", ""))
        if name not in variables:
            return None
        scripts = Path(variables[name], below)
    room = scripts / "Proxx"
    if system == "win32" and not str(room).isascii():
        if "PROGRAMDATA" not in variables:
            return None
        user = hashlib.sha256(str(scripts).encode("utf-8", "surrogateescape")).hexdigest()[:8]
        room = Path(variables["PROGRAMDATA"], "Proxx", user)
    return Places(scripts=scripts, room=room)


def plugin_files(
    system: str,
    places: Places,
    *,
    sources: Mapping[str, bytes],
    command: Sequence[str],
    log: Path,
    files: Path | None,
) -> Iterator[tuple[Path, bytes]]:
    """Every file of the plugin, whose locators come after all that they name.

    `sources`: the files of `resolve_scripts` by their names there. `command` starts
    `proxx plugin`. Raises: ValueError: a file for Windows cannot hold the command.
    """
    for name, data in sources.items():
        folder, _, rest = name.partition("/")
        yield (places.menu if folder == "menu" else places.room / folder) / rest, data
    locator = Locator(
        command=tuple(command),
        host=str(places.room / "proxx_host"),
        log=str(log),
        answers=str(places.answers),
        files=str(files) if files else None,
    )
    in_lua = locator
    if system == "win32":
        starter = places.room / _COMMAND
        yield starter, windows_command(locator.command).encode("utf-8")
        in_lua = replace(
            locator,
            command=(str(starter),),
            log=_in_ascii(locator.log, places.room),
            files=_in_ascii(locator.files, places.room) if locator.files else None,
        )
    yield places.menu / "proxx_locator.json", json_locator(locator).encode("utf-8")
    yield places.menu / "proxx_locator.lua", lua_locator(in_lua).encode("utf-8")


def _in_ascii(path: str, room: Path) -> str:
    return path if path.isascii() else str(room / Path(path).name)
