"""Clips that a card declares to be parts of one clip → that clip, or why it is not whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from proxx_engine.creation.footage.found import Entry, Found, LeftOut


@dataclass(frozen=True, slots=True)
class Span:
    """One clip over several parts, as its card declares it."""

    parts: tuple[Path, ...]
    """The file that is opened of each part that is there, in order."""
    missing: str | None = None
    """The part that is not there, in words."""
    name: str | None = None
    """The clip's name where it is not its first part's."""


def join_spans(entries: Iterable[Entry], spans: Iterable[Span]) -> list[Entry]:
    """Return the entries with the parts of each span joined to one, or left out as one."""
    listed = list(entries)
    found = {entry.path: entry for entry in listed if isinstance(entry, Found)}
    instead: dict[Path, Entry | None] = {}
    for span in spans:
        parts = [found[path] for path in span.parts if path in found and path not in instead]
        if parts and len(parts) == len(span.parts):
            instead |= dict.fromkeys(span.parts)
            instead[span.parts[0]] = _joined(parts, span)
    return [
        entry
        for each in listed
        if (entry := instead.get(each.path, each) if isinstance(each, Found) else each) is not None
    ]


def _joined(parts: list[Found], span: Span) -> Entry:
    first = parts[0]
    files = tuple(path for part in parts for path in part.files)
    if span.missing:
        reason = f"a part of one clip over several files; {span.missing} is missing"
        return LeftOut(first.path, reason, files)
    return replace(
        first,
        name=span.name or first.name,
        files=files,
        audio_files=tuple(path for part in parts for path in part.audio_files),
        spanned=True,
        metadata=tuple(path for part in parts for path in part.metadata),
    )
