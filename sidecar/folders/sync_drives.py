"""Tells folders that a sync program keeps: claims are not exclusive there."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


def find_sync_drive(folder: Path) -> str | None:
    """Return the service that keeps a folder, by what is around it; None where none does."""
    for place in (folder, *folder.parents):
        for service, marks in _services().items():
            if any(map(place.match, marks["around"])) or _holds(place, marks["inside"]):
                return service
    return None


def _holds(place: Path, patterns: list[str]) -> bool:
    try:
        return any(any(place.glob(pattern)) for pattern in patterns)
    except OSError:  # not ours to read: its name must do
        return False


@cache
def _services() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("sync_drives.toml").read_text("utf-8"))
