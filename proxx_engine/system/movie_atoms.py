"""The atoms of a MOV or MP4, looked at without trust, header by header (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

Atom = tuple[bytes, int, int]
"""Its kind, and where what it holds begins and ends."""
_ABOVE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_MAX_ATOMS = 4096
"""In one atom, and sample descriptions of one track."""
_LIST_HEAD = 8


def sample_descriptions(file: BinaryIO) -> Iterator[Atom]:
    """Yield what describes the samples of each track, as one atom; its kind is the codec's tag."""
    for start, stop in _lists(file, 0, file.seek(0, 2), _ABOVE):
        yield from atoms(file, start + _LIST_HEAD, stop)


def atoms(file: BinaryIO, start: int, end: int) -> Iterator[Atom]:
    """Yield each atom between two places of a file."""
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


def _lists(
    file: BinaryIO, start: int, end: int, names: tuple[bytes, ...]
) -> Iterator[tuple[int, int]]:
    """Yield where each atom lies that is reached by these names."""
    if not names:
        yield start, end
        return
    for kind, inner, stop in atoms(file, start, end):
        if kind == names[0]:
            yield from _lists(file, inner, stop, names[1:])
        if kind == b"moov":
            return  # thousands of fragments may follow
