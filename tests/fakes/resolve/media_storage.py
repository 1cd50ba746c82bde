# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""The disk as Resolve's Media page shows it, where a sequence is one line."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .objects import FakeObject

if TYPE_CHECKING:
    from .clips import FakeMediaPoolItem

_NUMBERED = re.compile(r"^(.*?)(\d{3,})(\.[^.]+)$")


class FakeMediaStorage(FakeObject):
    """The one media storage."""

    api_name = "MediaStorage"
    in_project = False

    def GetMountedVolumeList(self) -> list[str]:
        return ["C:\\"] if self.root.profile.platform == "windows" else ["/"]

    def GetSubFolderList(self, folderPath: str) -> list[str]:
        return [str(path) for path in _entries(folderPath) if path.is_dir()]

    def GetFileList(self, folderPath: str) -> list[str]:
        return _consolidated([path for path in _entries(folderPath) if path.is_file()])

    def AddItemListToMediaPool(self, *items: Any) -> list[FakeMediaPoolItem] | None:
        if self.root.project is None:
            return None
        asked = items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)
        paths = [one.get("media") if isinstance(one, dict) else one for one in asked]
        return self.root.project.media_pool.ImportMedia(paths)


def _entries(folder: object) -> list[Path]:
    known = isinstance(folder, str) and Path(folder).is_dir()
    return sorted(Path(str(folder)).iterdir()) if known else []


def _consolidated(files: list[Path]) -> list[str]:
    listed: list[str] = []
    for _key, group in groupby(files, key=_series):
        same = list(group)
        first, last = (_NUMBERED.match(one.name) for one in (same[0], same[-1]))
        if len(same) == 1 or first is None or last is None:
            listed += [str(one) for one in same]
        else:
            name = f"{first[1]}[{first[2]}-{last[2]}]{first[3]}"
            listed.append(str(same[0].with_name(name)))
    return listed


def _series(path: Path) -> tuple[str, ...]:
    found = _NUMBERED.match(path.name)
    return (found[1], found[3]) if found else (path.name,)
