"""What timelines came to, in words and as data. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sidecar.timelines.finding import FoundMedia, Place, some_of
from sidecar.timelines.fitting import USED_RANGE
from sidecar.timelines.reading import Timeline
from sidecar.words import align, plural

_SHOWN = 10


def tell_media(timelines: tuple[Timeline, ...], found: FoundMedia) -> list[str]:
    """Return what a person is told before the jobs: how much is used, and what has no file."""
    events = sum(len(timeline.used) for timeline in timelines)
    lines = [
        f"{plural(len(timelines), 'timeline')}, {plural(events, 'event')}: "
        f"{plural(len(found.files), 'file')} used"
    ]
    unsure = sorted({str(p.file) for p in found.places if p.file and p.by_name_alone})
    if unsure:
        lines.append(f"found by name alone, as no timecode could be compared: {len(unsure)}")
        lines += [f"  {path}" for path in unsure[:_SHOWN]]
        if len(unsure) > _SHOWN:
            lines.append(f"  and {len(unsure) - _SHOWN} more; --json names them all")
    rows = [(name, some_of(events), reason) for name, reason, events in _without(found)]
    if rows:
        lines.append(f"in the timeline, but left out: {len(rows)}")
        lines += align(rows, indent="  ")
    return lines


def media_data(found: FoundMedia) -> dict[str, Any]:
    """Return what a program is told."""
    files: dict[str, list[Place]] = defaultdict(list)
    for place in found.places:
        if place.file is not None:
            files[str(place.file)].append(place)
    return {
        "used": [
            {
                "path": path,
                "by_name_alone": any(place.by_name_alone for place in places),
                "events": [f"{place.timeline.name}: {place.used.event}" for place in places],
            }
            for path, places in files.items()
        ],
        "timeline_left_out": [
            {"name": name, "reason": reason, "events": events}
            for name, reason, events in _without(found)
        ],
    }


def _without(found: FoundMedia) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, reason and places of what has no file; what lies in other ranges once."""
    alike: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in found.places:
        if place.file is None:
            kind = (place.reason or "").partition(USED_RANGE)[0]
            alike[place.used.name, kind].append(place)
    for (name, _kind), places in alike.items():
        yield name, places[0].reason or "", [place.used.event for place in places]
