"""Request files for a host that can start no program: what an entry asks, and a plan. Pure.

An entry looks at the project, does what was planned for it, and looks again. A plan is made of the
calls that the answers of the round before left open. It knows no handles: it finds each item by its
id, in the list where it stood, and passes an item by that is not any more what it was then.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sidecar.resolve.by_files.answers import ITEM_ID, LAST, Asked, Call, Items, Place, Told, as_json
from sidecar.resolve.by_files.channel import CHANGES, Wanted
from sidecar.resolve.talk.values import RemoteObject, Step

_HELD_TO = ("File Path", "Proxy Media Path")
"""An item of which these read otherwise than they did is not changed."""
_PROJECT: tuple[Told, ...] = (
    {"op": "call", "on": 0, "method": "GetProjectManager"},
    {"op": "call", "on": 1, "method": "GetCurrentProject"},
    {"op": "call", "on": 2, "method": ITEM_ID},
    {"op": "call", "on": 2, "method": "GetName"},
)
"""As a session asks it: the handles are the first that a host gives."""


class _Nobody:
    """Holds the handle of a Resolve that will be there when the file is read."""

    def call(self, on: RemoteObject, method: str, args: Sequence[Any]) -> Any:
        raise TypeError(f"{method} is only written down here; nobody answers it yet")

    def forget(self, number: int) -> None:
        return


RESOLVE = RemoteObject(_Nobody(), 0)


def request_file(looks: Iterable[Iterable[Step]], plans: Iterable[Told], words: str) -> bytes:
    """Return a request file: `looks` are the walks over the project.

    `plans` are walks of `plan_for`; `words` are told in the Console.
    """
    walks: list[Told] = [
        {"op": "walk", "steps": [step.told() for step in steps]} for steps in looks
    ]
    planned = list(plans)
    again = walks if planned else []
    said = {"op": "say", "text": words}
    requests = [said, {"op": "hello"}, *_PROJECT, *walks, *planned, *again, LAST]
    lines = [
        json.dumps({"v": 1, "id": number} | {k: v for k, v in one.items() if k not in ("v", "id")})
        for number, one in enumerate(requests, start=1)
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def plans_in(requests: bytes) -> dict[str, list[Told]]:
    """Return the walks that are planned in a request file, by the id of their project."""
    plans: dict[str, list[Told]] = {}
    for line in requests.splitlines():
        told = json.loads(line)
        if "project" in told:
            plans.setdefault(told["project"], []).append(told)
    return plans


def plan_for(
    project: tuple[str, str], asked: Sequence[Asked], wanted: Iterable[Wanted], items: Items
) -> list[Told]:
    """Return walks that make the calls, those of one item in their order.

    `project`: its id, which must be open, and its name, which no host looks at.
    """
    by_place: dict[Place, list[Wanted]] = {}
    for one in wanted:
        by_place.setdefault(items.places[one.item], []).append(one)
    return [
        {
            "op": "walk",
            "project": project[0],
            "project_name": project[1],
            "steps": [
                *_leading_to(asked[place.walk].request["steps"], place.name),
                *_planned(place.name, calls, items),
            ],
        }
        for place, calls in by_place.items()
    ]


def _leading_to(look: Sequence[Told], name: str) -> list[Told]:
    """Return the steps of a look that come to a list, and no others."""
    needed, kept = {name}, []
    for step in reversed(look):
        if step["as"] in needed:
            kept.append(step)
            needed.add(step["each"] if "each" in step else step["on"])
    return kept[::-1]


def _planned(place: str, calls: Sequence[Wanted], items: Items) -> Iterator[Told]:
    """Yield the steps that make calls of the items in one list."""
    yield {"as": f"{place}: ids", "each": place, "method": ITEM_ID}
    changed = [one for one in calls if one.method in CHANGES]
    # Looked at before the first change: a call changes what the next one would be held to.
    held = place
    for name in _HELD_TO if changed else ():
        known = Call("", "GetClipProperty", as_json([name]))
        values = [items.first(replace(known, item=one.item)) for one in changed]
        if all(isinstance(value, str) for value in values):
            keys: dict[str, list[Any]] = {value: [] for value in values}
            by = {"method": "GetClipProperty", "with": [name], "args": keys}
            source, held = held, f"{place}: {name}"
            yield {"as": held, "each": source, "args_by": by}
    for (number, method, freed), args in _rounds(calls).items():
        name, source = f"{place}: {method} {number}", held if method in CHANGES else place
        if freed:
            # What an item still holds is not linked over: Resolve would go on with the old file.
            name, source = f"{name} of free items", f"{place}: free {number}"
            by = {"method": "GetClipProperty", "with": ["Proxy Media Path"], "args": {"": []}}
            yield {"as": source, "each": held, "args_by": by}
        yield {
            "as": name,
            "each": source,
            "method": method,
            "args_by": {"method": ITEM_ID, "args": args},
        }


def _rounds(calls: Iterable[Wanted]) -> dict[tuple[int, str, bool], dict[str, list[Any]]]:
    """Return the arguments by item of the first call of each item, of the second, and so on.

    The last of a key: whether it changes an item that must have been unlinked before.
    """
    rounds: dict[tuple[int, str, bool], dict[str, list[Any]]] = {}
    made: Counter[str] = Counter()
    unlinked: set[str] = set()
    for one in calls:
        freed = one.method in CHANGES and one.item in unlinked
        key = made[one.item], one.method, freed
        rounds.setdefault(key, {})[one.item] = list(one.args)
        made[one.item] += 1
        if one.method == "UnlinkProxyMedia":
            unlinked.add(one.item)
    return dict(sorted(rounds.items()))
