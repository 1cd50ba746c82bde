"""A unit that stands still: is it whole, and if not, what is it waiting for.

In this order: no name or date says that somebody still writes it; every container reaches to its
end; every file that a list names is there in its size; every checksum agrees.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from proxx_engine import load_file_kinds
from sidecar.intake.checking import Agreed, Checking, why_not_complete
from sidecar.intake.container_ends import why_not_ended
from sidecar.intake.knowledge import Knowledge
from sidecar.intake.manifests import Manifests, is_manifest, read_manifests
from sidecar.intake.stillness import Patience, Watched
from sidecar.intake.units import Facts, HotFolder, Unit


@dataclass(frozen=True, slots=True)
class Waits:
    """It is not whole."""

    reason: str


@dataclass(frozen=True, slots=True)
class Checks:
    """It is there; whether its checksums agree is found out by `checking`."""

    checking: Checking
    set_aside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """It can be taken, but for files of which no job can be made."""

    set_aside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Differs:
    """Files are not what their list says; nothing of it is taken until it changes."""

    problems: tuple[str, ...]


Verdict: TypeAlias = Waits | Checks | Differs | Whole


@dataclass
class Judge:
    """Judges the units of one hot folder."""

    place: HotFolder
    knowledge: Knowledge
    patience: Patience
    clock: Callable[[], float]
    with_checksums: bool = True
    agreed: Agreed = field(default_factory=dict)
    """Files whose checksum was right; they are not read again while they stay the same."""

    def judge(self, unit: Unit, watched: Watched, lists_beside: Iterable[str]) -> Verdict:
        """Return what a still unit is; `lists_beside` are those that lie in the hot folder."""
        listing = watched.listing
        for path, reason in listing.unseen.items():
            return Waits(f"{path} cannot be looked at: {reason}")
        for path in listing.unfinished:
            return Waits(f"{path} is still being written, as its name or date says")
        short = self._not_ended(listing.files)
        patient = watched.still_seconds(self.clock()) < self.patience.told_after_seconds
        if short and patient:
            path, reason = next(iter(short.items()))
            more = f", and {len(short) - 1:,} more are not whole" if len(short) > 1 else ""
            return Waits(f"{path} {reason}{more}")
        manifests = self._manifests(unit, listing.files, lists_beside)
        if lacking := why_not_complete(self.place, manifests):
            return Waits(lacking)
        aside = {path: f"{reason}; copy it again" for path, reason in short.items()}
        if manifests.listed and self.with_checksums:
            return Checks(Checking(self.place, manifests, self.agreed, self.clock), aside)
        return Whole(aside)

    def after(self, checks: Checks) -> Differs | Whole:
        """Return what a unit is whose checksums were compared."""
        differing = checks.checking.differing
        return Differs(tuple(differing)) if differing else Whole(checks.set_aside)

    def _not_ended(self, files: Mapping[str, Facts]) -> dict[str, str]:
        """Return the new files of footage that are not whole, each with the reason."""
        footage = load_file_kinds().footage
        short = {}
        for path, facts in files.items():
            is_footage = path.rpartition(".")[2].lower() in footage
            if not is_footage or self.knowledge.is_known(path, facts):
                continue
            try:
                reason = why_not_ended(self.place.path(path))
            except OSError as error:
                reason = f"cannot be opened: {error.strerror or error}"
            if reason:
                short[path] = reason
        return short

    def _manifests(
        self, unit: Unit, files: Iterable[str], lists_beside: Iterable[str]
    ) -> Manifests:
        own = [path for path in files if is_manifest(path)] if unit.is_folder else []
        found = read_manifests(self.place, own)
        if is_manifest(unit.name):
            return found
        beside = read_manifests(self.place, list(lists_beside))
        for path, entry in beside.listed.items():
            if path.startswith(f"{unit.name}/") if unit.is_folder else path in unit.files:
                found.listed[path] = entry
        for path, reason in beside.unreadable.items():
            if posixpath.splitext(path)[0] in (unit.name, posixpath.splitext(unit.name)[0]):
                found.unreadable[path] = reason
        return found
