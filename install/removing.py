"""Takes away what was installed: what the manifest names, and nothing that a person has changed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from .applying import ENVIRONMENT, hidden_name, read, write_whole
from .building import remove_environment
from .environment import Environment
from .facts import manifest as installed


@dataclass
class TakenAway:
    """What came of taking away."""

    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Each with its reason."""


def remove_parts(home: Path, parts: Collection[str]) -> TakenAway:
    """Remove the files of these parts; the rest stays installed. Raises: SetupError, OSError."""
    before = read(home) or installed.Manifest()
    came = TakenAway()
    for file in before.files:
        if file.part in parts:
            _remove_file(file, came)
    rest = tuple(file for file in before.files if file.part not in parts)
    _write(home, replace(before, files=rest))
    return came


def remove_all(home: Path) -> TakenAway:
    """Remove everything: files, what Proxx writes by itself, the environment, empty folders.

    Raises: SetupError, OSError; then what is left stays noted, to be gone on with.
    """
    before = read(home) or installed.Manifest()
    came = TakenAway()
    for file in reversed(before.files):
        _remove_file(file, came)
    for path in map(Path, before.own):
        _remove_own(path, came)
    if os.path.lexists(home / ENVIRONMENT):
        remove_environment(Environment(folder=home / ENVIRONMENT))
        came.removed.append(str(home / ENVIRONMENT))
    # Twice: the home and those above it are empty only when the manifest is gone.
    _remove_empty(before.folders)
    for name in (home / installed.NAME, hidden_name(home / installed.NAME)):
        name.unlink(missing_ok=True)
    _remove_empty(before.folders)
    came.kept += _not_empty(before.folders)
    return came


def _remove_file(file: installed.InstalledFile, came: TakenAway) -> None:
    path = Path(file.path)
    state = installed.look(file)
    if state == "as installed":
        path.unlink()
        came.removed.append(file.path)
    elif state != "gone":
        came.kept.append(f"{file.path} ({state})")
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        hidden_name(path).unlink()


def _remove_own(path: Path, came: TakenAway) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
    else:
        return
    came.removed.append(str(path))


def _remove_empty(folders: Collection[str]) -> None:
    for folder in reversed(tuple(folders)):
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _not_empty(folders: Collection[str]) -> Iterator[str]:
    """Yield the folders that stay, but for those that only hold another of them."""
    there = [Path(folder) for folder in folders if os.path.isdir(folder)]
    for folder in there:
        if not any(folder in other.parents for other in there):
            yield f"{folder} (not empty)"


def _write(home: Path, manifest: installed.Manifest) -> None:
    write_whole(home / installed.NAME, installed.manifest_bytes(manifest))
