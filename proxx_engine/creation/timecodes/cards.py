"""What a card's own metadata says of a clip: its start timecode."""

from __future__ import annotations

from pathlib import Path

from proxx_engine.creation.footage.cards.p2_files import p2_clip_of
from proxx_engine.creation.footage.cards.sony import is_sony_metadata, sony_timecode
from proxx_engine.creation.footage.cards.xml_files import UnreadableCardFile, read_xml
from proxx_engine.creation.footage.found import Found
from proxx_engine.spec.media import Timecode


def read_card_timecode(found: Found) -> Timecode | None:
    """Return the timecode of the clip's first frame as its card states it, from `sidecar_xml`.

    None where no metadata states one, where it is no moment of a day (FFFFFFFF), or where the file
    cannot be read: a proxy needs no such file, and the clip's own file then has the only word.
    """
    first = found.path.stem.casefold()
    for path in found.metadata:
        # Of a clip over several parts, only the first part's timecode is the clip's.
        if path.suffix.lower() == ".xml" and path.stem.casefold().startswith(first):
            timecode = _read_timecode(path)
            if timecode is not None:
                return timecode
    return None


def _read_timecode(path: Path) -> Timecode | None:
    try:
        root = read_xml(path)
    except UnreadableCardFile:  # no proxy needs it; the list of what is left out says so
        return None
    if is_sony_metadata(root):
        return sony_timecode(root)
    clip = p2_clip_of(root)
    return clip.timecode if clip is not None else None
