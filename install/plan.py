"""What an installation is going to do, before it does it; pure but for looking at files.

A plan lists files with their contents. Held against what the manifest tells and the disk shows, it
becomes one action for each file, which `--dry-run` prints and `applying` carries out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .facts import manifest as installed

Verb = Literal[
    "write", "bring up", "leave as it is", "put aside", "leave to its owner", "take away"
]
"""`put aside`: somebody's own version of the file is kept beside it before ours is written.
`leave to its owner`: somebody else's file has the name, and the plan can do without.
`take away`: ours, of an earlier version, and not in the plan any more."""


@dataclass(frozen=True, kw_only=True)
class PlannedFile:
    """One file that is to be there."""

    path: Path
    data: bytes
    part: str
    executable: bool = False
    yields: bool = False
    """Whether it is left out where another file has its name."""
    once: bool = False
    """Whether it is a person's from then on: no later version brings it up."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be there afterwards."""

    parts: frozenset[str]
    """What is installed anew; other parts stay as they are."""
    files: tuple[PlannedFile, ...] = ()
    folders: tuple[Path, ...] = ()
    """Folders that are to be there besides those of the files."""
    shared: tuple[Path, ...] = ()
    """Likewise; everybody may write in them, and nobody may take another's files away."""
    own: tuple[Path, ...] = ()
    """What Proxx writes into by itself."""


@dataclass(frozen=True)
class Action:
    """What is done with one file."""

    verb: Verb
    path: Path
    data: bytes = b""
    part: str = ""
    executable: bool = False
    once: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether the file is ours afterwards."""
        return self.verb not in ("leave to its owner", "take away")


def foresee(plan: Plan, before: installed.Manifest) -> tuple[Action, ...]:
    """Return what is to be done with each file, in the plan's order, then what is taken away.

    An earlier file that somebody has edited is theirs from then on, and no action is about it.
    """
    known = installed.by_place(before)
    planned = {installed.place(file.path) for file in plan.files}
    return (*(_action(file, known) for file in plan.files), *_leftovers(plan, before, planned))


def problems(plan: Plan) -> tuple[str, ...]:
    """Return in words every place that cannot be written to."""
    wanted = [file.path for file in plan.files]
    taken = [f"{path} is a folder; a file is to have its name" for path in wanted if path.is_dir()]
    folders = dict.fromkeys((*(path.parent for path in wanted), *plan.folders, *plan.shared))
    there = dict.fromkeys(map(nearest, folders))
    return (*taken, *(words for folder in there if (words := _unwritable(folder))))


def missing_folders(folders: Iterator[Path]) -> tuple[Path, ...]:
    """Return the folders that are not there, with those above them, outermost first."""
    missing = {
        above
        for folder in folders
        for above in (folder, *folder.parents)
        if not os.path.lexists(above)
    }
    return tuple(sorted(missing, key=lambda path: (len(path.parts), path)))


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)


def _action(file: PlannedFile, known: Mapping[str, installed.InstalledFile]) -> Action:
    verb = _verb(file, known.get(installed.place(file.path)))
    return Action(verb, file.path, file.data, file.part, file.executable, file.once)


def _verb(file: PlannedFile, before: installed.InstalledFile | None) -> Verb:
    ours = installed.hash_bytes(file.data)
    wanted = installed.InstalledFile(str(file.path), file.part, (ours,))
    state = installed.look(wanted)
    if state == "gone":
        return "write"
    if state == "as installed":
        return "leave as it is"
    if before is not None and installed.look(before) == "as installed":
        return "bring up"
    return "leave to its owner" if file.yields and before is None else "put aside"


def _leftovers(plan: Plan, before: installed.Manifest, planned: set[str]) -> Iterator[Action]:
    for file in before.files:
        earlier = file.part in plan.parts and installed.place(file.path) not in planned
        if earlier and installed.look(file) == "as installed":
            yield Action("take away", Path(file.path), part=file.part)


def _unwritable(folder: Path) -> str:
    if not folder.is_dir():
        return f"{folder} is no folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} may not be written to"


def lines_of(actions: Sequence[Action]) -> Iterator[str]:
    """Yield a line for each action, as a person reads it."""
    width = max((len(action.verb) for action in actions), default=0)
    yield from (f"  {action.verb:<{width}}  {action.path}" for action in actions)
