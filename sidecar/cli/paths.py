"""Paths as they are given, and as they are told."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from sidecar.folders.layout import watch_folder_around


def plain_path(path: Path) -> Path:
    """Return the absolute path without "." and ".."; links are left as they are."""
    return Path(os.path.abspath(path))


def quoted(path: Path) -> str:
    """Return a path as it is typed into a shell."""
    return shlex.quote(str(path))


def next_for(jobs: Path) -> str:
    """Return what a person does next for the jobs in a folder."""
    watch = watch_folder_around(jobs)
    if watch is None:
        return f"next: proxx run {quoted(jobs)}"
    return f"next: workers take them; `proxx watch {quoted(watch)}` starts one"
