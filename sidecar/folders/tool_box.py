"""A worker's own tools; found anew when the FFmpeg under their name became another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from proxx_engine import PathMap, Tools, find_tools


class ToolBox:
    """What one worker runs its jobs with."""

    def __init__(
        self, *, ffmpeg: Path | None, path_maps: tuple[PathMap, ...], threads: int
    ) -> None:
        self._ffmpeg = ffmpeg
        self._path_maps = path_maps
        self._threads = threads
        self._tools: Tools | None = None
        self._seen: tuple[int, int, int] | None = None

    def current(self) -> Tools:
        """Return the tools as they are now. Raises: PlaceError."""
        seen = self._seen  # None where it went away while it was looked at
        if self._tools is not None and seen is not None and _mark(self._tools.ffmpeg) == seen:
            return self._tools
        self.close()
        self._tools = find_tools(
            ffmpeg=self._ffmpeg, threads=self._threads, path_maps=self._path_maps
        )
        self._seen = _mark(self._tools.ffmpeg)
        return self._tools

    def close(self) -> None:
        """End what the tools started."""
        if self._tools is not None:
            self._tools.close()
            self._tools = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
