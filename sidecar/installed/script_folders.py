"""Where a DaVinci Resolve looks for scripts (`Fusion/Scripts`), for one user and for all; pure.

Source: the README of its scripting interface, whose path of one user on Windows is wrong: it has
`Support` in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Scope = Literal["user", "all"]
"""Who sees the scripts: one user, or everybody on the machine."""

_PRODUCT = "Blackmagic Design/DaVinci Resolve"
_SCRIPTS = "Fusion/Scripts"
_FOLDERS: Mapping[tuple[str, Scope], tuple[str, str]] = {
    ("darwin", "user"): ("HOME", f"Library/Application Support/{_PRODUCT}/{_SCRIPTS}"),
    ("darwin", "all"): ("", f"Library/Application Support/{_PRODUCT}/{_SCRIPTS}"),
    ("win32", "user"): ("APPDATA", f"{_PRODUCT}/Support/{_SCRIPTS}"),
    ("win32", "all"): ("PROGRAMDATA", f"{_PRODUCT}/{_SCRIPTS}"),
    ("linux", "user"): ("HOME", f".local/share/DaVinciResolve/{_SCRIPTS}"),
    ("linux", "all"): ("", f"opt/resolve/{_SCRIPTS}"),
}
"""By system and scope: a variable with a folder, '' for the root, and what lies below it."""
_CONTAINERS = (
    "com.blackmagic-design.DaVinciResolveLite",
    "com.blackmagic-design.DaVinciResolveAppStore",
)

STORE_UNSUPPORTED = (
    "DaVinci Resolve from the Mac App Store may read nothing but its own container and the folder "
    "Movies, so Proxx cannot work with it."
)
STORE_CURE = "Install DaVinci Resolve from blackmagicdesign.com; it can stand beside the other."


def scripts_folder(
    system: str,
    variables: Mapping[str, str],
    scope: Scope,
    *,
    root: Path = Path("/"),
    program: Path | None = None,
) -> Path | None:
    """Return the folder `Fusion/Scripts`; None: it is not known for this system.

    `system` as `sys.platform` has it. `root` stands before what no variable names. `program`: the
    Resolve that was found, which on Linux has the folder of all users beside it.
    """
    if system == "linux" and scope == "all" and program is not None:
        return program.parent.parent / _SCRIPTS
    if (system, scope) not in _FOLDERS:
        return None
    variable, below = _FOLDERS[(system, scope)]
    top = variables.get(variable) if variable else str(root)
    return Path(top, below) if top else None


def store_folders(variables: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where builds of the Mac App Store look for scripts; they are not supported.

    Both forms are read, by some builds the one and by some the other.
    """
    home = variables.get("HOME")
    if not home:
        return ()
    return tuple(
        Path(home, "Library/Containers", name, "Data/Library/Application Support", form)
        for name in _CONTAINERS
        for form in (f"{_PRODUCT}/{_SCRIPTS}", _SCRIPTS)
    )
