"""The font that came with the package, and which characters it has."""

from __future__ import annotations

import struct
from functools import cache
from importlib.resources import files

_FILE = "DejaVuSansMono.ttf"
_SEGMENTS_OF_ALL = (12, 3, 10)
"""Format, platform and encoding of the table that holds every character, not only the first 2^16.
"""


@cache
def read_font() -> bytes:
    """Return the font's bytes. Raises: OSError where the package is not whole."""
    return files("proxx_engine").joinpath("fonts", _FILE).read_bytes()


@cache
def font_characters() -> frozenset[int]:
    """Return the code points that the font can draw. Raises: OSError, ValueError."""
    data = read_font()
    (tables,) = struct.unpack_from(">H", data, 4)
    for number in range(tables):
        name, _sum, at, _length = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        if name == b"cmap":
            return _mapped(data, at)
    raise ValueError("the font has no table of its characters")


def _mapped(data: bytes, cmap: int) -> frozenset[int]:
    """Read the table of format 12: runs of first and last code point, and the first's glyph."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", data, cmap + 4 + 8 * number)
        at = cmap + offset
        (form,) = struct.unpack_from(">H", data, at)
        if (form, platform, encoding) == _SEGMENTS_OF_ALL:
            (runs,) = struct.unpack_from(">L", data, at + 12)
            return frozenset(
                point
                for run in range(runs)
                for first, last, glyph in [struct.unpack_from(">LLL", data, at + 16 + 12 * run)]
                for point in range(first, last + 1)
                if glyph + point - first > 0
            )
    raise ValueError("the font has no table of all its characters")
