"""Makes timelines, takes them away, and places clips on them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .clip_facts import ClipFacts
from .clips import FakeMediaPoolItem
from .timeline import FakeTimeline
from .timeline_item import FakeTimelineItem, TrackType

if TYPE_CHECKING:
    from .project import FakeProject

_KINDS: dict[object, tuple[TrackType, ...]] = {
    None: ("video", "audio"),
    1: ("video",),
    2: ("audio",),
}


def create_timeline(project: FakeProject, name: object) -> FakeTimeline | None:
    """An empty timeline in the current bin, which becomes the current one; None for a name that is
    taken.
    """
    if not isinstance(name, str) or not name or any(one.name == name for one in project.timelines):
        return None
    timeline = FakeTimeline(project, name)
    folder = project.media_pool.current_folder
    facts = ClipFacts(type="timeline", frames=None, rate=timeline.rate, codec="", format="")
    timeline.pool_item = FakeMediaPoolItem(folder, name=name, path="", facts=facts)
    timeline.pool_item.timeline = timeline
    folder.clips.append(timeline.pool_item)
    project.timelines.append(timeline)
    project.current_timeline = timeline
    project.is_changed = True
    return timeline


def remove_timeline(project: FakeProject, timeline: FakeTimeline) -> None:
    """Take a timeline away; when it was the current one, some other one is."""
    project.timelines.remove(timeline)
    timeline.gone = True
    item = timeline.pool_item
    if item is not None and item in item.folder.clips:
        item.folder.clips.remove(item)
        item.gone = True
    if project.current_timeline is timeline:
        project.current_timeline = next(iter(project.timelines), None)


def append(timeline: FakeTimeline, asked: list[Any]) -> list[FakeTimelineItem]:
    """Place clips, given as they are or with what part goes where; what finds no place is left out
    without a word.
    """
    placed: list[FakeTimelineItem] = []
    for one in asked:
        info = one if isinstance(one, dict) else {"mediaPoolItem": one}
        if isinstance(info.get("mediaPoolItem"), FakeMediaPoolItem):
            placed += _place(timeline, info["mediaPoolItem"], info)
    return placed


def _place(
    timeline: FakeTimeline, clip: FakeMediaPoolItem, info: dict[str, Any]
) -> list[FakeTimelineItem]:
    length = _length(clip)
    first = info.get("startFrame", 0)
    behind = info.get("endFrame", length)
    rate = clip.facts.rate or timeline.rate
    duration = round(Fraction(behind - first) * timeline.rate / rate)
    index = info.get("trackIndex", 1)
    has = {"video": clip.facts.type != "audio", "audio": clip.facts.channels > 0}
    kinds = [kind for kind in _KINDS.get(info.get("mediaType"), ()) if has.get(kind)]
    tracks = {kind: timeline.track(kind, index) for kind in kinds}
    if duration <= 0 or not kinds or tracks[kinds[0]] is None:
        return []
    if "recordFrame" in info:
        offset = info["recordFrame"] - timeline.start_frame
    else:
        offset = max(track.end for track in tracks.values() if track)
    made: list[FakeTimelineItem] = []
    for kind, track in tracks.items():
        if track is None or not track.is_free(offset, duration):
            continue
        item = FakeTimelineItem(
            timeline,
            clip=clip,
            offset=offset,
            duration=duration,
            source_start=first,
            track=(kind, index),
        )
        item.has_id = not timeline.root.quirks.new_items_without_id
        track.items.append(item)
        made.append(item)
    for item in made:
        item.linked = [other for other in made if other is not item]
    return made


def _length(clip: FakeMediaPoolItem) -> int:
    """The frames of a clip, or of the timeline behind it."""
    if clip.timeline is not None:
        return clip.timeline.end_frame - clip.timeline.start_frame
    return clip.facts.frames or 0
