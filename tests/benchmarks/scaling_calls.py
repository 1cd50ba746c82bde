"""The calls to the file system that workers make, counted by the library of `tests/faults`.

Counted: asking what a path is, listing, opening, writing, closing, making durable, renaming, making
and removing. Not counted: reading what was opened, once for each file (so its time on a share is
that of its close, which is often free), and asking about what is open already.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.scaling_crew import Crew, Orders
from tests.benchmarks.scaling_scene import Scene
from tests.faults.shim import Call, Fault, Shim, read_calls

COUNTED = "look,open,write,close,fsync,truncate,rename,link,unlink,mkdir,rmdir"
KINDS = {
    "look": "asked or opened to read",
    "open": "opened to write",
    "write": "written",
    "close": "closed",
    "fsync": "made durable",
}
"""All else changes names."""
NAMES = "names changed"
FAR = ("proxies", "footage")
"""What is no room of the watch folder."""


@dataclass(frozen=True)
class Counts:
    """Calls, by the room that they went to and by kind."""

    calls: Counter[tuple[str, str]]

    @property
    def total(self) -> int:
        """All of them."""
        return self.calls.total()

    def of_room(self, room: str) -> int:
        """Those that went to one room."""
        return sum(count for (where, _kind), count in self.calls.items() if where == room)

    def since(self, before: Counts) -> Counts:
        """Return what came since."""
        more = Counter(self.calls)
        more.subtract(before.calls)
        return Counts(more)

    @property
    def on_folder(self) -> int:
        """Those that went to the watch folder, not to proxies and footage."""
        return sum(count for (where, _kind), count in self.calls.items() if where not in FAR)


def counts_of(calls: list[Call], place: Path) -> Counts:
    """Count what was logged of a scene's place."""
    return Counts(Counter((_room(call, place), KINDS.get(call.op, NAMES)) for call in calls))


def listings(calls: list[Call], scene: Scene) -> int:
    """Return how often `pending/` was listed: asked for as a whole, and not to make it durable."""
    wanted = str(scene.folder.pending)
    return sum(
        call.op == "look" and call.path == wanted and following.op != "fsync"
        for call, following in zip(calls, [*calls[1:], Call("", "")], strict=True)
    )


def _room(call: Call, place: Path) -> str:
    parts = Path(call.path).relative_to(place).parts
    if parts[:1] != ("box",):
        return parts[0] if parts else "footage"
    return parts[1] if len(parts) > 1 else "the folder itself"


def count_crew(
    shim: Shim, scene: Scene, orders: Orders, *, during: Callable[[], None] = lambda: None
) -> list[Call]:
    """Return every call of a crew from its beginning to its end."""
    log = scene.place.parent / f"{scene.place.name}.calls"
    fault = Fault(looks=True, ops=COUNTED)
    crew = Crew(orders, shim.environment(fault, root=scene.place, log=log)).begin()
    try:
        during()
        crew.end(asked=not orders.once)
        return read_calls(log)
    finally:
        log.unlink(missing_ok=True)


def count_while(
    shim: Shim, scene: Scene, orders: Orders, *, settled: float, seconds: float
) -> tuple[list[Call], float]:
    """Return the calls of a crew that stays, in a stretch of its life, and how long that was."""
    log = scene.place.parent / f"{scene.place.name}.calls"
    fault = Fault(looks=True, ops=COUNTED)
    crew = Crew(orders, shim.environment(fault, root=scene.place, log=log)).begin()
    try:
        time.sleep(settled)
        start, began = os.path.getsize(log), time.monotonic()
        time.sleep(seconds)
        end, took = os.path.getsize(log), time.monotonic() - began
        data = log.read_bytes()[start:end]
        crew.end()
        log.write_bytes(data)
        return read_calls(log), took
    finally:
        log.unlink(missing_ok=True)
