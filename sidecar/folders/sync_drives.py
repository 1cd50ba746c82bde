"""Tells folders that a sync program keeps: claims are not exclusive there."""

from __future__ import annotations

import fnmatch
import os
import tomllib
from functools import cache
from pathlib import Path


def find_sync_drive(folder: Path) -> str | None:
    """Return the service that keeps a folder, by the names around it; None where none does."""
    for place in (folder, *folder.parents):
        try:
            held = os.listdir(place)
        except OSError:  # not ours to read: its name must do
            held = []
        for service, marks in _services().items():
            if _fits([place.name], marks["around"]) or _fits(held, marks["inside"]):
                return service
    return None


def _fits(names: list[str], patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in names)


@cache
def _services() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("sync_drives.toml").read_text("utf-8"))
