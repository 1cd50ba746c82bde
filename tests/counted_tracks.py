"""A MOV whose timecode track counts at another rate than its pictures, as some cameras write it."""

from __future__ import annotations

import struct
from pathlib import Path


def count_otherwise(clip: Path, *, pictures: int, counts: int, start: int, scale: int = 1) -> bytes:
    """Return a MOV whose timecode began at one o'clock and counts otherwise now, from `start`."""
    data = bytearray(clip.read_bytes())
    entry = data.rindex(b"tmcd" + bytes(7) + b"\1") + 4
    duration = 1001 if scale > 1 else 1
    struct.pack_into(">IIB", data, entry + 16, counts * scale, duration, counts)
    first = data.index(struct.pack(">I", 3600 * pictures), data.index(b"mdat"))
    struct.pack_into(">I", data, first, start)
    return bytes(data)
