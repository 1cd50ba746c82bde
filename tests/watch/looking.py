"""What a test looks for in a watch folder."""

from __future__ import annotations

import json
from typing import Any

from sidecar.folders.layout import WatchFolder


def homes(folder: WatchFolder, state: str) -> list[str]:
    """The labels of the jobs that ended in a state."""
    return sorted(home.name.split(".")[0] for home in (folder.root / state).glob("*/*"))


def the_result(folder: WatchFolder, label: str) -> dict[str, Any]:
    (path,) = folder.root.glob(f"*/*/{label}*/*.result.json")
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded


def running(folder: WatchFolder) -> bool:
    return any(beat for beat in folder.running.glob("*/*/*.ffmpeg.log"))
