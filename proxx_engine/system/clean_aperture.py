"""Whether a MOV says of itself to show less than its pictures' raster: its clean aperture.

The atom `clap` lies behind the fields of a picture's sample description (ISO/IEC 14496-12, 12.1.4);
FFmpeg cuts by it unless it is told not to.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from proxx_engine.system.movie_atoms import atoms, sample_descriptions

_FIELDS_OF_A_PICTURE = 78
"""Before the atoms of a sample description, without its size and kind."""
_AT_RASTER = 24


def shows_less(path: Path) -> bool:
    """Whether any picture of a MOV or MP4 has a clean aperture smaller than its raster.

    Raises: OSError.
    """
    with open(path, "rb") as file:
        return any(_is_cut(file, start, end) for _tag, start, end in sample_descriptions(file))


def _is_cut(file: BinaryIO, start: int, end: int) -> bool:
    """Whether the sample description that lies there has an aperture smaller than its raster."""
    file.seek(start)
    fields = file.read(_FIELDS_OF_A_PICTURE)
    if len(fields) < _FIELDS_OF_A_PICTURE:
        return False
    raster = struct.unpack_from(">HH", fields, _AT_RASTER)
    for kind, inner, stop in atoms(file, start + _FIELDS_OF_A_PICTURE, end):
        if kind == b"clap" and stop - inner >= 32:
            file.seek(inner)
            wide, by_wide, high, by_high = struct.unpack(">4I", file.read(16))
            return bool(wide < raster[0] * by_wide or high < raster[1] * by_high)
    return False
