"""Programs of Windows that hold a version and nothing else, as a linker would lay them out."""

from __future__ import annotations

import struct

_HEADERS = 0x200
_RESOURCES_AT = 0x3000
"""Where the section of the resources is in memory; in the file it comes after the headers."""
_DIRECTORY = 0x8000_0000


def windows_program(
    version: tuple[int, ...], *, bits: int = 64, earlier_types: tuple[int, ...] = (3, 14)
) -> bytes:
    """A program with a file version; `earlier_types`: resources that stand before it, as icons."""
    resources = _resources(version, earlier_types)
    optional = struct.pack("<H", 0x20B if bits == 64 else 0x10B).ljust(108 if bits == 64 else 92)
    directories = [(0, 0), (0, 0), (_RESOURCES_AT, len(resources))]
    optional += struct.pack("<I", len(directories))
    optional += b"".join(struct.pack("<II", *one) for one in directories)
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 0x80)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 2, 0, 0, 0, len(optional), 0x22)
    sections = _section(b".text", 0x1000, 0x2000, _HEADERS, 0)
    sections += _section(b".rsrc", _RESOURCES_AT, len(resources), _HEADERS, len(resources))
    head = dos.ljust(0x80, b"\0") + coff + optional + sections
    return head.ljust(_HEADERS, b"\0") + resources


def _section(name: bytes, address: int, size: int, place: int, file_size: int) -> bytes:
    return struct.pack("<8sIIIIIIHHI", name, size, address, file_size, place, 0, 0, 0, 0, 0)


def _directory(*entries: tuple[int, int]) -> bytes:
    head = struct.pack("<IIHHHH", 0, 0, 0, 0, 0, len(entries))
    return head + b"".join(struct.pack("<II", *entry) for entry in entries)


def _resources(version: tuple[int, ...], earlier_types: tuple[int, ...]) -> bytes:
    types = len(earlier_types) + 1
    name_at = 16 + 8 * types
    language_at, leaf_at = name_at + 24, name_at + 48
    data_at = leaf_at + 16
    fixed = struct.pack(
        "<IIHHHHIIIIIIIII",
        0xFEEF04BD,
        0x10000,
        version[1],
        version[0],
        version[3],
        version[2],
        *(0,) * 9,
    )
    key = "VS_VERSION_INFO\0".encode("utf-16-le")
    info = (struct.pack("<HHH", 92, len(fixed), 0) + key).ljust(40, b"\0") + fixed
    # Every other type leads to the same directory: the reader must not go there.
    root = [(kind, _DIRECTORY | 0x7FFF) for kind in earlier_types] + [(16, _DIRECTORY | name_at)]
    return (
        _directory(*root)
        + _directory((1, _DIRECTORY | language_at))
        + _directory((1033, leaf_at))
        + struct.pack("<IIII", _RESOURCES_AT + data_at, len(info), 0, 0)
        + info
    )
