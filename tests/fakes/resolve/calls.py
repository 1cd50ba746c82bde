"""What was asked of the double, in order, with the answers: for tests that look back or count."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Call:
    """One call. Objects in `args` and `answer` are the double's own, not handles."""

    of: str
    """The class as Resolve calls it, such as `MediaPoolItem`."""
    name: str
    args: tuple[Any, ...]
    named: dict[str, Any] = field(default_factory=dict)
    answer: Any = None
    raised: BaseException | None = None
    misused: bool = False
    """The arguments fit no form of the method; Resolve says None to that."""
    thread: int = field(default_factory=threading.get_ident)

    @property
    def method(self) -> str:
        return f"{self.of}.{self.name}"


class CallLog:
    """All calls since it was last cleared."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def note(self, call: Call) -> Call:
        self.calls.append(call)
        return call

    def of(self, method: str) -> list[Call]:
        """The calls of `Method`, or of `Class.Method`."""
        return [call for call in self.calls if method in (call.name, call.method)]

    def count(self) -> Counter[str]:
        """How often each `Class.Method` was called."""
        return Counter(call.method for call in self.calls)

    def misused(self) -> list[Call]:
        """Calls whose arguments fit no form of the method."""
        return [call for call in self.calls if call.misused]

    def threads(self) -> set[int]:
        """The threads that called; Resolve wants no more than one."""
        return {call.thread for call in self.calls}

    def clear(self) -> None:
        self.calls.clear()
