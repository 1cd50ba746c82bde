"""A talk with a host that answered beforehand, in a file, and is gone since.

What was asked there is answered out of it: a request by its answer, and a call of an item of the
media pool by what any walk tells of the item. What is not in it is refused, and noted: it can be
asked the next time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sidecar.resolve.by_files.answers import (
    Asked,
    Call,
    Told,
    as_json,
    read_items,
    same_question,
)
from sidecar.resolve.talk.values import NOT_ASKED

_ASSUMED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "UnlinkProxyMedia": {
            "UnlinkProxyMedia[]": True,
            'GetClipProperty["Proxy"]': "",
            'GetClipProperty["Proxy Media Path"]': "",
        }
    }
)
"""By a call that is not answered: what is taken for granted after it, so that the calls which
follow it are noted in the same round.
"""
CHANGES = frozenset(("LinkProxyMedia", "UnlinkProxyMedia"))
"""What may be changed in a project by files."""
_OWN: Mapping[str, Any] = MappingProxyType({"open_scope": 1, "close_scope": None, "free": None})
"""What needs no host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that the file does not answer."""

    item: str
    method: str
    args: tuple[Any, ...]


class FiledChannel:
    """Answers as a host would, at once; `say` gets what would stand in Resolve's Console."""

    def __init__(self, asked: Iterable[Asked], say: Callable[[str], None]) -> None:
        asked = tuple(asked)
        self.wanted: list[Wanted] = []
        """What was refused and can be asked, in order."""
        self.items = read_items(asked)
        self.nameless: set[int] = set()
        """The handles of what was asked in vain, as no walk tells an id of it."""
        self._say = say
        self._answers: dict[int, bytes] = {}
        self._now: dict[str, int] = {}
        """By item: when it was last changed, as far as this talk has come."""
        self._assumed: dict[str, Mapping[str, Any]] = {}
        self._known: dict[str, Told] = {}
        for one in asked:
            # Of two looks at the same, the first is what is decided on; the second came after.
            self._known.setdefault(same_question(one.request), one.answer)

    def send(self, line: bytes) -> None:
        """Take a request."""
        request = json.loads(line)
        if request["op"] not in ("beat", "bye"):
            answer = self._answer(request) | {"v": 1, "id": request["id"]}
            self._answers[request["id"]] = json.dumps(answer).encode("ascii")

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return the answer to a number."""
        return self._answers.pop(number, None)

    def close(self) -> None:
        """Do nothing: there is nobody on the other side."""

    def _answer(self, request: Told) -> Told:
        op = request["op"]
        if op in _OWN:
            return {"value": _OWN[op]}
        if op == "say":
            self._say(request["text"])
            return {"value": None}
        known = self._known.get(same_question(request))
        if known is not None:
            return known
        if op == "call":
            return _as_answer(self._cell(request["on"], request["method"], request["args"]))
        if op == "walk" and all(isinstance(s.get("on"), int) for s in request["steps"]):
            return {"value": {step["as"]: self._value(step) for step in request["steps"]}}
        return {"error": _NOT_ASKED}

    def _value(self, step: Told) -> Any:
        on, method = step["on"], step["method"]
        if "args_each" in step:
            return [self._cell(on, method, args) for args in step["args_each"]]
        return self._cell(on, method, step.get("args", []))

    def _cell(self, on: int, method: str, args: list[Any]) -> Any:
        """Return what an item answers next, as it stands in a walk."""
        item = self.items.by_handle.get(on)
        if item is None:
            self.nameless.add(on)
            return {"$e": _NOT_ASKED}
        call = Call(item, method, as_json(args))
        moments = self.items.told.get(call, ())
        told = next((one for one in moments if one.at > self._now.get(item, -1)), None)
        if told is not None and item not in self._assumed:
            if method in CHANGES:
                self._now[item] = told.at
            return told.value
        self.wanted.append(Wanted(item, method, tuple(args)))
        if method in _ASSUMED:
            self._assumed[item] = _ASSUMED[method]
        return self._assumed.get(item, {}).get(method + call.args, {"$e": _NOT_ASKED})


_NOT_ASKED = {"kind": NOT_ASKED, "text": "the file of answers does not tell it"}


def _as_answer(cell: Any) -> Told:
    refused = isinstance(cell, dict) and set(cell) == {"$e"}
    return {"error": cell["$e"]} if refused else {"value": cell}
