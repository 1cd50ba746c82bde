"""Rows of a page, made without a disk."""

from __future__ import annotations

from typing import Any

from sidecar.report.model import ClipView

_USUAL: dict[str, Any] = {
    "key": "c-1",
    "kind": "clip",
    "state": "proven",
    "words": "proven",
    "tone": "good",
    "name": "A.mov",
    "folder": "/out",
    "batch": "night",
    "label": "A",
    "job": "1f0c2a9e",
    "engine": "ffmpeg",
    "worker": "box:1",
    "told": "25 checks",
    "failure": None,
    "remarks": (),
    "source": "/card/A.mxf",
    "proxy": "/out/A.mov",
    "size_bytes": 1_000_000,
    "source_bytes": 10_000_000,
    "seconds": 2.0,
    "media_seconds": 10.0,
    "ended": "2026-02-13 20:00:00Z",
    "checks": (),
    "facts": (),
    "nle": (),
    "command": "",
    "messages": "",
    "links": (),
    "files": (),
    "quality": None,
}


def clip_view(**changes: Any) -> ClipView:
    """One proven clip, with some values changed."""
    return ClipView(**(_USUAL | changes))
