"""How many frames a second a MOV's timecode track counts: of 50 pictures some cameras count 25.

The atom `tmcd` of a sample description (QuickTime File Format, timecode media): flags, time scale,
frame duration. Looked at without trust.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

from proxx_engine.system.movie_atoms import sample_descriptions

_BEFORE_TIME_SCALE = 16


def counted_rate(path: Path) -> Fraction | None:
    """Return the frames a second of a MOV's or MP4's first timecode track; None where none is.

    Raises: OSError.
    """
    with open(path, "rb") as file:
        for tag, inner, past in sample_descriptions(file):
            if tag == b"tmcd" and past - inner >= _BEFORE_TIME_SCALE + 8:
                file.seek(inner + _BEFORE_TIME_SCALE)
                scale, duration = struct.unpack(">II", file.read(8))
                return Fraction(scale, duration) if 0 < duration <= scale else None
    return None
