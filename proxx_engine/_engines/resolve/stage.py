"""The temporary timeline of one clip: the clip alone, whole, at its own rate and start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from proxx_engine._engines.resolve.asking import (
    ask,
    ask_list,
    ask_number,
    ask_object,
    ask_text,
    is_object,
)
from proxx_engine._engines.resolve.host import (
    Folder,
    MediaPool,
    MediaPoolItem,
    ResolveHost,
    Timeline,
    TimelineItem,
)
from proxx_engine._engines.resolve.looking import (
    current_folder_id,
    current_timeline,
    find_folder,
    find_timeline,
    timeline_id,
)
from proxx_engine._engines.resolve.settings import item_properties, rate_text, timeline_settings
from proxx_engine._engines.resolve.user_state import UserState
from proxx_engine._engines.resolve.walking import Answer, ask_all, ask_lists
from proxx_engine.errors import EncodingFault
from proxx_engine.planning.rendering import Rendering

_REFUSED = "RENDER_TIMELINE_REFUSED"
_RATE_WITHIN = 0.002


def find_clip(host: ResolveHost, pool: MediaPool, wanted: Rendering) -> MediaPoolItem:
    """Return the clip of the media pool that the job means. Raises: EncodingFault.

    What tells nothing is passed over, and told only where the clip is not found elsewhere.
    """
    others: list[str] = []
    faults: list[EncodingFault] = []
    bins: list[Folder] = [ask_object("GetRootFolder", lambda: pool.GetRootFolder())]
    while bins:
        clips = ask_lists(host, "GetClipList", bins, faults)
        named = _of_media(host, clips, wanted.media_id, faults)
        for item, answer in zip(named, _frames_of(host, named), strict=True):
            frames = ask("GetClipProperty", answer)
            if _is_near(frames, wanted.frames):
                return item
            others.append(str(frames))
        bins = ask_lists(host, "GetSubFolderList", bins, faults)
    if faults:
        raise faults[0]
    detail = f"no clip has the media id {wanted.media_id}"
    if others:
        detail = f"it has {' or '.join(others)} frames there, the job says {wanted.frames}"
    raise EncodingFault("RENDER_CLIP_MISSING", detail)


def _of_media(
    host: ResolveHost, clips: Sequence[MediaPoolItem], media_id: str, faults: list[EncodingFault]
) -> list[MediaPoolItem]:
    named = []
    for item, answer in zip(clips, ask_all(host, "GetMediaId", clips), strict=True):
        try:
            if ask("GetMediaId", answer) == media_id:
                named.append(item)
        except EncodingFault as fault:
            faults.append(fault)
    return named


def _frames_of(host: ResolveHost, clips: Sequence[MediaPoolItem]) -> Iterator[Answer]:
    return ask_all(host, "GetClipProperty", clips, [("Frames",)] * len(clips))


def set_stage(state: UserState, clip: MediaPoolItem, wanted: Rendering) -> None:
    """Make our bin and timeline, and make that the current one. Raises: EncodingFault."""
    pool, names = state.pool, state.names
    root = ask_object("GetRootFolder", lambda: pool.GetRootFolder())
    ask("AddSubFolder", lambda: pool.AddSubFolder(root, names.bin))
    folder = find_folder(state.host, root, names.bin)
    if folder is None:
        raise EncodingFault(_REFUSED, f"the bin {names.bin}")
    ask("SetCurrentFolder", lambda: pool.SetCurrentFolder(folder))
    if current_folder_id(pool) != _folder_id(folder):
        raise EncodingFault(_REFUSED, f"the bin {names.bin} as the current one")
    ask("CreateEmptyTimeline", lambda: pool.CreateEmptyTimeline(names.timeline))
    timeline = find_timeline(state.host, state.project, names.timeline)
    if timeline is None:
        raise EncodingFault(_REFUSED, "an empty timeline")
    ask("SetCurrentTimeline", lambda: state.project.SetCurrentTimeline(timeline))
    _set_timeline(timeline, wanted)
    _require_current(state, timeline)
    ask("AppendToTimeline", lambda: pool.AppendToTimeline([{"mediaPoolItem": clip}]))
    _set_properties(_require_whole(timeline, wanted), wanted)


def _require_current(state: UserState, timeline: Timeline) -> None:
    """A clip is appended to whatever timeline is current, also to a user's."""
    if timeline_id(current_timeline(state.project)) != timeline_id(timeline):
        raise EncodingFault(_REFUSED, "it does not become the current one")


