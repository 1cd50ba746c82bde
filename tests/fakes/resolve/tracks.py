"""The parts of a timeline that hold things: tracks, and marks of where to begin and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .timeline_item import FakeTimelineItem

MARKED = {"all": ("video", "audio"), "video": ("video",), "audio": ("audio",)}
"""What a mark of a type stands on."""


@dataclass(slots=True)
class Track:
    """One track."""

    name: str
    items: list[FakeTimelineItem] = field(default_factory=list)
    enabled: bool = True

    def is_free(self, offset: int, duration: int) -> bool:
        """Whether nothing stands in a stretch."""
        return all(
            offset + duration <= item.offset or item.offset + item.duration <= offset
            for item in self.items
        )

    @property
    def end(self) -> int:
        """Where the next item would be appended, in frames from the timeline's start."""
        return max(0, *(item.offset + item.duration for item in self.items), 0)


@dataclass(slots=True)
class Marks:
    """In and out, relative to the start; kinds that have none are left out."""

    values: dict[str, tuple[int, int]] = field(default_factory=dict)

    def told(self) -> dict[str, dict[str, int]]:
        return {kind: {"in": first, "out": last} for kind, (first, last) in self.values.items()}

    def set(self, first: int, last: int, kind: str) -> bool:
        if kind not in MARKED or not 0 <= first <= last:
            return False
        self.values |= dict.fromkeys(MARKED[kind], (first, last))
        return True

    def clear(self, kind: str = "all") -> bool:
        for one in MARKED[kind]:
            self.values.pop(one, None)
        return True
