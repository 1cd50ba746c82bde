"""How many frames a second a clip's timecode counts, where its file says so."""

from __future__ import annotations

from pathlib import Path

from proxx_engine.creation.sources.pictures import INDEXED
from proxx_engine.spec.media import Source
from proxx_engine.spec.timecode import nominal_rate
from proxx_engine.system.timecode_tracks import counted_rate


def frames_counted(source: Source, path: Path) -> int | None:
    """Return the frames of a second that a file's own timecode counts; `path`: where it lies here.

    None where it was given from elsewhere, or the file does not say. Raises: OSError.
    """
    timecode = source.timecode
    if timecode is None or timecode.source != "file" or INDEXED not in source.container.split(","):
        return None
    stated = counted_rate(path)
    return nominal_rate(stated) if stated else None
