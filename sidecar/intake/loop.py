"""`run_intake`: look at the hot folder again and again, and take what is whole.

Polling is all there is: network shares tell nobody of what another machine writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sidecar.intake.hold import IntakeOrder, open_intake
from sidecar.intake.judging import Judge, Whole
from sidecar.intake.looking import Looking, UnitState
from sidecar.intake.lots import Lot, UnitMoved
from sidecar.intake.taking import Refused, Taker
from sidecar.intake.telling import Teller


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """How an intake ended by itself."""

    refused: tuple[str, ...]
    """Units of which nothing is taken until they change."""
    waiting: tuple[str, ...]
    """Units that are not whole yet."""
    trouble: str | None
    """What did not work at the last look."""


def run_intake(
    order: IntakeOrder,
    *,
    teller: Teller,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> IntakeOutcome:
    """Take from the hot folder for ever, or with `once` until what is there was seen to.

    Raises: RequestError, PlaceError, OSError: before the first look, and CLAIM_LOST after it.
    """
    with open_intake(order, teller) as taker:
        judge = Judge(
            taker.place, taker.ledger.knowledge, order.patience, clock, order.with_checksums
        )
        looking = Looking(taker.place, judge, order.patience, teller, clock)
        trouble: str | None = None
        while True:
            before, trouble = trouble, _look_and_take(taker, looking)
            if trouble is not None and trouble != before:
                teller.trouble(trouble)
            elif trouble is None and before is not None:
                teller.trouble_over()
            if order.once and (trouble is not None or looking.is_over()):
                return _outcome(looking, teller, trouble)
            if not looking.compare(order.poll_seconds):
                sleep(order.poll_seconds)


def _look_and_take(taker: Taker, looking: Looking) -> str | None:
    """Take one look and what it found whole; return what does not work, None when all does."""
    try:
        ready = looking.look()
    except OSError as error:
        looking.forget_all()
        return _sentence(error, taker.place.root)
    if (away := taker.why_not_now()) is not None:
        return away
    try:
        if taker.ledger.knowledge.intended:
            taker.settle()
    except OSError as error:
        return _sentence(error, taker.ledger.home)
    for group in _groups(ready):
        _take(taker, looking, group)
    return next((state.trouble for state in looking.states.values() if state.trouble), None)


def _sentence(error: OSError, place: Path) -> str:
    return f"{error.filename or place}: {error.strerror or error}"


Group = list[tuple[UnitState, Whole]]


def _groups(ready: Group) -> Iterator[Group]:
    """Yield what is one act: each folder; all loose files that are whole now, together."""
    yield from ([entry] for entry in ready if entry[0].unit.is_folder)
    loose = [entry for entry in ready if not entry[0].unit.is_folder]
    if loose:
        yield loose


def _take(taker: Taker, looking: Looking, group: Group) -> None:
    seen = {state.unit.name: (state.unit, state.watched) for state, _whole in group}
    units = {name: (unit, watched.listing) for name, (unit, watched) in seen.items() if watched}
    aside: Mapping[str, str] = {
        path: reason for _state, whole in group for path, reason in whole.set_aside.items()
    }
    now = looking.clock()
    try:
        taker.take(Lot(taker.place, units), set_aside=aside)
    except UnitMoved:
        return  # the next look sees it move
    except OSError as error:
        for state, _whole in group:
            state.pause(now, _sentence(error, taker.place.root))
        return
    except Refused as refused:
        if len(group) > 1:
            for entry in group:
                _take(taker, looking, [entry])
            return
        [(state, _whole)] = group
        state.refuse()
        looking.teller.refused(state.unit.name, refused.args)
        return
    for state, _whole in group:
        state.rest(looking.clock())


def _outcome(looking: Looking, teller: Teller, trouble: str | None) -> IntakeOutcome:
    waiting = list(looking.waiting())
    for unit, reason, seconds in waiting:
        if looking.states[unit].told != reason:
            teller.waits(unit, reason, seconds)
    refused = tuple(name for name, state in looking.states.items() if state.refused)
    return IntakeOutcome(refused, tuple(unit for unit, *_rest in waiting), trouble)
