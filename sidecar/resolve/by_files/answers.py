"""What a file of answers tells: each request with its answer, and what was said of each item. Pure.

`proxx_host/by_files.lua` writes such a file: a line with a request, a line with its answer, and so
on. It ends with a request that changes nothing; one that ends otherwise was cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from proxx_engine import ProxxError

Told = dict[str, Any]
"""A request, an answer or a step, as it is sent."""
ITEM_ID = "GetUniqueId"
LAST: Mapping[str, Any] = MappingProxyType({"op": "free", "handles": []})


class AnswersBroken(ProxxError):
    """A file of answers is not whole, or was never one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and its answer, which has a `value` or an `error`."""

    request: Told
    answer: Told


@dataclass(frozen=True, slots=True)
class Call:
    """A method of an item of the media pool, called with some arguments."""

    item: str
    """What the item answers to ITEM_ID."""
    method: str
    args: str
    """As JSON."""


@dataclass(frozen=True, slots=True)
class Place:
    """A list that a walk comes to."""

    walk: int
    """The number of the request in the file, from 0."""
    name: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What a call came to at one time."""

    at: int
    """The place among all steps of the file."""
    value: Any


@dataclass(frozen=True, slots=True)
class Items:
    """What the walks of a file tell of single items."""

    by_handle: Mapping[int, str]
    places: Mapping[str, Place]
    """By item: where it was found first."""
    told: Mapping[Call, Sequence[Moment]]
    """Oldest first: a call may be made before something is changed, and after."""

    def first(self, call: Call) -> Any:
        """Return what a call came to when it was made first; None where it never was."""
        return self.told[call][0].value if call in self.told else None


def read_answers(data: bytes) -> tuple[Asked, ...]:
    """Read a file. Raises: AnswersBroken."""
    *lines, rest = data.split(b"\n")
    if rest or len(lines) % 2:
        raise AnswersBroken("it ends in the middle")
    requests, answers = map(_read, lines[::2]), map(_read, lines[1::2])
    asked = tuple(map(Asked, requests, answers))
    for place, one in enumerate(asked):
        known = {"v", "id", "value"}, {"v", "id", "error"}
        whole = set(one.answer) in known and one.answer["id"] == one.request.get("id")
        if not whole or not _has_all(one):
            raise AnswersBroken(f"line {2 * place + 2} is no answer to the line before it")
    if not asked or same_question(asked[-1].request) != same_question(LAST):
        raise AnswersBroken("its end is missing")
    return asked


def same_question(request: Mapping[str, Any]) -> str:
    """Return what is equal for requests that ask the same, in whichever project."""
    left_out = ("v", "id", "project")
    return as_json({key: one for key, one in request.items() if key not in left_out and one != []})


def as_json(value: Any) -> str:
    """Return text that is equal for equal values."""
    return json.dumps(value, sort_keys=True)


def read_items(asked: Iterable[Asked]) -> Items:
    """Return what the walks tell of single items."""
    by_handle: dict[int, str] = {}
    places: dict[str, Place] = {}
    told: dict[Call, list[Moment]] = {}
    for at, (step, place, column) in enumerate(_steps_over_items(asked)):
        for item, handle, cell in column:
            by_handle[handle] = item
            places.setdefault(item, place)
            for call, value in _calls(step, item, cell):
                told.setdefault(call, []).append(Moment(at, value))
    return Items(by_handle, places, told)


def roots_of(steps: Sequence[Told]) -> dict[str, str]:
    """Return, for each step, the list whose entries its own stand for, one by one."""
    roots: dict[str, str] = {}
    for step in steps:
        aligned = "each" in step and not step.get("flatten") and "distinct" not in step
        roots[step["as"]] = roots[step["each"]] if aligned else step["as"]
    return roots


def _steps_over_items(
    asked: Iterable[Asked],
) -> Iterator[tuple[Told, Place, list[tuple[str, int, Any]]]]:
    """Yield each step over a list of items whose ids are asked for: the step, the list, and by
    item its id, the handle that was called, and what that came to.
    """
    for number, one in enumerate(asked):
        found = one.answer.get("value")
        if one.request.get("op") != "walk" or not isinstance(found, dict):
            continue
        steps = one.request["steps"]
        columns = {step["as"]: _entries(found[step["as"]]) for step in steps}
        roots = roots_of(steps)
        ids = {roots[step["each"]]: columns[step["as"]] for step in steps if _names(step)}
        for step in steps:
            name, root = step["as"], roots[step["as"]]
            things = columns[step["each"]] if root != name else ()
            rows = zip(ids.get(root, ()), things, columns[name], strict=False)
            column = [
                (item, thing["$h"], cell)
                for item, thing, cell in rows
                if _is_id(item) and _is_object(thing)
            ]
            yield step, Place(number, root), column


def _calls(step: Told, item: str, cell: Any) -> Iterator[tuple[Call, Any]]:
    """Yield what a step called an item with, and its answers."""
    by = step.get("args_by")
    if "method" not in step:
        return
    if by is not None:
        args = by["args"].get(item) if by["method"] == ITEM_ID else None
        asked = [] if args is None else [(args, cell)]
    elif "args_each" in step:
        asked = list(zip(step["args_each"], _entries(cell), strict=False))
    else:
        asked = [(step.get("args", []), cell)]
    for args, value in asked:
        yield Call(item, step["method"], as_json(args)), value


def _names(step: Told) -> bool:
    """Whether a step asks each entry of a list for its id."""
    return step.get("method") == ITEM_ID and "each" in step and "args_by" not in step


def _has_all(one: Asked) -> bool:
    """Whether the answer to a walk tells of each of its steps."""
    if one.request.get("op") != "walk" or "error" in one.answer:
        return True
    found, steps = one.answer["value"], one.request.get("steps")
    if not isinstance(found, dict) or not isinstance(steps, list):
        return False
    return all(isinstance(step, dict) and step.get("as") in found for step in steps)


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"$h"}


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _read(line: bytes) -> Told:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise AnswersBroken("a line of it is no JSON object")
    return told
