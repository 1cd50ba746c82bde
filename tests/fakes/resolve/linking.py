"""Decides whether a file may be a clip's proxy, as Resolve does: by existence, frame count, frame
rate and start timecode, and without a word about why not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .media_facts import read_facts
from .timecode import frames_of

if TYPE_CHECKING:
    from .clips import FakeMediaPoolItem

_WITH_PICTURES = ("video", "video_audio")


@dataclass(frozen=True, slots=True)
class ProxyLink:
    """What a clip knows of its proxy."""

    path: str = ""
    size: str = ""
    """As it was when the file was linked: a file that takes its place is not read again."""
    was_missed: bool = False

    @property
    def shown(self) -> str:
        """What the property Proxy says: 'None', 'Offline', or the size."""
        if not self.path:
            return "None"
        return "Offline" if self.was_missed else self.size

    def looked_at(self) -> ProxyLink:
        """The link after somebody looked; a file that comes back is not noticed until it is linked
        again.
        """
        missing = bool(self.path) and not Path(self.path).is_file()
        return replace(self, was_missed=True) if missing else self


NO_PROXY = ProxyLink()


def link_proxy(clip: FakeMediaPoolItem, path: str) -> ProxyLink | None:
    """The link of a file that fits; None for one that does not."""
    facts = clip.facts
    if facts.type not in _WITH_PICTURES or not clip.path:
        return None
    if clip.proxy.path == path and not clip.proxy.looked_at().was_missed and Path(path).is_file():
        return clip.proxy
    found = read_facts(Path(path)) if Path(path).is_file() else None
    if found is None or found.rate is None or facts.rate is None or facts.frames is None:
        return None
    told = found.timecode or "00:00:00:00"
    start = frames_of(told, facts.rate, drop=";" in told)
    fits = (
        abs(found.frames - facts.frames) <= clip.root.quirks.proxy_frames_tolerance
        and abs(float(found.rate) - float(facts.rate)) <= 0.01
        and start == facts.start_frame
    )
    return ProxyLink(path, f"{found.width}x{found.height}") if fits else None
