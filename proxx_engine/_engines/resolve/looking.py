"""Questions about what there is in the open project; nothing is changed by any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

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
    ResolveHost,
    Timeline,
)
from proxx_engine._engines.resolve.walking import ask_all, ask_lists
from proxx_engine.errors import EncodingFault

T = TypeVar("T")


def current_timeline(project: Project) -> Timeline | None:
    """Return the current timeline. Raises: EncodingFault."""
    timeline: Timeline | None = ask("GetCurrentTimeline", lambda: project.GetCurrentTimeline())
    return timeline if is_object(timeline) else None


def timeline_id(timeline: Timeline | None) -> str | None:
    """Return a timeline's id. Raises: EncodingFault."""
    if timeline is None:
        return None
    return ask_text("Timeline.GetUniqueId", lambda: timeline.GetUniqueId())


def find_timeline(host: ResolveHost, project: Project, name: str) -> Timeline | None:
    """Return the timeline of a name. Raises: EncodingFault."""
    return _first(host, all_timelines(host, project), "GetName", name)


def all_timelines(host: ResolveHost, project: Project) -> list[Any]:
    """Return every timeline, the newest first, None for what is none. Raises: EncodingFault."""
    count = ask_number("GetTimelineCount", lambda: project.GetTimelineCount())
    newest_first = [(index,) for index in range(count, 0, -1)]
    answers = ask_all(host, "GetTimelineByIndex", [project] * count, newest_first)
    return [ask("GetTimelineByIndex", answer) for answer in answers]


def timeline_with_id(host: ResolveHost, project: Project, wanted: str) -> Timeline | None:
    """Return the timeline of an id. Raises: EncodingFault."""
    return _first(host, all_timelines(host, project), "GetUniqueId", wanted)


def find_folder(host: ResolveHost, parent: Folder, name: str) -> Folder | None:
    """Return the bin of a name below another. Raises: EncodingFault."""
    return _first(host, bins_in(parent), "GetName", name)


def folder_with_id(host: ResolveHost, root: Folder, wanted: str) -> Folder | None:
    """Return the bin of an id, at whatever depth. Raises: EncodingFault."""
    bins, faults = [root], list[EncodingFault]()
    while bins:
        if (found := _first(host, bins, "GetUniqueId", wanted)) is not None:
            return found
        bins = ask_lists(host, "GetSubFolderList", bins, faults)
    if faults:
        raise faults[0]
    return None


def names_in(host: ResolveHost, folder: Folder) -> list[str]:
    """Return the names of the bins of a bin. Raises: EncodingFault."""
    return [ask_text("GetName", answer) for answer in ask_all(host, "GetName", bins_in(folder))]


def _first(host: ResolveHost, things: Sequence[T], method: str, wanted: str) -> T | None:
    """Return the first thing of which a method says a text. Raises: EncodingFault."""
    for thing, answer in zip(things, ask_all(host, method, things), strict=True):
        if ask_text(method, answer) == wanted:
            return thing
    return None


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


def render_jobs(project: Project) -> list[Mapping[str, Any]]:
    """Return what Resolve tells of each job in the queue. Raises: EncodingFault."""
    jobs = ask_entries("GetRenderJobList", lambda: project.GetRenderJobList())
    return [job for job in jobs if isinstance(job, Mapping)]


def job_status(project: Project, job_id: str) -> Mapping[str, Any] | None:
    """Return how a job does; {} where Resolve knows no such job, None where it says nothing."""
    try:
        answer = ask_table("GetRenderJobStatus", lambda: project.GetRenderJobStatus(job_id))
    except EncodingFault as fault:
        if "threw" in fault.detail:
            raise
        return None
    return answer
