# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""One item on a timeline's track."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from .objects import FakeObject

if TYPE_CHECKING:
    from .clips import FakeMediaPoolItem
    from .timeline import FakeTimeline

ItemKind = Literal["clip", "generator", "title", "adjustment", "transition"]
TrackType = Literal["video", "audio", "subtitle"]

_PROPERTIES = {
    "Pan": 0.0,
    "Tilt": 0.0,
    "ZoomX": 1.0,
    "ZoomY": 1.0,
    "ZoomGang": True,
    "RotationAngle": 0.0,
    "FlipX": False,
    "FlipY": False,
}
"""What of an item's inspector a script can change, as it is at first."""


class FakeTimelineItem(FakeObject):
    """A stretch of a clip, or something that is no clip at all."""

    api_name = "TimelineItem"

    def __init__(
        self,
        timeline: FakeTimeline,
        *,
        clip: FakeMediaPoolItem | None,
        offset: int,
        duration: int,
        name: str = "",
        kind: ItemKind = "clip",
        source_start: int = 0,
        speed: Fraction = Fraction(1),
        track: tuple[TrackType, int] = ("video", 1),
        enabled: bool = True,
        from_xml: bool = False,
    ) -> None:
        super().__init__(timeline.root)
        self.timeline = timeline
        self.clip = clip
        self.offset = offset
        """Frames of the timeline from its start; negative: placed where nothing is rendered."""
        self.duration = duration
        self.name = name or (clip.name if clip else kind)
        self.kind = kind
        self.source_start = source_start
        """In frames of the media."""
        self.speed = speed
        """2: twice as fast; negative: backwards."""
        self.track = track
        self.enabled = enabled
        self.from_xml = from_xml
        """Came from an FCP 7 XML: its source range reads 0/0."""
        self.linked: list[FakeTimelineItem] = []
        self.has_id = True
        self.properties: dict[str, Any] = dict(_PROPERTIES)

    @property
    def start(self) -> int:
        """The absolute frame it starts at."""
        return self.timeline.start_frame + self.offset

    @property
    def source_length(self) -> int:
        """How many frames of the media it spans."""
        media_rate = self.clip.facts.rate if self.clip else None
        ratio = (media_rate or self.timeline.rate) / self.timeline.rate
        return round(self.duration * ratio * abs(self.speed))

    def GetName(self) -> str:
        return self.name

    def SetName(self, name: str) -> bool:
        self.name = name
        return True

    def GetUniqueId(self) -> str | None:
        return self.unique_id if self.has_id else None

    def GetMediaPoolItem(self) -> FakeMediaPoolItem | None:
        return self.clip

    def GetStart(self, subframe_precision: bool = False) -> int | float:
        return _frames(self.start, subframe_precision)

    def GetEnd(self, subframe_precision: bool = False) -> int | float:
        return _frames(self.start + self.duration, subframe_precision)

    def GetDuration(self, subframe_precision: bool = False) -> int | float:
        return _frames(self.duration, subframe_precision)

    def GetLeftOffset(self, subframe_precision: bool = False) -> int | float:
        return _frames(self.source_start, subframe_precision)

    def GetRightOffset(self, subframe_precision: bool = False) -> int | float:
        frames = self.clip.facts.frames if self.clip else None
        left = (frames or 0) - self.source_start - self.source_length
        return _frames(max(0, left), subframe_precision)

    def GetSourceStartFrame(self) -> int:
        if self.from_xml or self.clip is None:
            return 0
        first = self.source_start + self.root.quirks.source_start_off_by
        return first if self.speed > 0 else first + self.source_length - 1

    def GetSourceEndFrame(self) -> int:
        if self.from_xml or self.clip is None:
            return 0
        if self.speed < 0:
            return self.source_start
        return self.source_start + self.source_length + self.root.quirks.source_end_off_by

    def GetSourceStartTime(self) -> float:
        return self._seconds(self.source_start)

    def GetSourceEndTime(self) -> float:
        return self._seconds(self.source_start + self.source_length)

    def GetClipEnabled(self) -> bool:
        return self.enabled

    def SetClipEnabled(self, Bool: bool) -> bool:
        self.enabled = bool(Bool)
        return True

    def GetTrackTypeAndIndex(self) -> list[Any]:
        return list(self.track)

    def GetLinkedItems(self) -> list[FakeTimelineItem]:
        return list(self.linked)

    def GetProperty(self, propertyKey: str = "") -> Any:
        return dict(self.properties) if propertyKey == "" else self.properties.get(propertyKey)

    def SetProperty(self, propertyKey: str, propertyValue: Any) -> bool:
        # A number is none of the answers of a switch.
        known = type(self.properties.get(propertyKey)) is type(propertyValue)
        if known and self.kind != "transition":
            self.properties[propertyKey] = propertyValue
        return known

    def GetTakesCount(self) -> int:
        return 0

    def UpdateSidecar(self) -> bool:
        codec = self.clip.facts.codec if self.clip else ""
        return codec in ("Blackmagic RAW", "RED")

    def GetType(self) -> str:
        match self.kind:
            case "generator" | "title" | "adjustment":
                return "generator"
            case "transition":
                return "transition"
            case _:
                return self.track[0]

    def _seconds(self, source_frame: int) -> float:
        if self.from_xml or self.clip is None:
            return 0.0
        rate = self.clip.facts.rate or self.timeline.rate
        return float((self.clip.start_frame + source_frame) / rate)


def _frames(count: int, exactly: bool) -> int | float:
    return float(count) if exactly else count
