"""Questions about what there is in the open project; nothing is changed by any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from proxx_engine._engines.resolve.asking import (
    ask,
    ask_entries,
    ask_list,
    ask_number,
    ask_object,
    ask_table,
    ask_text,
    is_object,
)
from proxx_engine._engines.resolve.host import (
    Folder,
    MediaPool,
    MediaPoolItem,
    Project,
    Timeline,
)


def current_timeline(project: Project) -> Timeline | None:
    """Return the current timeline. Raises: EncodingFault."""
    timeline: Timeline | None = ask("GetCurrentTimeline", lambda: project.GetCurrentTimeline())
    return timeline if is_object(timeline) else None


def timeline_id(timeline: Timeline | None) -> str | None:
    """Return a timeline's id. Raises: EncodingFault."""
    if timeline is None:
        return None
    return ask_text("Timeline.GetUniqueId", lambda: timeline.GetUniqueId())


def find_timeline(project: Project, name: str) -> Timeline | None:
    """Return the timeline of a name. Raises: EncodingFault."""
    return next((one for one in all_timelines(project) if name_of(one) == name), None)


def all_timelines(project: Project) -> Iterator[Timeline]:
    """Yield every timeline, the newest first. Raises: EncodingFault."""
    count = ask_number("GetTimelineCount", lambda: project.GetTimelineCount())
    for index in range(count, 0, -1):
        yield _timeline_at(project, index)


def _timeline_at(project: Project, index: int) -> Timeline:
    return ask_object("GetTimelineByIndex", lambda: project.GetTimelineByIndex(index))


def find_folder(parent: Folder, name: str) -> Folder | None:
    """Return the bin of a name below another. Raises: EncodingFault."""
    return next((folder for folder in bins_in(parent) if name_of(folder) == name), None)


def bins_in(folder: Folder) -> list[Folder]:
    """Return the bins of a bin. Raises: EncodingFault."""
    found = ask_entries("GetSubFolderList", lambda: folder.GetSubFolderList())
    return [one for one in found if is_object(one)]


def clips_in(folder: Folder) -> list[MediaPoolItem]:
    """Return the clips of a bin, and the timelines. Raises: EncodingFault."""
    found = ask_entries("GetClipList", lambda: folder.GetClipList())
    return [one for one in found if is_object(one)]


def name_of(named: Timeline | Folder) -> str:
    """Return the name of a timeline or of a bin. Raises: EncodingFault."""
    return ask_text("GetName", lambda: named.GetName())


def current_folder_id(pool: MediaPool) -> str:
    """Return the id of the current bin. Raises: EncodingFault."""
    folder = ask_object("GetCurrentFolder", lambda: pool.GetCurrentFolder())
    return ask_text("Folder.GetUniqueId", lambda: folder.GetUniqueId())


def render_mode(project: Project) -> int:
    """Return 0 for individual clips, 1 for a single one. Raises: EncodingFault."""
    return ask_number("GetCurrentRenderMode", lambda: project.GetCurrentRenderMode())


def format_and_codec(project: Project) -> Mapping[str, Any]:
    """Return the ids of the Deliver page's format and codec. Raises: EncodingFault."""
    call = project.GetCurrentRenderFormatAndCodec
    told = ask_table("GetCurrentRenderFormatAndCodec", lambda: call())
    return {"format": told.get("format"), "codec": told.get("codec")}


def preset_names(project: Project) -> list[str]:
    """Return the names of all render presets. Raises: EncodingFault."""
    told = ask("GetRenderPresetList", lambda: project.GetRenderPresetList())
    if isinstance(told, Mapping):
        told = [*told.keys(), *told.values()]
    names = ask_list("GetRenderPresetList", lambda: told)
    return [name for name in names if isinstance(name, str)]


def playhead_of(timeline: Timeline) -> str:
    """Return where the playhead stands. Raises: EncodingFault."""
    return ask_text("GetCurrentTimecode", lambda: timeline.GetCurrentTimecode())


def marks_of(timeline: Timeline) -> Mapping[str, Any]:
    """Return the marks by kind; empty where there are none. Raises: EncodingFault."""
    return ask_table("GetMarkInOut", lambda: timeline.GetMarkInOut())
