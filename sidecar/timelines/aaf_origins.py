"""What an AAF says of where its clips came from: the tape, and the files that were imported.

OpenTimelineIO's reader stops at the file that a clip plays; the chain of mobs goes on from there to
the tape or to the camera's own file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a master clip came from."""

    tape: str | None
    files: tuple[str, ...]
    """The URLs of what was imported, as the program wrote them."""


def read_origins(path: Path) -> Mapping[str, Origin]:
    """Return the origins of all master clips, by the id of their mob."""
    import aaf2

    with aaf2.open(str(path)) as file:
        return {str(mob.mob_id): _origin(mob) for mob in file.content.mastermobs()}


def _origin(master: Any) -> Origin:
    tape, files = None, []
    for mob in _chain(master):
        descriptor = getattr(mob, "descriptor", None)
        kind = type(descriptor).__name__
        if kind == "TapeDescriptor":
            tape = tape or mob.name or None
        elif kind == "ImportDescriptor":
            files += list(_locations(descriptor))
    return Origin(tape, tuple(dict.fromkeys(files)))


def _chain(mob: Any) -> Iterator[Any]:
    """Yield a mob and those that it was made from, each once."""
    waiting, seen = [mob], set[str]()
    while waiting and len(seen) < _LONGEST_CHAIN:
        mob = waiting.pop(0)
        if str(mob.mob_id) in seen:
            continue
        seen.add(str(mob.mob_id))
        yield mob
        for slot in mob.slots:
            waiting += list(_sources(slot.segment))


def _sources(segment: Any) -> Iterator[Any]:
    components = getattr(segment, "components", None) or [segment]
    for component in components:
        mob = getattr(component, "mob", None)
        if mob is not None:
            yield mob


def _locations(descriptor: Any) -> Iterator[str]:
    told = descriptor.get("Locator")
    for locator in (told.value or ()) if told is not None else ():
        said = locator.get("URLString")
        if said is not None and said.value:
            yield str(said.value)
