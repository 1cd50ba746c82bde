"""Every program of DaVinci Resolve where one is usually installed, with what its files tell.

A log speaks of the Resolve that was started last. It counts for an installed one only if it was
written after that program came to its place, and if only that one can be the release it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .program_version import read_program_version
from .reading import changed_at, is_file, is_folder, names_in, placed_at, read_end, real_path
from .resolve_evidence import (
    Edition,
    Told,
    release,
    told_by_log,
    told_by_plist,
    told_by_readme,
    told_by_welcome,
)
from .versions import Version, is_same_release

_PRODUCT = "Blackmagic Design/DaVinci Resolve"
_MAC_NAMES = ("DaVinci Resolve.app", "DaVinci Resolve Studio.app")
_MAC_FOLDER = "DaVinci Resolve"
"""How the names of folders begin that hold one; people keep an old one as `DaVinci Resolve 20`."""
_WINDOWS_VARIABLES = ("PROGRAMW6432", "PROGRAMFILES")
"""A 32-bit program sees the folder of 64-bit ones under the first name alone."""
_LINUX_HOMES = ("opt/resolve", "home/resolve")
"""The second: of Blackmagic's own Linux."""

_LOGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "darwin": (
        ("HOME", f"Library/Application Support/{_PRODUCT}/logs"),
        ("", f"Library/Application Support/{_PRODUCT}/logs"),
    ),
    "win32": (
        ("APPDATA", f"{_PRODUCT}/Support/logs"),
        ("PROGRAMDATA", f"{_PRODUCT}/Support/logs"),
    ),
    "linux": (("HOME", ".local/share/DaVinciResolve/logs"), ("", "opt/resolve/logs")),
}
"""By system: a variable with a folder, '' for the root, and where logs lie below it."""
_LOG_NAMES = ("davinci_resolve.log", "ResolveDebug.txt", "rollinglog.txt")
_LOG_LIMIT = 32 << 20
_TEXT_LIMIT = 4 << 20


_Log = tuple[float, Edition, Version]
"""When a log was written, and the edition and version that it says were started last."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program, and what is told of it."""

    path: Path
    """The .app, the .exe, or on Linux `bin/resolve`."""
    dated: Path
    """The file whose times tell when it came to its place."""
    told: Told


def find_programs(system: str, variables: Mapping[str, str], root: Path) -> tuple[Program, ...]:
    """Return each program once, however many links lead to it."""
    search = _SEARCHES.get(system)
    if search is None:
        return ()
    found: dict[Path, Program] = {}
    for program in search(variables, root):
        found.setdefault(real_path(program.path) or program.path, program)
    programs = tuple(found.values())
    logs = _logs(system, variables, root)
    return tuple(_with_logs(program, programs, logs) for program in programs)


def _on_mac(variables: Mapping[str, str], root: Path) -> Iterator[Program]:
    tops = [root / "Applications"]
    if variables.get("HOME"):
        tops.append(Path(variables["HOME"], "Applications"))
    for top in tops:
        names = [name for name in names_in(top) if name.startswith(_MAC_FOLDER)]
        for folder in (top, *(top / name for name in names)):
            for path in (folder / name for name in _MAC_NAMES):
                plist = path / "Contents" / "Info.plist"
                if is_folder(path):
                    yield Program(path=path, dated=plist, told=told_by_plist(_text(plist)))


def _on_windows(variables: Mapping[str, str], root: Path) -> Iterator[Program]:
    del root
    for top in filter(None, map(variables.get, _WINDOWS_VARIABLES)):
        path = Path(top, _PRODUCT, "Resolve.exe")
        if is_file(path):
            readme = told_by_readme(_text(path.parent / "Documents" / "ReadMe.html"))
            told = _joined((Told(version=_program_version(path)), readme))
            yield Program(path=path, dated=path, told=told)


def _on_linux(variables: Mapping[str, str], root: Path) -> Iterator[Program]:
    del variables
    for home in (root / below for below in _LINUX_HOMES):
        path = home / "bin" / "resolve"
        if is_file(path):
            readme = told_by_readme(_text(home / "docs" / "ReadMe.html"))
            welcome = told_by_welcome(_text(home / "docs" / "Welcome.txt"))
            yield Program(path=path, dated=path, told=_joined((readme, welcome)))


_SEARCHES: Mapping[str, Callable[[Mapping[str, str], Path], Iterator[Program]]] = {
    "darwin": _on_mac,
    "win32": _on_windows,
    "linux": _on_linux,
}


def _joined(parts: Iterable[Told]) -> Told:
    """Return what several files tell of one program: the first stand above the later ones, and one
    that names another release tells nothing.
    """
    edition: Edition | None = None
    version: Version | None = None
    for part in parts:
        if version and part.version and not is_same_release(version, part.version):
            continue
        version = max(version or (), part.version or (), key=len) or None
        edition = edition or part.edition
    return Told(edition=edition, version=version)


def _logs(system: str, variables: Mapping[str, str], root: Path) -> list[_Log]:
    """What each log tells, the newest first."""
    found: list[_Log] = []
    for variable, below in _LOGS.get(system, ()):
        top = variables.get(variable) if variable else str(root)
        for path in (Path(top, below, name) for name in _LOG_NAMES) if top else ():
            written = changed_at(path)
            told = told_by_log(read_end(path, _LOG_LIMIT) or b"")
            if written is not None and told.edition and told.version:
                found.append((written, told.edition, told.version))
    return sorted(found, reverse=True)


def _with_logs(program: Program, programs: tuple[Program, ...], logs: list[_Log]) -> Program:
    """Return a program with what the newest log tells that can only be about it."""
    placed = placed_at(program.dated)
    for written, edition, version in logs:
        meant = [each for each in programs if _can_be(each.told, version)]
        if meant == [program] and placed is not None and written > placed:
            return replace(program, told=_agreed(program.told, edition, version))
    return program


def _can_be(told: Told, version: Version) -> bool:
    """Whether a log can be of it; a build of the Mac App Store has its logs elsewhere."""
    return not told.store and (told.version is None or is_same_release(told.version, version))


def _agreed(told: Told, edition: Edition, version: Version) -> Told:
    """Return what the files of a program and its log tell together: no edition if they differ."""
    return Told(
        edition=edition if told.edition in (None, edition) else None,
        version=max(told.version or (), version, key=len),
    )


def _program_version(path: Path) -> Version | None:
    try:
        with open(path, "rb") as stream:
            return release(read_program_version(stream))
    except OSError:
        return None


def _text(path: Path) -> bytes:
    return read_end(path, _TEXT_LIMIT) or b""
