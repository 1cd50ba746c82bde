"""Where the plugin for DaVinci Resolve lies on each system, and every file of it; pure.

    Fusion/Scripts/Utility/Proxx/   the menu files, and the locators that they read
    Fusion/Scripts/Proxx/           what no menu shows: the host, and a folder for its answers

What is installed for all users names no settings and no log:
each user has those at the usual place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .facts import FoundResolve, scripts_folder
from .locators import Locator, json_locator, lua_locator, windows_command
from .machine import Machine, Scope

_COMMAND = "proxx-plugin.cmd"
_NOWHERE = {"win32": "NUL"}
_ALWAYS = "6 About Proxx.lua"
"""Listed by every Resolve, whatever else is not."""


@dataclass(frozen=True, kw_only=True)
class PluginPlaces:
    """Where the parts of the plugin go."""

    scripts: Path
    """The folder that Resolve looks for scripts in."""
    room: Path
    """The host, and what Proxx and it need; on Windows in ASCII, for Lua's sake."""
    shared: Path | None = None
    """A folder of all users, for the answers of their hosts in Lua."""

    @property
    def menu(self) -> Path:
        """The sub-menu `Proxx`."""
        return self.scripts / "Utility" / "Proxx"

    @property
    def answers(self) -> Path:
        """A folder for the answers of a host in Lua; it must be there."""
        return (self.shared or self.room) / "answers"


def find_places(
    machine: Machine,
    scope: Scope,
    *,
    scripts: Path | None = None,
    found: Sequence[FoundResolve] = (),
) -> PluginPlaces | None:
    """Where the plugin goes; None: nowhere that is known.

    `scripts` stands above what is usual there; `found`: the Resolves of this machine.
    """
    scripts = scripts or _usual(machine, scope, found)
    if scripts is None:
        return None
    room, shared = scripts / "Proxx", None
    if machine.system == "win32":
        common = machine.find((("PROGRAMDATA", "Proxx"),))
        if not str(room).isascii():
            if common is None:
                return None
            user = hashlib.sha256(str(scripts).encode("utf-8", "surrogateescape")).hexdigest()[:8]
            room = common / user
        shared = common if scope == "all" else None
    elif scope == "all":
        shared = room
    return PluginPlaces(scripts=scripts, room=room, shared=shared)


def _usual(machine: Machine, scope: Scope, found: Sequence[FoundResolve]) -> Path | None:
    program = next((one.program for one in found), None)
    if machine.system == "linux" and scope == "all" and program is None:
        return None  # it lies in Resolve's own folder, wherever that is
    return scripts_folder(
        machine.system, machine.variables, scope, root=machine.root, program=program
    )


def plugin_files(
    system: str,
    places: PluginPlaces,
    *,
    sources: Mapping[str, bytes],
    languages: Collection[str],
    version: str,
    command: Sequence[str],
    log: Path | None,
    files: Path | None,
) -> Iterator[tuple[Path, bytes]]:
    """Every file of the plugin, whose locators come after all that they name.

    `sources`: the files of `resolve_scripts` by their names there. `languages`: those of the menu.
    `command` starts `proxx plugin`. `log`: None where each user has one of their own. Raises:
    ValueError: a file for Windows cannot hold the command.
    """
    for name, data in sources.items():
        folder, _, rest = name.partition("/")
        if folder != "menu":
            yield places.room / folder / rest, data
        elif rest == _ALWAYS or rest.rpartition(".")[2] in languages:
            yield places.menu / rest, data
    locator = Locator(
        version=version,
        command=tuple(command),
        host=str(places.room / "proxx_host"),
        log=str(log or _NOWHERE.get(system, "/dev/null")),
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
