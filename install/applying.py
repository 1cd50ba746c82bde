"""The one place where an installation writes; each file is noted before it is there.

begin   the home of Proxx is there, and its manifest says that work is under way
apply   every file of a plan; until all are written, the manifest names old and new contents
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from .building import only_one
from .extras import joined_extras
from .facts import manifest as installed
from .plan import Action, Plan, foresee, missing_folders, problems
from .steps import SetupError

ENVIRONMENT = "environment"
"""The folder of Proxx's Python, in its home."""
_SHARED = 0o1777


def begin(home: Path, *, version: str, extras: Iterable[str] = ()) -> installed.Manifest:
    """Return what is installed, noted as being changed from now on.

    `extras`: what is to be there besides those that are. Raises: SetupError, OSError.
    """
    made = missing_folders(iter((home,)))
    home.mkdir(parents=True, exist_ok=True)
    with only_one(home):
        before = read(home) or installed.Manifest()
        begun = replace(
            before,
            version=version,
            folders=_joined(before.folders, map(str, made)),
            settled=False,
            extras=joined_extras(before.extras, extras),
        )
        try:
            write_whole(home / installed.NAME, installed.manifest_bytes(begun))
        except OSError:
            # Of folders that no manifest tells of, nobody would know that they are ours.
            for folder in reversed(made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
    return begun


def read(home: Path) -> installed.Manifest | None:
    """Return what is installed; None where nothing is. Raises: SetupError."""
    try:
        return installed.read_manifest(home)
    except (installed.ManifestBroken, OSError) as problem:
        raise SetupError(
            f"What is installed cannot be told: {problem}",
            cure=f"Move {home / installed.NAME} away and install again; then what is there is "
            "taken for somebody else's, and kept beside what is installed.",
        ) from problem


def refuse_early(plan: Plan, *, cure: str, so_far: str = "Nothing was written.") -> None:
    """Raise a SetupError that names every place of the plan that cannot be written to."""
    found = problems(plan)
    if found:
        raise SetupError("\n".join((so_far, *(f"  {one}" for one in found))), cure=cure)


def apply(plan: Plan, home: Path) -> tuple[Action, ...]:
    """Carry a plan out in a home that was begun; return what was done. Raises: OSError."""
    before = read(home) or installed.Manifest()
    actions = foresee(plan, before)
    kept = [file for file in before.files if file.part not in plan.parts]
    ours = [_installed(action, before.version) for action in actions if action.is_ours]
    gone = {str(action.path) for action in actions if action.verb == "take away"}
    folders = [path.parent for path in (file.path for file in plan.files)]
    made = missing_folders(iter((*folders, *plan.folders, *plan.shared)))
    now = replace(
        before,
        files=(*kept, *_with_earlier(ours, before), *(f for f in before.files if f.path in gone)),
        folders=_joined(before.folders, map(str, made)),
        own=_joined(before.own, map(str, plan.own)),
        settled=False,
    )
    write_whole(home / installed.NAME, installed.manifest_bytes(now))
    for folder in (*folders, *plan.folders, *plan.shared):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in plan.shared:
        folder.chmod(_SHARED)
    for action in actions:
        _carry_out(action)
    settled = replace(now, files=(*kept, *ours), settled=True)
    write_whole(home / installed.NAME, installed.manifest_bytes(settled))
    return actions


def write_whole(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write a file in the place of another or of none, whole or not at all. Raises: OSError."""
    hidden = hidden_name(path)
    hidden.unlink(missing_ok=True)  # of a run that was killed; a link would be written through
    try:
        with hidden.open("xb") as file:
            file.write(data)
        if executable:
            hidden.chmod(0o755)
        hidden.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise


def hidden_name(path: Path) -> Path:
    """Return the name that a file has until it is whole."""
    return path.with_name(f".{path.name}.new")


def _carry_out(action: Action) -> None:
    if action.verb == "put aside":
        os.rename(action.path, _free_name(action.path))
    if action.verb in ("write", "bring up", "put aside"):
        write_whole(action.path, action.data, executable=action.executable)
    elif action.verb == "take away":
        action.path.unlink(missing_ok=True)


def _free_name(path: Path) -> Path:
    """Return a name for somebody's own version of a file; none that ends as ours is listed."""
    names = (path.with_name(f"{path.name}.kept-{number}") for number in range(1, 10_000))
    return next(name for name in names if not os.path.lexists(name))


def _installed(action: Action, version: str) -> installed.InstalledFile:
    hashes = (installed.hash_bytes(action.data),)
    known_by = "" if action.once else version
    return installed.InstalledFile(str(action.path), action.part, hashes, known_by)


def _with_earlier(
    files: Iterable[installed.InstalledFile], before: installed.Manifest
) -> Iterator[installed.InstalledFile]:
    """Yield the files, known also by what is ours of them so far."""
    earlier: Mapping[str, installed.InstalledFile] = installed.by_place(before)
    for file in files:
        own = earlier.get(installed.place(file.path))
        yield replace(file, sha256=_joined(file.sha256, own.sha256 if own else ()))


def _joined(before: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
