# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""A timeline: its tracks, rate, start, playhead and marks."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import settings
from .objects import FakeObject
from .timecode import frames_of, text_of
from .timeline_item import FakeTimelineItem, TrackType
from .tracks import MARKED, Marks, Track

if TYPE_CHECKING:
    from .clips import FakeMediaPoolItem
    from .project import FakeProject


class FakeTimeline(FakeObject):
    """One timeline of a project."""

    api_name = "Timeline"

    def __init__(self, project: FakeProject, name: str) -> None:
        super().__init__(project.root)
        self.project = project
        self.name = name
        self.custom: dict[str, str] | None = None
        """Its own settings, while useCustomSettings is '1'."""
        self.start_timecode = "01:00:00:00"
        self.playhead = 0
        """In frames from the start."""
        self.marks = Marks()
        self.tracks: dict[TrackType, list[Track]] = {
            "video": [Track("Video 1")],
            "audio": [Track("Audio 1")],
            "subtitle": [],
        }
        self.pool_item: FakeMediaPoolItem | None = None
        self.selected: list[FakeTimelineItem] = []

    @property
    def values(self) -> dict[str, str]:
        """The settings that count: its own or the project's."""
        return self.project.settings if self.custom is None else self.custom

    @property
    def rate(self) -> Fraction:
        return settings.rate_in(self.values)

    @property
    def drop_frame(self) -> bool:
        return self.values["timelineDropFrameTimecode"] == "1"

    @property
    def resolution(self) -> tuple[int, int]:
        width, height = (self.values[f"timelineResolution{axis}"] for axis in ("Width", "Height"))
        return int(width), int(height)

    @property
    def start_frame(self) -> int:
        return frames_of(self.start_timecode, self.rate, drop=self.drop_frame) or 0

    @property
    def end_frame(self) -> int:
        """The first frame after the last item; what lies before the start counts for nothing."""
        ends = [item.offset + item.duration for item in self.items()]
        return self.start_frame + max(0, *ends, 0)

    def items(self, kind: TrackType | None = None) -> list[FakeTimelineItem]:
        """The items of all tracks, or of all tracks of a kind."""
        kinds = self.tracks if kind is None else (kind,)
        return [item for one in kinds for track in self.tracks[one] for item in track.items]

    def shown_clips(self) -> list[FakeTimelineItem]:
        """The items whose clip is rendered, in the order of the timeline."""
        shown = [
            item
            for track in self.tracks["video"]
            for item in track.items
            if track.enabled and item.enabled and item.clip is not None and item.offset >= 0
        ]
        return sorted(shown, key=lambda item: item.offset)

    def timecode_at(self, offset: int) -> str:
        return text_of(self.start_frame + offset, self.rate, drop=self.drop_frame)

    def GetName(self) -> str:
        return self.name

    def SetName(self, timelineName: str) -> bool:
        if any(other.name == timelineName for other in self.project.timelines):
            return False
        self.name = timelineName
        return True

    def GetUniqueId(self) -> str:
        return self.unique_id

    def GetStartFrame(self) -> int:
        return self.start_frame

    def GetEndFrame(self) -> int:
        return self.end_frame

    def GetStartTimecode(self) -> str:
        return self.timecode_at(0)

    def SetStartTimecode(self, timecode: str) -> bool:
        if frames_of(timecode, self.rate, drop=self.drop_frame) is None:
            return False
        self.start_timecode = timecode
        return True

    def GetCurrentTimecode(self) -> str:
        return self.timecode_at(self.playhead)

    def SetCurrentTimecode(self, timecode: str) -> bool:
        frame = frames_of(timecode, self.rate, drop=self.drop_frame)
        if frame is None or frame < self.start_frame:
            return False
        self.playhead = frame - self.start_frame
        return True

    def GetSetting(self, settingName: str = "") -> Any:
        flag = {"useCustomSettings": "0" if self.custom is None else "1"}
        return settings.shown(self.values | flag, settingName)

    def SetSetting(self, settingName: str, settingValue: str) -> bool:
        if settingName == "useCustomSettings":
            if settingValue not in ("0", "1"):
                return False
            if settingValue == "0":
                self.custom = None
            elif self.custom is None:
                self.custom = dict(self.project.settings)
            return True
        if self.custom is None:
            return False
        return settings.write(
            self.custom,
            settingName,
            settingValue,
            profile=self.root.profile,
            rate_is_locked=bool(self.items()),
        )

    def GetSettings(self) -> dict[str, Any]:
        return dict(self.GetSetting())

    def SetSettings(self, values: dict[str, str]) -> bool:
        return isinstance(values, dict) and all(self.SetSetting(*one) for one in values.items())

    def GetMediaPoolItem(self) -> FakeMediaPoolItem | None:
        return self.pool_item

    def GetTrackCount(self, trackType: str) -> int:
        return len(self.tracks.get(trackType, ()))  # type: ignore[call-overload]

    def GetItemListInTrack(self, trackType: str, index: int) -> list[FakeTimelineItem] | None:
        track = self.track(trackType, index)
        return list(track.items) if track else None

    def GetTrackName(self, trackType: str, trackIndex: int) -> str | None:
        track = self.track(trackType, trackIndex)
        return track.name if track else None

    def GetIsTrackEnabled(self, trackType: str, trackIndex: int) -> bool | None:
        track = self.track(trackType, trackIndex)
        return track.enabled if track else None

    def SetTrackEnable(self, trackType: str, trackIndex: int, Bool: bool) -> bool:
        track = self.track(trackType, trackIndex)
        if track is not None:
            track.enabled = bool(Bool)
        return track is not None

    def AddTrack(self, trackType: str, subTrackType: Any = "") -> bool:
        tracks = self.tracks.get(trackType)  # type: ignore[call-overload]
        if tracks is None:
            return False
        tracks.append(Track(f"{trackType.capitalize()} {len(tracks) + 1}"))
        return True

    def DeleteTrack(self, trackType: str, trackIndex: int) -> bool:
        track = self.track(trackType, trackIndex)
        if track is not None:
            self.tracks[trackType].remove(track)  # type: ignore[index]
        return track is not None

    def GetSelectedClips(self) -> list[FakeTimelineItem]:
        return list(self.selected)

    def DeleteClips(self, timelineItems: list[FakeTimelineItem], Bool: bool = False) -> bool:
        if self.root.page != "edit" or not timelineItems:
            return False
        for kind in self.tracks:
            for track in self.tracks[kind]:
                track.items = [item for item in track.items if item not in timelineItems]
        return True

    def GetMarkInOut(self) -> dict[str, dict[str, int]]:
        return self.marks.told()

    def SetMarkInOut(self, mark_in: int, mark_out: int, type: str = "all") -> bool:  # noqa: A002
        return self.marks.set(mark_in, mark_out, type)

    def ClearMarkInOut(self, type: str = "all") -> bool:  # noqa: A002
        return type in MARKED and self.marks.clear(type)

    def track(self, kind: object, index: object) -> Track | None:
        """A track by Resolve's count, which begins at 1."""
        tracks = self.tracks.get(kind, [])  # type: ignore[call-overload]
        known = isinstance(index, int) and 1 <= index <= len(tracks)
        return tracks[index - 1] if known else None  # type: ignore[operator]
