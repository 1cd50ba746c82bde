"""Folders → the files that are looked at, and those that are not, each with its reason."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.planning.routing import RAW_EXTENSIONS, UNSUPPORTED_EXTENSIONS

_MEDIA = "mov mp4 m4v mxf mkv webm avi mpg mpeg m2v ts mts m2ts m2t vob dv 3gp 3g2 wmv asf"
MEDIA_EXTENSIONS = frozenset(_MEDIA.split())
_OURS = (".job.json", ".result.json", ".journal.jsonl", ".ffmpeg.log", ".lock")


@dataclass(frozen=True, slots=True)
class Found:
    """One file to look at."""

    path: Path
    subdirectory: str
    """Where its proxy goes below the output folder, with forward slashes."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One file that no proxy is made of."""

    path: Path
    reason: str


def walk_footage(paths: tuple[Path, ...], *, out: Path) -> Iterator[Found | LeftOut]:
    """Yield every file below `paths` in a fixed order; `out` and what Proxx made is passed by."""
    folders = [path for path in paths if path.is_dir()]
    for path in paths:
        if path.is_dir():
            root = path.name if len(folders) > 1 else ""
            yield from _walk(path, root, out)
        elif path.exists():
            yield Found(path, "") if path.is_file() else LeftOut(path, "is not a regular file")
        else:
            yield LeftOut(path, "does not exist")


def _walk(top: Path, root: str, out: Path) -> Iterator[Found | LeftOut]:
    unlisted: list[LeftOut] = []

    def note(error: OSError) -> None:
        reason = f"cannot be listed: {error.strerror}"
        unlisted.append(LeftOut(Path(error.filename or top), reason))

    for folder, subfolders, names in os.walk(top, onerror=note):
        here = Path(folder)
        passed_by = {name: reason for name in subfolders if (reason := _why_not(here / name, out))}
        subfolders[:] = sorted(name for name in subfolders if name not in passed_by)
        yield from (LeftOut(here / name, reason) for name, reason in sorted(passed_by.items()))
        relative = here.relative_to(top).as_posix()
        parts = (part for part in (root, "" if relative == "." else relative) if part)
        # Names from a Mac come taken apart (NFD); those we create are put together.
        below = unicodedata.normalize("NFC", "/".join(parts))
        for name in sorted(names):
            yield _sort_out(here / name, below)
    yield from unlisted


def _why_not(folder: Path, out: Path) -> str | None:
    """Return why a folder is not looked into, None when it is."""
    if folder.name.startswith("."):
        return "hidden folder"
    if folder.name == "Proxy":
        return "a folder of proxies"
    if folder.is_symlink():
        return "a link to a folder; name that folder itself"
    if out.exists() and os.path.samefile(folder, out):
        return "the output folder"
    return None


def _sort_out(path: Path, below: str) -> Found | LeftOut:
    name = path.name
    extension = path.suffix.lower().lstrip(".")
    if name.startswith("."):
        return LeftOut(path, "hidden file")
    if name.endswith(_OURS):
        return LeftOut(path, "made by Proxx")
    if extension in UNSUPPORTED_EXTENSIONS:
        maker = UNSUPPORTED_EXTENSIONS[extension]
        return LeftOut(path, f"{maker}, which neither FFmpeg nor Resolve reads")
    if extension not in MEDIA_EXTENSIONS and extension not in RAW_EXTENSIONS:
        return LeftOut(path, f"no footage: .{extension}" if extension else "no footage")
    if not path.is_file():
        return LeftOut(path, "is not a regular file")
    if path.stat().st_size == 0:
        return LeftOut(path, "is empty")
    return Found(path, below)
