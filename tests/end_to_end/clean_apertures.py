"""A MOV that says of itself to show only a part, made out of one that does not."""

from __future__ import annotations

import struct
from pathlib import Path

_ABOVE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_FIELDS_OF_A_PICTURE = 86


def with_clean_aperture(plain: Path, made: Path, *, width: int, height: int) -> Path:
    """Write `plain` to `made` with a clean aperture of its first track's picture, centred.

    The movie's atom must stand behind the media, so that no place in the file changes.
    """
    data = bytearray(plain.read_bytes())
    assert data.index(b"mdat") < data.rindex(b"moov")
    aperture = struct.pack(">I4s8i", 40, b"clap", width, 1, height, 1, 0, 1, 0, 1)
    places, at = [], 0
    for kind in _ABOVE:
        at = data.index(kind, max(at, data.rindex(b"moov")))
        places.append(at - 4)
    entry = places[-1] + 16  # behind the list's size, name, version and count
    places.append(entry)
    data[entry + _FIELDS_OF_A_PICTURE : entry + _FIELDS_OF_A_PICTURE] = aperture
    for place in places:
        (size,) = struct.unpack_from(">I", data, place)
        struct.pack_into(">I", data, place, size + len(aperture))
    made.parent.mkdir(exist_ok=True)
    made.write_bytes(data)
    return made
