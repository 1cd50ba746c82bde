"""A unit held against its lists: is every file there, is its size right, and its checksum.

Checksums are computed a little at a time, so that nobody else waits while a card is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sidecar.intake.checksums import Checksum, agrees, choose, start_hash
from sidecar.intake.manifests import Listed, Manifests
from sidecar.intake.units import Facts, HotFolder

_PIECE = 4 * 1024 * 1024
_SHOWN = 3

Agreed = dict[str, tuple[Facts, Checksum]]
"""Files whose checksum was found to be right, as they were then."""


def why_not_complete(place: HotFolder, manifests: Manifests) -> str | None:
    """Return what a unit lacks of what its lists name, None when it has all."""
    for path, reason in manifests.unreadable.items():
        return f"{path} {reason}"
    missing: list[str] = []
    other: list[str] = []
    for entry in manifests.listed.values():
        facts = facts_of(place, entry.path)
        if facts is None:
            missing.append(f"{entry.path} is not there")
        elif entry.size is not None and entry.size != facts[0]:
            other.append(f"{entry.path} has {facts[0]:,} of {entry.size:,} bytes")
    wrong = [*missing, *other]
    if not wrong:
        return None
    more = f" and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
    return f"{_lists(manifests)}: {'; '.join(wrong[:_SHOWN])}{more}"


def facts_of(place: HotFolder, relative: str) -> Facts | None:
    """Return a file's size and time; None where no regular file is."""
    try:
        status = os.stat(place.path(relative))
    except OSError:
        return None
    # What is no regular file, as a pipe, would never come to an end.
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


@dataclass
class Checking:
    """The checksums of one unit, being compared."""

    place: HotFolder
    manifests: Manifests
    agreed: Agreed
    clock: Callable[[], float]
    files_done: int = 0
    bytes_done: int = 0
    differing: list[str] = field(default_factory=list)
    """What is told of each file that is not what its list says."""

    def __post_init__(self) -> None:
        """Begin; nothing is read yet."""
        self._steps = self._compare()
        self._sizes = {
            entry.path: facts[0]
            for entry in self.manifests.listed.values()
            if (facts := facts_of(self.place, entry.path)) and not self._agreed(entry, facts)
        }

    def to_do(self) -> tuple[int, int]:
        """Return how many files are to be read in all, and their bytes."""
        return len(self._sizes), sum(self._sizes.values())

    def go_on(self, seconds: float) -> bool:
        """Read for about so long; return whether all is done. Raises: OSError."""
        until = self.clock() + seconds
        return all(self.clock() < until for _step in self._steps)

    def _compare(self) -> Iterator[None]:
        for entry in self.manifests.listed.values():
            if entry.failed:
                self.differing.append(f"{entry.path}: {entry.manifest} says that its check failed")
            checksum = choose(entry.checksums)
            facts = facts_of(self.place, entry.path)
            if checksum is not None and facts is not None and not self._agreed(entry, facts):
                yield from self._compare_one(entry, checksum, facts)

    def _agreed(self, entry: Listed, facts: Facts) -> bool:
        """Whether there is nothing to compare, or it was compared before."""
        checksum = choose(entry.checksums)
        return checksum is None or self.agreed.get(entry.path) == (facts, checksum)

    def _compare_one(self, entry: Listed, checksum: Checksum, facts: Facts) -> Iterator[None]:
        hashing = start_hash(checksum.algorithm)
        with open(self.place.path(entry.path), "rb", buffering=0) as stream:
            while piece := stream.read(_PIECE):
                hashing.update(piece)
                self.bytes_done += len(piece)
                yield
        self.files_done += 1
        if agrees(checksum, hashing):
            self.agreed[entry.path] = (facts, checksum)
        else:
            sentence = f"its {checksum.algorithm} is not the one in {entry.manifest}"
            self.differing.append(f"{entry.path}: {sentence}")


def _lists(manifests: Manifests) -> str:
    named = sorted({entry.manifest for entry in manifests.listed.values()})
    return named[-1] if named else "its list"
