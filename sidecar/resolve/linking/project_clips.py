"""Every clip of the open project, in one walk over all its bins, as Resolve tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from sidecar.resolve.clip_properties import (
    clean,
    parse_count,
    parse_flag,
    parse_frame_rate,
    parse_size,
)
from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import HostRefused, RemoteObject, Step

DEPTH = 16
"""How many bins may lie in one another, the root counted; a deeper one is told, not looked into."""
PROPERTIES = (
    *("File Path", "Frames", "FPS", "Start TC", "Drop frame", "Audio Ch", "Resolution", "PAR"),
    *("Proxy", "Proxy Media Path"),
)


@dataclass(frozen=True, slots=True)
class ClipTold:
    """What Resolve says of a clip; None where it does not say, or not so that it can be read."""

    path: str
    """As Resolve writes it, a sequence with its range in brackets; '' for what is no file."""
    frames: int | None
    frame_rate: Fraction | None
    start_timecode: str | None
    drop_frame: bool | None
    audio_channels: int | None
    size: tuple[int, int] | None
    """Width and height in pixels."""
    pixel_aspect: Fraction | None
    """Mostly a word in the user's language, which tells nothing."""
    proxy: str
    """What the proxy is: its size where it is linked and there, else a word."""
    proxy_path: str

    @property
    def is_movie(self) -> bool:
        """Whether it can have a proxy: a file of more than one picture."""
        return bool(self.path and self.size and (self.frames or 0) > 1)

    @property
    def has_proxy(self) -> bool:
        """Whether a proxy is linked and there."""
        return is_online(self.proxy)


@dataclass(frozen=True, slots=True)
class ProjectClip:
    """One item of the media pool."""

    item: RemoteObject
    item_id: str
    """Its own id; the media's where this Resolve tells none."""
    media_id: str | None
    name: str
    told: ClipTold


@dataclass(frozen=True, slots=True)
class ProjectClips:
    """What the walk found."""

    clips: tuple[ProjectClip, ...]
    proxy_mode: str | None
    """The project's setting of which clips are shown by their proxies."""
    unlisted: int
    """Bins that Resolve did not list, or that lie too deep."""


def is_online(proxy: str) -> bool:
    """Whether what Resolve tells of a proxy is its size: the words for all else begin with no
    digit.
    """
    return proxy[:1].isdigit()


def steps_of(resolve: RemoteObject) -> tuple[Step, ...]:
    """Return the walk, which depends on no answer; `resolve` is the handle of Resolve itself."""
    return (*_to_the_root(resolve), *_levels())


def read_project_clips(talk: Talk) -> ProjectClips:
    """Walk over the open project. Raises: TalkError."""
    found = talk.walk(steps_of(talk.resolve))
    clips: dict[str, ProjectClip] = {}
    bins = [_entries(found[f"bins.{level}"]) for level in range(DEPTH + 1)]
    unlisted = sum(isinstance(one, HostRefused) for level in bins for one in level)
    unlisted += sum(isinstance(one, RemoteObject) for one in bins[DEPTH])
    unlisted += not any(isinstance(one, RemoteObject) for one in bins[0])
    for level in range(DEPTH):
        names = ("clips", "ids", "media", "names", "told")
        for item, *facts in zip_longest(*(_entries(found[f"{name}.{level}"]) for name in names)):
            unlisted += isinstance(item, HostRefused)
            clip = _read_clip(item, *facts) if isinstance(item, RemoteObject) else None
            if clip is not None:
                clips.setdefault(clip.item_id, clip)
    return ProjectClips(tuple(clips.values()), _text(found["mode"]) or None, unlisted)


def _read_clip(
    item: RemoteObject, own_id: Any, media_id: Any, name: Any, told: Any
) -> ProjectClip | None:
    """Return an item; None for one without any id, which cannot be told from another."""
    item_id = _text(own_id) or _text(media_id)
    if not item_id:
        return None
    media = clean(media_id) if _text(media_id) else None
    return ProjectClip(item, clean(item_id), media, clean(_text(name)), read_told(told))


def look_at_proxy(talk: Talk, item: RemoteObject) -> tuple[str, str]:
    """Ask what a clip's proxy is, and where; '' for what is not told. Raises: TalkError."""
    asked = tuple((name,) for name in PROPERTIES[-2:])
    step = Step(name="proxy", on=item, method="GetClipProperty", args_each=asked)
    proxy, path = _padded(talk.walk([step])["proxy"], 2)
    return _text(proxy), _text(path)


def read_told(values: Any) -> ClipTold:
    """Read the answers to PROPERTIES."""
    told = dict(zip(PROPERTIES, _padded(values, len(PROPERTIES)), strict=True))
    width, height = parse_size(told["Resolution"])
    return ClipTold(
        path=_text(told["File Path"]),
        frames=parse_count(told["Frames"], 1, 10**9),
        frame_rate=parse_frame_rate(told["FPS"]),
        start_timecode=_text(told["Start TC"]) or None,
        drop_frame=parse_flag(told["Drop frame"]),
        audio_channels=parse_count(told["Audio Ch"], 0, 1024),
        size=(width, height) if width and height else None,
        pixel_aspect=_ratio(told["PAR"]),
        proxy=_text(told["Proxy"]),
        proxy_path=_text(told["Proxy Media Path"]),
    )


def _to_the_root(resolve: RemoteObject) -> Iterator[Step]:
    yield Step(name="manager", on=resolve, method="GetProjectManager")
    yield Step(name="project", on="manager", method="GetCurrentProject")
    mode = ("perfProxyMediaMode",)
    yield Step(name="mode", on="project", method="GetSetting", args=mode)
    yield Step(name="pool", on="project", method="GetMediaPool")
    # Called with each of one list of no arguments, so that the root is a list of bins too.
    yield Step(name="bins.0", on="pool", method="GetRootFolder", args_each=((),))


def _levels() -> Iterator[Step]:
    asked = tuple((name,) for name in PROPERTIES)
    for level in range(DEPTH):
        bins, clips = f"bins.{level}", f"clips.{level}"
        yield Step(name=clips, each=bins, method="GetClipList", flatten=True)
        yield Step(name=f"ids.{level}", each=clips, method="GetUniqueId")
        yield Step(name=f"media.{level}", each=clips, method="GetMediaId")
        yield Step(name=f"names.{level}", each=clips, method="GetName")
        told = f"told.{level}"
        yield Step(name=told, each=clips, method="GetClipProperty", args_each=asked)
        below = f"bins.{level + 1}"
        yield Step(name=below, each=bins, method="GetSubFolderList", flatten=True)


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _padded(values: Any, count: int) -> list[Any]:
    return [*_entries(values), *[None] * count][:count]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _ratio(value: Any) -> Fraction | None:
    """Return a number that is told as one: 2.0, "1.5"."""
    text = clean(value).strip() if isinstance(value, str | int | float) else ""
    found = re.fullmatch(r"([0-9]{1,4})(?:[.,]([0-9]{1,6}))?", text)
    return (Fraction(f"{found[1]}.{found[2] or 0}") or None) if found else None
