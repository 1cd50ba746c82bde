"""What a walk through footage comes to: clips, and what no proxy is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from proxx_engine.spec.media import ImageSequence


@dataclass(frozen=True, slots=True)
class Found:
    """One clip to inspect, as an editing system sees it."""

    path: Path
    """The file that is opened."""
    subdirectory: str
    """Where its proxy goes below the output folder, with forward slashes."""
    name: str
    """The clip's name as an NLE shows it."""
    files: tuple[Path, ...]
    """Every media file of the clip, the one that is opened first."""
    audio_files: tuple[Path, ...] = ()
    """Those of them that hold only sound."""
    sequence: ImageSequence | None = None
    card: str | None = None
    """The kind of card it lies on, for display."""
    spanned: bool = False
    """Whether the card declares one clip over several picture files."""
    metadata: tuple[Path, ...] = ()
    """The card's own descriptions of the clip; they are listed among what is left out, too."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What no proxy is made of: one file or folder, or several that are left out as one."""

    path: Path
    reason: str
    files: tuple[Path, ...] = ()
    """All files that are meant, where `path` is only the first of several."""


Entry: TypeAlias = Found | LeftOut
