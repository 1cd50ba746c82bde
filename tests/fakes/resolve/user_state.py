"""What of Resolve belongs to its user, in a form that two moments can be compared by."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .media_pool import FakeFolder
    from .resolve import FakeResolve
    from .timeline import FakeTimeline


def user_state(fake: FakeResolve) -> dict[str, Any]:
    """Everything that must be as before when a script has ended; `proxies_of` tells of proxies."""
    state: dict[str, Any] = {
        "page": fake.page,
        "presets": copy.deepcopy(fake.presets),
        "projects": [project.name for project in fake.projects],
    }
    project = fake.project
    if project is None:
        return state
    deliver, pool = project.deliver, project.media_pool
    current = project.current_timeline
    return state | {
        "project": project.unique_id,
        "project settings": dict(project.settings),
        "current timeline": current.unique_id if current else None,
        "timelines": {one.unique_id: _timeline(one) for one in project.timelines},
        "bins": _bin(pool.root_folder),
        "current bin": pool.current_folder.unique_id,
        "selected clips": [clip.unique_id for clip in pool.selected],
        "clips": {
            clip.unique_id: (
                clip.name,
                clip.path,
                copy.deepcopy(clip.properties),
                dict(clip.metadata),
            )
            for clip in pool.clips()
        },
        "format and codec": (deliver.format_id, deliver.codec_id),
        "render mode": deliver.mode,
        "deliver settings": copy.deepcopy(deliver.settings),
        "deliver settings without a key": dict(deliver.hidden),
        "queue": [copy.deepcopy(project.queue.info(job)) for job in project.queue.jobs],
        "queue's states": {job.id: (job.state, job.percentage) for job in project.queue.jobs},
        "is rendering": fake.rendering.in_progress,
    }


def proxies_of(fake: FakeResolve) -> dict[str, str]:
    """The proxy of each clip that has one, by the clip's id."""
    clips = fake.current().media_pool.clips()
    return {clip.unique_id: clip.proxy.path for clip in clips if clip.proxy.path}


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """A sentence for each thing that is not as before."""
    keys = [*before, *(key for key in after if key not in before)]
    return [
        f"{key}: was {before.get(key)!r}, is {after.get(key)!r}"
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _timeline(timeline: FakeTimeline) -> dict[str, Any]:
    items = [
        (kind, number, item.unique_id, item.offset, item.duration, item.enabled)
        for kind, tracks in timeline.tracks.items()
        for number, track in enumerate(tracks, start=1)
        for item in track.items
    ]
    return {
        "name": timeline.name,
        "settings": timeline.custom and dict(timeline.custom),
        "start": timeline.start_timecode,
        "playhead": timeline.playhead,
        "marks": dict(timeline.marks.values),
        "tracks": {
            kind: [one.enabled for one in timeline.tracks[kind]] for kind in timeline.tracks
        },
        "items": items,
    }


def _bin(folder: FakeFolder) -> dict[str, Any]:
    return {
        "name": folder.name,
        "id": folder.unique_id,
        "clips": sorted(clip.unique_id for clip in folder.clips),
        "bins": [_bin(one) for one in folder.folders],
    }
