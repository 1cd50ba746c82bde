"""Whether a MOV says of itself to show less than its pictures' raster: its clean aperture.

Looked at without trust, header by header. The atom `clap` lies behind the fields of a picture's
sample description (ISO/IEC 14496-12, 12.1.4); FFmpeg cuts by it unless it is told not to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_ABOVE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_MAX_ATOMS = 4096
"""In one atom, and sample descriptions of one track."""
_LIST_HEAD = 8
_FIELDS_OF_A_PICTURE = 78
"""Before the atoms of a sample description, without its size and kind."""
_AT_RASTER = 24


def shows_less(path: Path) -> bool:
    """Whether any picture of a MOV or MP4 has a clean aperture smaller than its raster.

    Raises: OSError.
    """
    with open(path, "rb") as file:
        end = file.seek(0, 2)
        return any(
            _is_cut(file, *entry)
            for start, stop in _lists(file, 0, end, _ABOVE)
            for _kind, *entry in _atoms(file, start + _LIST_HEAD, stop)
        )


def _lists(
    file: BinaryIO, start: int, end: int, names: tuple[bytes, ...]
) -> Iterator[tuple[int, int]]:
    """Yield where each atom lies that is reached by these names."""
    if not names:
        yield start, end
        return
    for kind, inner, stop in _atoms(file, start, end):
        if kind == names[0]:
            yield from _lists(file, inner, stop, names[1:])
        if kind == b"moov":
            return  # thousands of fragments may follow


def _atoms(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each atom, and where what it holds begins and ends."""
    for _number in range(_MAX_ATOMS):
        file.seek(start)
        head = file.read(16)
        if len(head) < 8 or start + 8 > end:
            return
        length, inner = int.from_bytes(head[:4], "big"), start + 8
        if length == 1:
            length, inner = int.from_bytes(head[8:], "big"), start + 16
        stop = start + length if length else end
        if stop < inner or stop > end:
            return
        yield head[4:8], inner, stop
        start = stop


def _is_cut(file: BinaryIO, start: int, end: int) -> bool:
    """Whether the sample description that lies there has an aperture smaller than its raster."""
    file.seek(start)
    fields = file.read(_FIELDS_OF_A_PICTURE)
    if len(fields) < _FIELDS_OF_A_PICTURE:
        return False
    raster = struct.unpack_from(">HH", fields, _AT_RASTER)
    for kind, inner, stop in _atoms(file, start + _FIELDS_OF_A_PICTURE, end):
        if kind == b"clap" and stop - inner >= 32:
            file.seek(inner)
            wide, by_wide, high, by_high = struct.unpack(">4I", file.read(16))
            return bool(wide < raster[0] * by_wide or high < raster[1] * by_high)
    return False
