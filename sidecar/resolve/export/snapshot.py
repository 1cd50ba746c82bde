"""What an export asks Resolve, and what it was told: raw facts, nothing of them judged.

Each scope has one list of steps that depends on no answer. So it can be walked in a talk, or be
written down and answered later by a Resolve that we cannot talk with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import HostRefused, RemoteObject, Step

Scope = Literal["selection", "timeline", "bin"]
Found = Mapping[str, Any]
"""What the steps of one scope came to, by their names."""

SCOPES: tuple[Scope, ...] = ("selection", "timeline", "bin")
"""The first that shows anything counts."""
PROJECT_SETTINGS = (
    *("colorScienceMode", "timelineFrameRate", "separateColorSpaceAndGamma"),
    *("colorSpaceOutput", "colorSpaceOutputGamma"),
)
NEEDED = (
    *("File Path", "Resolution", "Frames", "FPS", "Start TC", "Drop frame", "Video Codec"),
    *("Audio Ch", "Sample Rate", "Data Level", "H-FLIP", "V-FLIP", "Type"),
)
"""Properties that are asked for one by one where Resolve does not tell all of them at once."""
MOST_TRACKS = 64
_WORDS: Mapping[Scope, str] = MappingProxyType(
    {
        "selection": "what is selected in the media pool",
        "timeline": "the timeline",
        "bin": "the bin",
    }
)
_KINDS = ("video", "audio")
"""What is heard is shown too: a clip of sound alone is told, and why it has no proxy."""
_EACH_KIND = tuple((kind,) for kind in _KINDS)
_TRACKS = tuple((kind, number) for kind in _KINDS for number in range(1, MOST_TRACKS + 1))


@dataclass(frozen=True, slots=True)
class RawClip:
    """One item of the media pool in Resolve's own words; None: it does not say."""

    unique_id: str | None
    media_id: str | None
    name: str | None
    properties: Mapping[str, Any]
    """Text, numbers; empty where Resolve tells nothing of the item at all."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at the open project."""

    product: str | None
    version: str | None
    project_id: str | None
    project_name: str | None
    settings: Mapping[str, Any]
    """Those of PROJECT_SETTINGS that Resolve tells."""
    scope: Scope
    scope_name: str | None
    """Of the timeline or the bin."""
    selection_is_told: bool
    """Whether this Resolve tells what is selected in the media pool."""
    clips: tuple[RawClip, ...]
    """Each item of the media pool once, in the order in which it is shown."""
    without_media: tuple[str, ...]
    """Names of what stands on the timeline and comes from no item of the media pool."""
    unread: tuple[str, ...]
    """What of the scope could not be looked at, in sentences."""

    @property
    def scope_in_words(self) -> str:
        """The scope as a person calls it."""
        named = f" {self.scope_name}" if self.scope_name else ""
        return f"{_WORDS[self.scope]}{named}"


def steps_of(scope: Scope, resolve: RemoteObject) -> tuple[Step, ...]:
    """Return the walk of one scope; `resolve` is the handle of Resolve itself."""
    settings = tuple((name,) for name in PROJECT_SETTINGS)
    return (
        Step(name="product", on=resolve, method="GetProductName"),
        Step(name="version", on=resolve, method="GetVersionString"),
        Step(name="manager", on=resolve, method="GetProjectManager"),
        Step(name="project", on="manager", method="GetCurrentProject"),
        Step(name="project_id", on="project", method="GetUniqueId"),
        Step(name="project_name", on="project", method="GetName"),
        Step(name="settings", on="project", method="GetSetting", args_each=settings),
        Step(name="pool", on="project", method="GetMediaPool"),
        *_LISTED[scope],
        Step(name="clips", each="listed", distinct="GetUniqueId"),
        Step(name="unique_ids", each="clips", method="GetUniqueId"),
        Step(name="media_ids", each="clips", method="GetMediaId"),
        Step(name="names", each="clips", method="GetName"),
        Step(name="properties", each="clips", method="GetClipProperty"),
    )


_LISTED: Mapping[Scope, tuple[Step, ...]] = MappingProxyType(
    {
        "selection": (
            Step(name="listed", on="pool", method="GetSelectedClips"),
            Step(name="current", on="project", method="GetCurrentTimeline"),
            Step(name="current_item", on="current", method="GetMediaPoolItem"),
            Step(name="current_id", on="current_item", method="GetUniqueId"),
        ),
        "timeline": (
            Step(name="place", on="project", method="GetCurrentTimeline"),
            Step(name="place_name", on="place", method="GetName"),
            Step(name="track_counts", on="place", method="GetTrackCount", args_each=_EACH_KIND),
            Step(name="tracks", on="place", method="GetItemListInTrack", args_each=_TRACKS),
            Step(name="items", on="tracks", flatten=True),
            Step(name="item_names", each="items", method="GetName"),
            Step(name="listed", each="items", method="GetMediaPoolItem"),
        ),
        "bin": (
            Step(name="place", on="pool", method="GetCurrentFolder"),
            Step(name="place_name", on="place", method="GetName"),
            Step(name="listed", on="place", method="GetClipList"),
        ),
    }
)
"""The steps that come to a list of media-pool items."""


def take_snapshot(talk: Talk) -> Snapshot:
    """Look at the open project; the next scope only where the one before shows nothing.

    Raises: TalkError.
    """
    with talk.scope():
        walks = ((scope, talk.walk(steps_of(scope, talk.resolve))) for scope in SCOPES)
        return read_walks(walks, lambda found: _ask_one_by_one(talk, found))


