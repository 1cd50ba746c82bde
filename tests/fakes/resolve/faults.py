"""Decides when a call does not do what it should: by method and by which call, once or always."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Proceed = Callable[[], Any]


class ResolveFault(RuntimeError):
    """Stands for whatever the real thing throws, which it seldom does."""


class ResolveHangs(BaseException):
    """The real thing would never answer this call: a test must not wait for it, nor overlook it.

    No Exception, so that nothing which catches those swallows it.
    """


class Effect(Protocol):
    """What happens to one call."""

    def apply(self, proceed: Proceed) -> Any: ...


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers this; `acts`: after the work was done all the same (a True that is told as None)."""

    value: Any
    acts: bool = False

    def apply(self, proceed: Proceed) -> Any:
        if self.acts:
            proceed()
        return copy.deepcopy(self.value)


@dataclass(frozen=True, slots=True)
class Raises:
    """Throws instead of answering."""

    error: BaseException = field(default_factory=lambda: ResolveFault("the call failed"))

    def apply(self, proceed: Proceed) -> Any:
        raise self.error


@dataclass(frozen=True, slots=True)
class HoldsNone:
    """Answers a list as it is, with None before its first thing."""

    def apply(self, proceed: Proceed) -> Any:
        answer = proceed()
        return [None, *answer] if isinstance(answer, list) else answer


@dataclass(frozen=True, slots=True)
class Turned:
    """Answers what `turn` makes of the true answer: another form of it, or a lie."""

    turn: Callable[[Any], Any]

    def apply(self, proceed: Proceed) -> Any:
        return self.turn(proceed())


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Something happens just before the call: a person switches the project, a file goes."""

    action: Callable[[], object]

    def apply(self, proceed: Proceed) -> Any:
        self.action()
        return proceed()


@dataclass(frozen=True, slots=True)
class Hangs:
    """Gives no answer until it is let go, or at most for `seconds`."""

    until: threading.Event
    seconds: float = 60.0

    def apply(self, proceed: Proceed) -> Any:
        if not self.until.wait(self.seconds):
            raise ResolveHangs("nobody let the call go")
        return proceed()


FAILURES: dict[str, Effect] = {
    "None": Answers(None),
    "False": Answers(False),
    "[]": Answers([]),
    "raise": Raises(),
}
"""How a call may fail, by the name a test list shows."""


@dataclass(slots=True)
class Fault:
    """An effect on some calls of a method."""

    method: str
    effect: Effect
    first: int
    last: int | None
    """The first and last call it falls on, from 1; None: on every one from the first on."""
    seen: int = 0
    fired: int = 0
    """How often it fell on a call: a test of a fault looks whether it was met at all."""


class Faults:
    """The faults that are set."""

    def __init__(self, methods: frozenset[str]) -> None:
        self._methods = methods | {method.partition(".")[2] for method in methods}
        self._faults: list[Fault] = []

    def once(self, method: str, effect: Effect, *, call: int = 1) -> Fault:
        """Let an effect fall on one call of `Method` or `Class.Method`, counted from now.

        Raises: ValueError: there is no such method.
        """
        return self._put(Fault(method, effect, call, call))

    def always(self, method: str, effect: Effect, *, first: int = 1) -> Fault:
        """Let an effect fall on every call from the first on.

        Raises: ValueError: there is no such method.
        """
        return self._put(Fault(method, effect, first, None))

    def clear(self) -> None:
        self._faults.clear()

    def due(self, of: str, name: str) -> Effect | None:
        """The effect that falls on this call; every fault counts it."""
        due: Effect | None = None
        for fault in self._faults:
            if fault.method not in (name, f"{of}.{name}"):
                continue
            fault.seen += 1
            if fault.first <= fault.seen and (fault.last is None or fault.seen <= fault.last):
                fault.fired += 1
                due = due or fault.effect
        return due

    def _put(self, fault: Fault) -> Fault:
        if fault.method not in self._methods:
            raise ValueError(f"the double has no method {fault.method}")
        self._faults.append(fault)
        return fault
