# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""An item of the media pool: a clip, or what else lies in a bin."""

from __future__ import annotations

import json
import unicodedata
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clip_facts import ClipFacts, properties_of
from .linking import NO_PROXY, ProxyLink, link_proxy
from .objects import FakeObject
from .tracks import MARKED, Marks

if TYPE_CHECKING:
    from .media_pool import FakeFolder
    from .timeline import FakeTimeline

_READ_ONLY = ("File Path", "File Name", "Frames", "Resolution")
_ACCEPTED_IN_VAIN = ("Reel Name",)
"""A write is answered with True and changes nothing."""


class FakeMediaPoolItem(FakeObject):
    """One item of a bin."""

    api_name = "MediaPoolItem"

    def __init__(
        self,
        folder: FakeFolder,
        *,
        name: str,
        path: str,
        facts: ClipFacts,
        properties: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(folder.root)
        self.folder = folder
        self.name = name
        self.path = path
        """As Resolve writes it: a sequence with its range in brackets; '' for what is no file."""
        self.facts = facts
        self.properties = properties_of(facts, name, path) | (properties or {})
        self.metadata: dict[str, str] = {}
        self.media_id = str(uuid.uuid4())
        self.marks = Marks()
        self.proxy: ProxyLink = NO_PROXY
        self.full_resolution = ""
        self.timeline: FakeTimeline | None = None
        self.tells_no_dict = False
        """GetClipProperty() without a name is None for it, as for some items of a real pool."""

    @property
    def start_frame(self) -> int:
        return self.facts.start_frame

    @property
    def is_online(self) -> bool:
        """Whether the file, or a sequence's folder, is there; what has no file is always there."""
        if not self.path:
            return True
        path = Path(self.path)
        return path.parent.is_dir() if "[" in path.name else path.exists()

    def GetName(self) -> str:
        return self.name

    def SetName(self, name: str) -> bool:
        self.name = name
        self.properties["Clip Name"] = name
        return True

    def GetUniqueId(self) -> str:
        return self.unique_id

    def GetMediaId(self) -> str:
        return self.media_id

    def GetClipProperty(self, propertyName: str | None = None) -> Any:
        if propertyName in (None, ""):
            return None if self.tells_no_dict else self._all_properties()
        if propertyName in self.properties:
            return self.properties[propertyName]
        look = self._looked_up.get(propertyName)
        return look() if look else self.root.quirks.unknown_property

    def SetClipProperty(self, propertyName: str, propertyValue: Any) -> bool:
        if propertyName in _ACCEPTED_IN_VAIN:
            return True
        if propertyName not in self.properties or propertyName in _READ_ONLY:
            return False
        self.properties[propertyName] = propertyValue
        return True

    def GetMetadata(self, metadataType: str | None = None) -> Any:
        if metadataType in (None, ""):
            return dict(self.metadata)
        return self.metadata.get(str(metadataType), "")

    def SetMetadata(self, metadataType: str | dict[str, str], metadataValue: str = "") -> bool:
        given = metadataType if isinstance(metadataType, dict) else {metadataType: metadataValue}
        self.metadata |= {key: str(value) for key, value in given.items()}
        return True

    def GetAudioMapping(self) -> str:
        channels = self.facts.channels
        track = {"channel_idx": list(range(1, channels + 1)), "mute": False, "type": "Stereo"}
        mapping = {
            "embedded_audio_channels": channels,
            "linked_audio": {},
            "track_mapping": {"1": track} if channels else {},
        }
        return json.dumps(mapping)

    def GetMarkInOut(self) -> dict[str, dict[str, int]]:
        return self.marks.told()

    def SetMarkInOut(self, mark_in: int, mark_out: int, type: str = "all") -> bool:  # noqa: A002
        return self.marks.set(mark_in, mark_out, type)

    def ClearMarkInOut(self, type: str = "all") -> bool:  # noqa: A002
        return type in MARKED and self.marks.clear(type)

    def GetTimeline(self) -> FakeTimeline | None:
        return self.timeline

    def LinkProxyMedia(self, proxyMediaFilePath: str) -> bool | None:
        if not isinstance(proxyMediaFilePath, str) or not _is_absolute(proxyMediaFilePath):
            return None
        if self.root.quirks.project_manager_open:
            return False
        link = link_proxy(self, proxyMediaFilePath)
        if link is None:
            return False
        self.proxy = link
        return True

    def UnlinkProxyMedia(self) -> bool:
        was_linked = self.proxy != NO_PROXY
        self.proxy = NO_PROXY
        return was_linked

    def LinkFullResolutionMedia(self, fullResMediaPath: str) -> bool:
        if not isinstance(fullResMediaPath, str) or not Path(fullResMediaPath).is_file():
            return False
        self.full_resolution = fullResMediaPath
        return True

    def ReplaceClip(self, filePath: str) -> bool:
        if not isinstance(filePath, str) or not Path(filePath).is_file():
            return False
        self.path = filePath
        self.facts = self.folder.pool.facts_of(filePath) or self.facts
        self.properties |= properties_of(self.facts, self.name, filePath)
        return True

    @property
    def _looked_up(self) -> dict[str, Callable[[], str]]:
        """The properties that change by themselves."""
        word, facts, pool = self.root.profile.word, self.facts, self.folder.pool
        return {
            "Type": lambda: word(facts.type),
            "Online Status": lambda: word("online" if self.is_online else "offline"),
            "Proxy": lambda: self._looked_at_proxy().shown,
            "Proxy Media Path": self._told_proxy_path,
            "Usage": lambda: str(pool.usage_of(self)),
        }

    def _looked_at_proxy(self) -> ProxyLink:
        self.proxy = self.proxy.looked_at()
        return self.proxy

    def _told_proxy_path(self) -> str:
        match self.root.quirks.proxy_path_told_as:
            case "decomposed":
                return unicodedata.normalize("NFD", self.proxy.path)
            case "backslashes":
                return self.proxy.path.replace("/", "\\")
            case "given":
                return self.proxy.path

    def _all_properties(self) -> dict[str, Any]:
        return {name: look() for name, look in self._looked_up.items()} | self.properties


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\\\")) or path[1:3] in (":\\", ":/")
