"""The version that a Windows program carries in its resources; pure but for reading the stream.

A program is in the format PE: headers, then sections, one of which holds the resources as a tree of
type, name and language. The version is a resource of type 16 that begins with the structure
VS_VERSIONINFO, whose numbers are a VS_FIXEDFILEINFO. Source: "PE Format" and "VS_VERSIONINFO
structure" in Microsoft's documentation.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

from .versions import Version

_RESOURCES = 2
"""Which of the data directories leads to the resources."""
_DIRECTORIES_AT = {0x10B: 96, 0x20B: 112}
"""By the kind of optional header, of 32 or 64 bits: where its data directories begin."""
_VERSION = 16
_DIRECTORY = 0x8000_0000
"""Set in an entry that leads to another directory."""
_KEY = "VS_VERSION_INFO\0".encode("utf-16-le")
_NUMBERS_AT = 40
"""In a VS_VERSIONINFO: after three words and its key, filled up to whole 32-bit words."""
_SIGNATURE = 0xFEEF04BD


_Section = tuple[int, int, int, int]
"""Of a section: its size and address in memory, and its size and place in the file."""


class _Unlike(Exception):
    """The stream is no program, or has no version."""


def read_program_version(stream: BinaryIO) -> Version | None:
    """Return the file version of a Windows program, four numbers; None: it carries none.

    Only the parts that lead there are read. Raises: OSError.
    """
    try:
        resources, sections = _find_resources(stream)
        entry = _find_version(stream, resources)
        address, _size = _read(stream, "<II", entry)
        return _file_version(stream, _place(address, sections))
    except _Unlike:
        return None


def _find_resources(stream: BinaryIO) -> tuple[int, list[_Section]]:
    """Return where the resources lie in the file, and all sections."""
    magic, header = _read(stream, "<2s58xI", 0)
    (signature, section_count, optional_size) = _read(stream, "<4s2xH12xH", header)
    if magic != b"MZ" or signature != b"PE\0\0":
        raise _Unlike
    optional = header + 24
    (kind,) = _read(stream, "<H", optional)
    if kind not in _DIRECTORIES_AT:
        raise _Unlike
    directories = optional + _DIRECTORIES_AT[kind]
    (count,) = _read(stream, "<I", directories - 4)
    if count <= _RESOURCES:
        raise _Unlike
    (resources,) = _read(stream, "<I", directories + 8 * _RESOURCES)
    table = optional + optional_size
    sections: list[_Section] = []
    for row in range(section_count):
        size, address, file_size, place = _read(stream, "<IIII", table + 40 * row + 8)
        sections.append((size, address, file_size, place))
    return _place(resources, sections), sections


def _find_version(stream: BinaryIO, resources: int) -> int:
    """Return where the entry of the first version lies, in whatever language."""
    kind = _member(stream, resources, wanted=_VERSION)
    name = _member(stream, resources + _inside(kind), wanted=None)
    language = _member(stream, resources + _inside(name), wanted=None)
    if language & _DIRECTORY:
        raise _Unlike
    return resources + language


def _inside(target: int) -> int:
    if not target & _DIRECTORY:
        raise _Unlike
    return target & ~_DIRECTORY


def _member(stream: BinaryIO, directory: int, *, wanted: int | None) -> int:
    """Return what an entry of a directory leads to: the one wanted, or the first one."""
    named, numbered = _read(stream, "<12xHH", directory)
    for row in range(named + numbered):
        identity, target = _read(stream, "<II", directory + 16 + 8 * row)
        if wanted is None or identity == wanted:
            return int(target)
    raise _Unlike


def _file_version(stream: BinaryIO, at: int) -> Version:
    (key,) = _read(stream, f"<6x{len(_KEY)}s", at)
    signature, high, low = _read(stream, "<I4xII", at + _NUMBERS_AT)
    if key != _KEY or signature != _SIGNATURE:
        raise _Unlike
    return (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)


def _place(address: int, sections: list[_Section]) -> int:
    """Return where in the file lies what the program will have at an address."""
    for size, start, file_size, place in sections:
        if start <= address < start + max(size, file_size):
            return address - start + place
    raise _Unlike


def _read(stream: BinaryIO, layout: str, at: int) -> tuple[Any, ...]:
    stream.seek(at)
    data = stream.read(struct.calcsize(layout))
    if len(data) < struct.calcsize(layout):
        raise _Unlike
    return struct.unpack(layout, data)
