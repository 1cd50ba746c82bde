"""Which DaVinci Resolve is installed on this machine, told by its files without starting it, and in
which languages its menu needs our files.

What cannot be told is None and never guessed; `resolve_evidence` says which file tells what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .registered_pythons import registered_pythons
from .resolve_evidence import Edition
from .resolve_programs import Program, find_programs
from .resolve_python import BUNDLED_SINCE, FoundPython, find_python
from .versions import Version, is_at_least, version_text

Language = Literal["py", "lua"]


@dataclass(frozen=True, kw_only=True)
class FoundResolve:
    """One DaVinci Resolve on this machine."""

    program: Path
    """The .app, the .exe, or on Linux `bin/resolve`."""
    edition: Edition | None
    version: Version | None
    """As many of its numbers as are known: (21,) is some 21."""
    store: bool
    """Whether it is a build of the Mac App Store, which Proxx does not support."""
    python: FoundPython | None
    """What its menu runs Python with; None: it lists no Python, or that cannot be told."""

    @property
    def name(self) -> str:
        """What it is, as far as it is known: DaVinci Resolve Studio 21.1.0."""
        edition = {"studio": " Studio", "free": " (free)", None: ""}[self.edition]
        version = f" {version_text(self.version)}" if self.version else ""
        return f"DaVinci Resolve{edition}{version}{' of the Mac App Store' if self.store else ''}"

    @property
    def untold(self) -> str | None:
        """What no file tells of it, and how it can be told, as a sentence; None: nothing."""
        if self.edition and self.version:
            return None
        missing = " and ".join(
            word
            for word, told in (("edition", self.edition), ("version", self.version))
            if not told
        )
        return f"Its files do not tell its {missing}; once it was started, its log does."

    @property
    def lists_python(self) -> bool | None:
        """Whether its menu lists scripts in Python; None: that cannot be told.

        The free edition lists none since 21.1. Scripts in Lua are listed by all of them.
        """
        if self.edition == "studio":
            return True
        late = is_at_least(self.version, BUNDLED_SINCE)
        if late is None or (late and self.edition is None):
            return None
        return not late


def find_resolves(
    system: str,
    variables: Mapping[str, str],
    *,
    root: Path = Path("/"),
    registry: Mapping[str, str] | None = None,
) -> tuple[FoundResolve, ...]:
    """Return every DaVinci Resolve where one is usually installed; files that cannot be read tell
    nothing.

    `system` as `sys.platform` has it; `root` stands before every place that no variable names;
    `registry`: the Pythons of Windows' registry, by version their folders, else the real ones.
    """
    if registry is None:
        registry = registered_pythons() if system == "win32" else {}
    return tuple(
        _found(program, system, variables, root, registry)
        for program in find_programs(system, variables, root)
    )


def _found(
    program: Program,
    system: str,
    variables: Mapping[str, str],
    root: Path,
    registry: Mapping[str, str],
) -> FoundResolve:
    told = program.told
    python = None
    if not told.store:
        python = find_python(
            system,
            variables,
            root=root,
            edition=told.edition,
            version=told.version,
            registry=registry,
        )
    return FoundResolve(
        program=program.path,
        edition=told.edition,
        version=told.version,
        store=told.store,
        python=python,
    )


def menu_languages(found: Sequence[FoundResolve]) -> tuple[Language, ...]:
    """Return the languages that menu files are needed in, so that each entry is there once.

    Both, which shows every entry twice, only where it cannot be told, or where several Resolves
    that read one folder need different ones. A build of the Mac App Store reads none of ours.
    """
    needed = {language for one in found if not one.store for language in _languages(one)}
    if not needed:
        return ("py", "lua")
    return tuple(language for language in ("py", "lua") if language in needed)


def _languages(found: FoundResolve) -> tuple[Language, ...]:
    """Python only where nothing is in doubt, for a wrong guess would leave the menu empty."""
    if found.lists_python is None or found.version is None:
        return ("py", "lua")
    if not found.lists_python or found.python is None or not found.python.usable:
        return ("lua",)
    return ("py",) if found.python.certain else ("py", "lua")
