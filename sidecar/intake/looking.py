"""The looks at a hot folder: what arrived, what moves, what stands still, what is whole.

A look lists the hot folder itself. Units that are not seen to are listed whole each time. Of those
that are, the folders' own times are asked, and every file again about once a minute, some at each
look: a look at many thousand files stays cheap, and a change is seen by its folder at once, or by
the file within about a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from sidecar.intake.judging import Checks, Differs, Judge, Verdict, Waits, Whole
from sidecar.intake.manifests import is_manifest
from sidecar.intake.stillness import Patience, Watched, look_again
from sidecar.intake.telling import Moment, Teller
from sidecar.intake.units import HotFolder, Unit

EVERY_FILE_SECONDS = 60.0
PAUSE_SECONDS = 60.0
FILES_A_LOOK = 2_000
"""Of units that were seen to; more where all would not have their turn in time."""


@dataclass
class UnitState:
    """One unit, as far as the looks have come with it."""

    unit: Unit
    watched: Watched | None = None
    at_rest: bool = False
    """Everything was done to what it is now."""
    every_file_at: float = 0.0
    """When each file of it is looked at again, though it is at rest."""
    verdict: Verdict | None = None
    judged_at: float = 0.0
    told: str = ""
    """The reason to wait that was told."""
    refused: bool = False
    trouble: str = ""
    """What went wrong in the system when it was taken."""
    not_before: float = 0.0
    """When it may be taken again after that."""

    def rest(self, now: float) -> None:
        """Leave it alone until it changes."""
        self.begin_anew()
        self.at_rest, self.every_file_at = True, now + EVERY_FILE_SECONDS

    def refuse(self) -> None:
        """Take nothing of it until it changes."""
        self.begin_anew()
        self.refused = True

    def pause(self, now: float, trouble: str) -> None:
        """Leave it for a while: to look at a card again takes its time, and a disk stays full."""
        self.trouble, self.not_before = trouble, now + PAUSE_SECONDS

    def begin_anew(self) -> None:
        """Forget what was found out: it is another one now."""
        self.verdict, self.refused, self.told = None, False, ""
        self.trouble, self.not_before = "", 0.0


@dataclass
class Looking:
    """All units of one hot folder."""

    place: HotFolder
    judge: Judge
    patience: Patience
    teller: Teller
    clock: Callable[[], float]
    states: dict[str, UnitState] = field(default_factory=dict)
    _looked_at: float | None = None
    _links: frozenset[str] = frozenset()

    def look(self) -> list[tuple[UnitState, Whole]]:
        """Take one look; return the units that can be taken. Raises: OSError."""
        found = self.place.find_units()
        now, is_first = self.clock(), self._looked_at is None
        room = self._room(now)
        new = [unit for name, unit in found.units.items() if name not in self.states]
        self.states |= {unit.name: UnitState(unit) for unit in new}
        for name in self.states.keys() - found.units.keys():
            self._forget(name)
        for name, unit in found.units.items():
            state = self.states[name]
            if state.at_rest and not self._needs_a_look(state, unit, now, room):
                continue
            if state.at_rest and state.watched:
                room -= len(state.watched.listing.files)
            self._look_at(state, unit, now)
        self._tell_new([unit.name for unit in new], is_first=is_first)
        self._tell_links(found.links)
        ready = list(self._judge_all(now))
        self.teller.moment(self._moment(now))
        return ready

    def forget_all(self) -> None:
        """Begin anew, as when the hot folder was away: what is there now may be another."""
        self.states.clear()

    def is_over(self) -> bool:
        """Whether nothing more is to be expected of what was there from the beginning."""
        now = self.clock()
        return not any(
            isinstance(state.verdict, Checks | Whole) or self._is_young(state, now)
            for state in self.states.values()
        )

    def compare(self, seconds: float) -> bool:
        """Go on comparing checksums for about so long; return whether there was anything to do."""
        until = self.clock() + seconds
        any_done = False
        for state in self.states.values():
            if not isinstance(state.verdict, Checks):
                continue
            any_done = True
            try:
                if state.verdict.checking.go_on(until - self.clock()):
                    self._conclude(state, state.verdict)
            except OSError:  # a file went away or is shut: the next look sees what it is now
                state.verdict = None
            if self.clock() >= until:
                break
        return any_done

    def waiting(self) -> Iterator[tuple[str, str, float]]:
        """Yield each unit that is not whole, with the reason and the seconds of its stillness."""
        now = self.clock()
        for state in self.states.values():
            if state.at_rest or state.refused or state.watched is None:
                continue
            verdict = state.verdict
            reason = verdict.reason if isinstance(verdict, Waits) else state.trouble
            yield state.unit.name, reason or "is being copied", state.watched.still_seconds(now)

    def _room(self, now: float) -> int:
        """Return how many files of units at rest are looked at now, so that all have their turn."""
        before, self._looked_at = self._looked_at, now
        every = sum(len(s.watched.listing.files) for s in self.states.values() if s.watched)
        share = every * (now - before) / EVERY_FILE_SECONDS if before is not None else 0
        return max(FILES_A_LOOK, ceil(share))

    def _needs_a_look(self, state: UnitState, unit: Unit, now: float, room: int) -> bool:
        if state.watched is None or state.unit != unit:
            return True
        if now >= state.every_file_at and room > 0:
            return True
        return not self.place.folders_stand(state.watched.listing)

    def _look_at(self, state: UnitState, unit: Unit, now: float) -> None:
        listing = self.place.list_unit(unit)
        state.unit = unit
        state.watched = look_again(state.watched, listing, now)
        if state.watched.looks == 1:
            state.begin_anew()
        seen_to = self.judge.knowledge.at_rest.get(unit.name) == listing.digest
        if seen_to and not listing.unfinished and not listing.unseen:
            state.rest(now)
        else:
            state.at_rest = False

    def _judge_all(self, now: float) -> Iterator[tuple[UnitState, Whole]]:
        still = [
            (state, watched)
            for state in self.states.values()
            if not state.at_rest and not state.refused
            if (watched := state.watched) and watched.is_still(self.patience, now)
        ]
        beside = [name for name in self.states if is_manifest(name)] if still else []
        for state, watched in still:
            if state.verdict is None or self._is_old(state, now):
                state.verdict = self.judge.judge(state.unit, watched, beside)
                state.judged_at = now
                if isinstance(state.verdict, Checks):
                    checking = state.verdict.checking
                    self.teller.checking(state.unit.name, *checking.to_do())
            if isinstance(state.verdict, Waits):
                self._tell_waiting(state, state.verdict, watched.still_seconds(now))
            elif isinstance(state.verdict, Whole) and now >= state.not_before:
                yield state, state.verdict

    def _is_old(self, state: UnitState, now: float) -> bool:
        """Whether what a unit waits for may have gone without a trace, as a right to read it."""
        waited = now - state.judged_at >= self.patience.quiet_seconds
        return isinstance(state.verdict, Waits) and waited

    def _conclude(self, state: UnitState, checks: Checks) -> None:
        verdict = self.judge.after(checks)
        checking = checks.checking
        self.teller.checked(state.unit.name, checking.files_done)
        if isinstance(verdict, Differs):
            self.teller.refused(state.unit.name, verdict.problems)
            state.refuse()
        else:
            state.verdict = verdict

    def _is_young(self, state: UnitState, now: float) -> bool:
        watched = state.watched
        if state.at_rest or state.refused or watched is None or watched.has_moved:
            return False
        return not watched.is_still(self.patience, now)

    def _forget(self, name: str) -> None:
        state = self.states.pop(name)
        if not state.at_rest and not state.refused:
            self.teller.gone(name)

    def _tell_new(self, names: list[str], *, is_first: bool) -> None:
        fresh = [name for name in names if not self.states[name].at_rest]
        if is_first:
            self.teller.started(self.place.root, len(names), len(names) - len(fresh))
        if fresh:
            self.teller.arrived(fresh)

    def _tell_links(self, links: frozenset[str]) -> None:
        for name in sorted(links - self._links):
            self.teller.left_out([name], [(name, "a link to a folder; copy that folder itself")])
        self._links |= links

    def _tell_waiting(self, state: UnitState, waits: Waits, seconds: float) -> None:
        if seconds >= self.patience.told_after_seconds and waits.reason != state.told:
            state.told = waits.reason
            self.teller.waits(state.unit.name, waits.reason, seconds)

    def _moment(self, now: float) -> Moment:
        moving, checking, waiting = [], [], []
        for name, state in self.states.items():
            if state.at_rest or state.refused or state.watched is None:
                continue
            if isinstance(state.verdict, Checks):
                done = state.verdict.checking
                checking.append((name, done.bytes_done, done.to_do()[1]))
            elif isinstance(state.verdict, Waits):
                waiting.append(name)
            elif not state.watched.is_still(self.patience, now):
                moving.append((name, state.watched.listing.size_bytes))
        return Moment(tuple(moving), tuple(waiting), tuple(checking))
