"""What an export that was killed left where its bundle was to lie: a half-made one, hidden."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import NAMELESS_SECONDS, Leaving
from sidecar.farm.exporting import is_half_made


def find_half_bundles(top: Path) -> Iterator[Leaving]:
    """Yield each half-made bundle below a folder; hidden folders are not looked into."""
    for place, folders, _names in os.walk(top):
        here = Path(place)
        for name in sorted(filter(is_half_made, folders)):
            if not (here / name).is_symlink():
                yield from _judge(here / name)
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def remove_half_bundle(leaving: Leaving) -> bool:
    """Remove one; False when somebody writes into it by now. Raises: OSError."""
    if any(now.verdict != "abandoned" for now in _judge(leaving.path)):
        return False
    shutil.rmtree(leaving.path)
    return True


def _judge(half: Path) -> Iterator[Leaving]:
    """Yield it as it is now; nothing where its export ended meanwhile."""
    try:
        seen = [path.lstat() for path in (half, *half.rglob("*"))]
    except FileNotFoundError:
        return
    size = sum(each.st_size for each in seen)
    kind = "half-made bundle"
    if time.time() - max(each.st_mtime for each in seen) > NAMELESS_SECONDS:
        reason = "names no owner, and was last written long ago"
        yield Leaving(half, kind, "abandoned", reason, size)
    else:
        reason = "was written into within the hour; an export may be at it"
        yield Leaving(half, kind, "in use", reason, size)
