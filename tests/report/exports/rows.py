"""Rows for exports, of results that lie on a disk, and what their checks saw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from proxx_engine import find_results
from sidecar.report.reading import read_rows
from sidecar.report.rows import Row
from tests.results.scenes import clip_document, put_proxy, write_result


def seen(**changes: str | None) -> dict[str, Any]:
    """A report of checks that hold: one second of 25 fps from 10 o'clock; None leaves one out."""
    facts: dict[str, str | None] = {
        "frames.muxed": "25",
        "frame_rate": "25/1",
        "timecode": "10:00:00:00",
        "reel": "A001",
        "raster": "1920x1080",
        "audio.0.codec": "pcm_s24le",
        "audio.0.channels": "2",
        "audio.0.sample_rate": "48000",
    }
    facts |= {name.replace("__", "."): told for name, told in changes.items()}
    checks = [
        {"name": name, "expected": told, "actual": told, "verdict": "equal"}
        for name, told in facts.items()
        if told is not None
    ]
    return {"checks": checks}


def put(
    folder: Path, name: str, *, minute: int = 0, batch: str | None = None, **changes: Any
) -> Path:
    """Write a proven proxy and its result."""
    clip = clip_document(name, folder, **{"verification": seen(), **changes})
    write_result(folder, clip, minute=minute, batch=batch)
    return put_proxy(folder / name)


def rows_below(folder: Path, *, rehash: bool = False) -> tuple[Row, ...]:
    """Read all that lies below a folder."""
    found = find_results([folder])
    return tuple(read_rows(found, rehash=rehash, inspecting=lambda *_: None))