def read_walks(
    walks: Iterable[tuple[Scope, Found]],
    ask_again: Callable[[Found], Mapping[int, Found]] = lambda _found: {},
) -> Snapshot:
    """Return the first scope that shows anything or cannot be read, the last where none does.

    `ask_again` returns properties that a walk did not tell, by the position of the clip.
    """
    selection_is_told = True
    for scope, found in walks:
        selection_is_told = selection_is_told and not _is_missing(found["listed"])
        snapshot = _read(scope, found, {}, selection_is_told=selection_is_told)
        if snapshot.clips and not _is_current_timeline(found):
            more = ask_again(found)
            return _read(scope, found, more, selection_is_told=selection_is_told)
        if snapshot.without_media or snapshot.unread:
            break
    return snapshot


def _ask_one_by_one(talk: Talk, found: Found) -> Mapping[int, Found]:
    lacking = {
        position: tuple((name,) for name in NEEDED if name not in _table(told))
        for position, told in enumerate(_entries(found["properties"]))
    }
    clips = _entries(found["clips"])
    steps = [
        Step(name=str(position), on=clips[position], method="GetClipProperty", args_each=names)
        for position, names in lacking.items()
        if names
    ]
    answers = talk.walk(steps) if steps else {}
    return {
        int(step.name): {
            name: value
            for (name,), value in zip(step.args_each or (), answers[step.name], strict=True)
            if _is_told(value)
        }
        for step in steps
    }


def _read(
    scope: Scope, found: Found, more: Mapping[int, Found], *, selection_is_told: bool
) -> Snapshot:
    facts = ("unique_ids", "media_ids", "names", "properties")
    columns = (_entries(found[name]) for name in facts)
    clips = (
        RawClip(
            _text(unique_id),
            _text(media_id),
            _text(name),
            MappingProxyType(_table(told) | dict(more.get(position, {}))),
        )
        for position, (unique_id, media_id, name, told) in enumerate(zip(*columns, strict=True))
    )
    values = zip(PROJECT_SETTINGS, _entries(found["settings"]), strict=False)
    return Snapshot(
        product=_text(found["product"]),
        version=_text(found["version"]),
        project_id=_text(found["project_id"]),
        project_name=_text(found["project_name"]),
        settings=MappingProxyType({name: value for name, value in values if _is_told(value)}),
        scope=scope,
        scope_name=_text(found.get("place_name")),
        selection_is_told=selection_is_told,
        clips=tuple(clips),
        without_media=tuple(name for name, media in _shown(found) if media is None),
        unread=tuple(_unread(scope, found)),
    )


def _unread(scope: Scope, found: Found) -> Iterator[str]:
    """Yield what of a scope could not be looked at.

    No timeline, no selection and no list are told alike by None, and are no failure.
    """
    place, listed, pool = found.get("place"), found["listed"], found.get("pool")
    if scope == "bin" and found.get("project") is not None and not isinstance(pool, RemoteObject):
        yield f"the media pool cannot be read: {_said(pool)}"
    elif isinstance(place, HostRefused):
        yield f"the current {scope} cannot be read: {place}"
    elif isinstance(listed, HostRefused) and not _is_missing(listed):
        yield f"{_WORDS[scope]} cannot be read: {listed}"
    elif scope == "timeline" and isinstance(place, RemoteObject):
        counts = dict(zip(_KINDS, _entries(found["track_counts"]), strict=False))
        yield from _unread_tracks(
            counts, dict(zip(_TRACKS, _entries(found["tracks"]), strict=False))
        )
        for name, media in _shown(found):
            if media is not None and not isinstance(media, RemoteObject):
                yield f"{name}: the clip that it shows cannot be read: {_said(media)}"


def _unread_tracks(
    counts: Mapping[str, Any], tracks: Mapping[tuple[str, int], Any]
) -> Iterator[str]:
    for kind in _KINDS:
        count = counts.get(kind)
        if not isinstance(count, int | float) or isinstance(count, bool):
            yield f"how many {kind} tracks there are cannot be read: {_said(count)}"
            continue
        for number in range(1, min(int(count), MOST_TRACKS) + 1):
            items = tracks.get((kind, number))
            if not isinstance(items, list) and items != {}:  # so Lua tells an empty list
                yield f"{kind} track {number} cannot be read: {_said(items)}"
        if count > MOST_TRACKS:
            yield f"of {int(count)} {kind} tracks those above {MOST_TRACKS} are not looked at"


def _shown(found: Found) -> Iterator[tuple[str, Any]]:
    """Yield each item of a timeline by its name, with the media-pool item that it shows."""
    if "items" not in found:
        return
    columns = (_entries(found[name]) for name in ("items", "item_names", "listed"))
    for item, name, media in zip(*columns, strict=True):
        if isinstance(item, RemoteObject):
            yield _text(name) or "an item without a name", media


def _is_current_timeline(found: Found) -> bool:
    """Whether nothing is selected but the timeline that is open: so its opening leaves the pool."""
    current = _text(found.get("current_id"))
    return current is not None and _entries(found["unique_ids"]) == [current]


def _is_missing(value: Any) -> bool:
    """Whether this Resolve has no such method."""
    return isinstance(value, HostRefused) and value.kind == "no_method"


def _said(value: Any) -> str:
    return str(value) if isinstance(value, HostRefused) else f"Resolve says {value!r}"


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> dict[str, Any]:
    told = value if isinstance(value, dict) else {}
    return {name: one for name, one in told.items() if _is_told(one)}


def _is_told(value: Any) -> bool:
    return value is not None and not isinstance(value, HostRefused)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
