"""Which Python the menu of a DaVinci Resolve would run scripts with, told by files.

Resolve brings none before 21.1. On macOS and Linux it takes the one of $PYTHON3HOME, else
`/usr/local/bin/python3`, and loads its shared library; on Windows the one of FUSION_PYTHON3_HOME or
PYTHONHOME, else the newest in the registry. Where it finds none, `.py` entries are missing from the
menu without a word. Sources: the README of its scripting interface, and what makers of scripts
found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .reading import is_file, names_in, real_path
from .resolve_evidence import Edition
from .versions import Version, is_at_least, version_text

BUNDLED_SINCE: Version = (21, 1)
_BUNDLED: Version = (3, 14)
_WORKS: tuple[tuple[Version, tuple[Version, Version]], ...] = (
    ((0,), ((3, 6), (3, 6))),
    # Its bridge imported `imp`, which Python 3.12 has not, until 18.6.5.
    ((18,), ((3, 6), (3, 11))),
    # Python 3.13 and 3.14 crash Resolve 20; of 21.0 nothing better is known.
    ((18, 6, 5), ((3, 6), (3, 12))),
)
"""From a version of Resolve on: the oldest and the newest Python that are known to work."""

_UNIX_VARIABLES = ("PYTHON3HOME",)
_WINDOWS_VARIABLES = ("FUSION_PYTHON3_HOME", "PYTHONHOME")
_USUAL = "usr/local/bin/python3"
_TAG = re.compile(r"3\.[0-9]{1,3}")
"""A 64-bit Python for Intel; others have more in their names (3.12-32, 3.13-arm64)."""
_PROGRAM = re.compile(r"python(3)\.([0-9]{1,3})")
_LIBRARY_FOLDER = re.compile(r"python(3)\.([0-9]{1,3})")
_DLL = re.compile(r"python(3)([0-9]{1,3})\.dll", re.IGNORECASE)

_CURES: Mapping[str, str] = {
    "darwin": "Install Python {newest} from python.org, which puts python3 into /usr/local/bin; "
    "then restart Resolve.",
    "linux": "Build Python {newest} with --enable-shared into /usr/local, or start Resolve with "
    "PYTHON3HOME set to the folder of one; then restart Resolve.",
    "win32": "Install Python {newest} (64 bit) from python.org and set FUSION_PYTHON3_HOME to its "
    "folder; then restart Resolve.",
}
_BRINGS_ITS_OWN = " Studio 21.1 and later brings its own."
_LUA = " The entries in Lua need no Python."


@dataclass(frozen=True, kw_only=True)
class FoundPython:
    """The Python that a menu would use, or what is in its way."""

    program: Path | None = None
    """None: it is inside of Resolve, or nowhere."""
    version: Version | None = None
    named_by: str
    """A variable, the registry, a path, or Resolve itself."""
    certain: bool = True
    """False: named by a variable that Resolve, started from the desktop, may not have."""
    trouble: str | None = None
    """Why it is not known to work, as a sentence."""
    cure: str | None = None

    @property
    def usable(self) -> bool:
        """Whether Resolve is known to work with it, if it finds it."""
        return self.trouble is None


def find_python(
    system: str,
    variables: Mapping[str, str],
    *,
    root: Path,
    edition: Edition | None,
    version: Version | None,
    registry: Mapping[str, str],
) -> FoundPython | None:
    """Return the Python of a Resolve's menu; None: it lists no Python, or that cannot be told.

    `registry`: by a version as PythonCore has it (3.12) the folder of that Python.
    """
    bundled = is_at_least(version, BUNDLED_SINCE)
    if bundled:
        if edition != "studio":
            return None
        return FoundPython(version=_BUNDLED, named_by="DaVinci Resolve brings it")
    newest = _known_to_work(version)[1]
    found = _on_windows(variables, registry) if system == "win32" else _on_unix(variables, root)
    found = _judged(found, version)
    if found.trouble is None:
        return found
    cure = _CURES.get(system, "").format(newest=version_text(newest))
    may_bring = bundled is None and edition != "free"
    return replace(found, cure=f"{cure}{_BRINGS_ITS_OWN * may_bring}{_LUA}".strip())


def _on_unix(variables: Mapping[str, str], root: Path) -> FoundPython:
    for name in _UNIX_VARIABLES:
        if variables.get(name):
            program = Path(variables[name], "bin", "python3")
            return _of_program(FoundPython(program=program, named_by=name, certain=False))
    return _of_program(FoundPython(program=root / _USUAL, named_by=f"/{_USUAL}"))


def _of_program(found: FoundPython) -> FoundPython:
    program = found.program
    real = real_path(program) if program else None
    if real is None or not is_file(real):
        return replace(
            found, program=None, trouble=f"Resolve finds no Python: there is no {program}."
        )
    home = real.parent.parent
    version = _numbers(_PROGRAM, real.name) or _only_version(home / "lib")
    if version is None:
        return replace(found, trouble=f"It cannot be told which Python {program} is.")
    if not _has_library(home, version):
        return replace(
            found,
            version=version,
            trouble=f"{program} has no shared library, which Resolve would load.",
        )
    return replace(found, version=version)


def _on_windows(variables: Mapping[str, str], registry: Mapping[str, str]) -> FoundPython:
    for name in _WINDOWS_VARIABLES:
        if variables.get(name):
            return _of_folder(Path(variables[name]), named_by=name)
    tags = sorted((tag for tag in registry if _TAG.fullmatch(tag)), key=lambda tag: int(tag[2:]))
    if not tags:
        return FoundPython(
            named_by="the registry",
            trouble="Resolve finds no Python: the registry has none of 64 bit.",
        )
    return _of_folder(Path(registry[tags[-1]]), named_by="the registry")


def _of_folder(folder: Path, *, named_by: str) -> FoundPython:
    program = folder / "python.exe"
    found = FoundPython(program=program, named_by=named_by)
    if not is_file(program):
        return replace(
            found, program=None, trouble=f"Resolve finds no Python: {named_by} names {folder}."
        )
    versions = {_numbers(_DLL, name) for name in names_in(folder)} - {None}
    if len(versions) != 1:
        return replace(found, trouble=f"It cannot be told which Python {program} is.")
    return replace(found, version=versions.pop())


def _judged(found: FoundPython, resolve: Version | None) -> FoundPython:
    """Return it with the trouble that its version makes for this version of Resolve."""
    oldest, newest = _known_to_work(resolve)
    if found.trouble or resolve is None or found.version is None:
        return found
    if oldest <= found.version <= newest:
        return found
    return replace(
        found,
        trouble=f"DaVinci Resolve {version_text(resolve)} is known to work with Python "
        f"{version_text(oldest)} to {version_text(newest)}, and would take "
        f"{version_text(found.version)}: {found.program}.",
    )


def _known_to_work(resolve: Version | None) -> tuple[Version, Version]:
    """Return the oldest and the newest Python for every version that this one can be."""
    if resolve is None:
        return _WORKS[-1][1]
    ends = [*(since for since, _ in _WORKS[1:]), None]
    possible = [
        pythons
        for (since, pythons), end in zip(_WORKS, ends, strict=True)
        if is_at_least(resolve, since) is not False
        and not (end is not None and is_at_least(resolve, end))
    ]
    return max(oldest for oldest, _ in possible), min(newest for _, newest in possible)


def _numbers(pattern: re.Pattern[str], name: str) -> Version | None:
    match = pattern.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None


def _only_version(library: Path) -> Version | None:
    """Return the version of a `lib/python3.12`, where there is one such folder."""
    versions = {_numbers(_LIBRARY_FOLDER, name) for name in names_in(library)} - {None}
    return versions.pop() if len(versions) == 1 else None


def _has_library(home: Path, version: Version) -> bool:
    """Whether a Python has a library to load: a framework's `Python`, a `.so` or a `.dylib`."""
    if is_file(home / "Python"):
        return True
    name = re.compile(rf"libpython{version_text(version)}m?(\.so[0-9.]*|\.dylib)")
    tops = [home / top for top in names_in(home) if top.startswith("lib")]
    folders = [*tops, *(top / inner for top in tops for inner in names_in(top) if "-" in inner)]
    return any(name.fullmatch(file) for folder in folders for file in names_in(folder))