def _set_timeline(timeline: Timeline, wanted: Rendering) -> None:
    for key, value in timeline_settings(wanted):
        _set(timeline, key, value)
    rate = _setting(timeline, "timelineFrameRate")
    if not _is_near(rate, float(rate_text(wanted))):
        raise EncodingFault(_REFUSED, f"timelineFrameRate is {rate!r}, not {rate_text(wanted)}")
    drops = str(_setting(timeline, "timelineDropFrameTimecode"))
    if drops != ("1" if ";" in wanted.timecode else "0"):
        raise EncodingFault(_REFUSED, f"timelineDropFrameTimecode is {drops!r}")
    ask("SetStartTimecode", lambda: timeline.SetStartTimecode(wanted.timecode))
    start = ask_text("GetStartTimecode", lambda: timeline.GetStartTimecode())
    if re.split("[:;]", start) != re.split("[:;]", wanted.timecode):
        raise EncodingFault(_REFUSED, f"its start is {start}, not {wanted.timecode}")


def _set(timeline: Timeline, key: str, value: str) -> None:
    ask(f"SetSetting {key}", lambda: timeline.SetSetting(key, value))
    if key == "timelineFrameRate":  # reads back as a number
        return
    found = _setting(timeline, key)
    if str(found) != value:
        raise EncodingFault(_REFUSED, f"{key} is {found!r}, not {value!r}")


def _setting(timeline: Timeline, key: str) -> Any:
    return ask(f"GetSetting {key}", lambda: timeline.GetSetting(key))


def _is_near(found: Any, wanted: float) -> bool:
    try:
        return abs(float(found) - wanted) < _RATE_WITHIN
    except (TypeError, ValueError):
        return False


def _require_whole(timeline: Timeline, wanted: Rendering) -> TimelineItem:
    """Return the clip on it, which stands there alone, from its first frame to its last."""
    start = ask_number("GetStartFrame", lambda: timeline.GetStartFrame())
    end = ask_number("GetEndFrame", lambda: timeline.GetEndFrame())
    if end - start != wanted.frames:
        raise EncodingFault(_REFUSED, f"it has {end - start} frames, the clip {wanted.frames}")
    items = ask_list("GetItemListInTrack", lambda: timeline.GetItemListInTrack("video", 1))
    if len(items) != 1 or not is_object(items[0]):
        raise EncodingFault(_REFUSED, f"it has {len(items)} clips, not one")
    item: TimelineItem = items[0]
    shown = ask_object("GetMediaPoolItem", lambda: item.GetMediaPoolItem())
    if _media_id(shown) != wanted.media_id:
        raise EncodingFault(_REFUSED, "it shows another clip")
    return item


def _set_properties(item: TimelineItem, wanted: Rendering) -> None:
    """No rendered file tells of a flip: what was set is read back."""
    for key, value in item_properties(wanted):
        ask(f"SetProperty {key}", partial(item.SetProperty, key, value))
        found = ask(f"GetProperty {key}", partial(item.GetProperty, key))
        if found != value:
            raise EncodingFault(_REFUSED, f"{key} is {found!r}, not {value!r}")


def _media_id(item: MediaPoolItem) -> Any:
    return ask("GetMediaId", lambda: item.GetMediaId())


def _folder_id(folder: Folder) -> str:
    return ask_text("Folder.GetUniqueId", lambda: folder.GetUniqueId())
