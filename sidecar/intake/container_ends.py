"""Whether a file reaches to where its container says that it ends, by a few bytes of it.

A copy that was broken off, or whose size was set before its bytes came, can stand still for ever
and still open. Says nothing of what containers do not tell: streams without an end of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

_BOXES = ("mov", "qt", "mp4", "m4v", "3gp", "3g2")
_LONG_SIZE, _TO_THE_END = 1, 0
_PARTITION_PACK = bytes.fromhex("060e2b34020501010d01020101")
"""What every partition pack's key begins with (SMPTE ST 377-1, 7.1)."""
_PACKET = _PARTITION_PACK[:4]
_MOST_PACKETS = 10_000
_EBML, _SEGMENT = bytes.fromhex("1a45dfa3"), bytes.fromhex("18538067")
_NO_RIFF_SIZE = (0, 0xFFFF_FFFF)


def why_not_ended(path: Path) -> str | None:
    """Return why a file is not whole yet, None when nothing speaks against it.

    Raises: OSError when it cannot be read, as while another program has it for itself.
    """
    size = os.stat(path).st_size
    if size == 0:
        return "is empty"
    with open(path, "rb", buffering=0) as stream:
        ends = _ENDS.get(path.suffix.lower().lstrip("."))
        return ends(stream, size) if ends else None


def _boxes_end(stream: BinaryIO, size: int) -> str | None:
    """Go from box to box (ISO/IEC 14496-12, 4.2; QuickTime File Format, Atoms)."""
    at = 0
    kinds: set[bytes] = set()
    while at + 8 <= size:
        head = _read(stream, at, 16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == _LONG_SIZE:
            length = int.from_bytes(head[8:16], "big")
        if length == _TO_THE_END and kind.strip(b"\0"):
            length = size - at
        if length < 8:
            break  # cameras leave some bytes behind the last box; a hole has none before
        if at + length > size:
            return _short(at + length - size)
        kinds.add(kind)
        at += length
    return None if b"moov" in kinds else "holds no index (moov) yet"


def _mxf_ends(stream: BinaryIO, size: int) -> str | None:
    """Go from packet to packet behind the footer that the header names (SMPTE ST 377-1)."""
    header = _read(stream, 0, 64)
    if not header.startswith(_PARTITION_PACK):
        return "does not begin as MXF does" if not header.strip(b"\0") else None
    at = int.from_bytes(header[_value_at(header) + 24 :][:8], "big")
    if at == 0:
        return None
    for number in range(_MOST_PACKETS):
        head = _read(stream, at, 32)
        if len(head) < 17:
            return None if len(head) == 0 and number else _short(at + 17 - size)
        if not head.startswith(_PACKET if number else _PARTITION_PACK):
            return "has a hole where its end belongs"
        at = at + _value_at(head) + _length(head)
        if at > size:
            return _short(at - size)
    return None


def _riff_ends(stream: BinaryIO, size: int) -> str | None:
    """Go from RIFF chunk to RIFF chunk; OpenDML files have several."""
    at = 0
    while at + 8 <= size:
        head = _read(stream, at, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] != b"RIFF" or length in _NO_RIFF_SIZE:
            return "does not begin as AVI does" if not head.strip(b"\0") and at == 0 else None
        at += 8 + length
        if at > size:
            return _short(at - size)
        at += length % 2
    return None


def _matroska_ends(stream: BinaryIO, size: int) -> str | None:
    """Look at the size of the segment, which all but live recordings state (RFC 8794)."""
    head = _read(stream, 0, 64)
    if not head.startswith(_EBML):
        return "does not begin as Matroska does" if not head.strip(b"\0") else None
    length, at = _vint(head, 4)
    at += length or 0
    head = _read(stream, at, 16)
    if not head.startswith(_SEGMENT):
        return None
    length, width = _vint(head, 4)
    end = at + width + (length or 0)
    return _short(end - size) if end > size else None


def _read(stream: BinaryIO, at: int, count: int) -> bytes:
    stream.seek(at)
    return stream.read(count)


def _short(missing: int) -> str:
    return f"ends {missing:,} bytes before its container says"


def _value_at(packet: bytes) -> int:
    """Return where the value begins behind a key and its length (BER, ISO/IEC 8825-1, 8.1.3)."""
    return 17 + (packet[16] & 0x7F if packet[16] & 0x80 else 0)


def _length(packet: bytes) -> int:
    many = packet[16] & 0x80
    return int.from_bytes(packet[17 : _value_at(packet)], "big") if many else packet[16]


def _vint(data: bytes, at: int) -> tuple[int | None, int]:
    """Return an EBML size, None where it says unknown, and where it ends in `data`."""
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return None if value == (1 << 7 * width) - 1 else value, at + width


_ENDS: Mapping[str, Callable[[BinaryIO, int], str | None]] = MappingProxyType(
    dict.fromkeys(_BOXES, _boxes_end)
    | {"mxf": _mxf_ends, "avi": _riff_ends, "mkv": _matroska_ends, "webm": _matroska_ends}
)
