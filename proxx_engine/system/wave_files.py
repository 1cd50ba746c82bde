"""WAV files (RIFF, RF64, BW64) looked at without trust: where their chunks lie, and their samples.

Chunks as in EBU Tech 3285 (bext), 3306 (RF64, ds64) and the iXML specification.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from proxx_engine.system.durability import CLOEXEC

_MAX_CHUNKS = 1024
_MAX_METADATA = 4 * 1024 * 1024
_UNKNOWN_SIZE = 0xFFFFFFFF
_EXTENSIBLE = 0xFFFE
_CODECS = MappingProxyType(
    {
        (1, 1): "pcm_u8",
        (1, 2): "pcm_s16le",
        (1, 3): "pcm_s24le",
        (1, 4): "pcm_s32le",
        (3, 4): "pcm_f32le",
        (3, 8): "pcm_f64le",
    }
)
"""Format tag and bytes a sample → FFmpeg's name."""
_METADATA = (b"bext", b"iXML")
_AS_IT_IS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnreadableWave(ValueError):
    """A file is no WAV that can be used; its text says why."""


@dataclass(frozen=True, slots=True)
class WaveFile:
    """What a WAV file says of itself."""

    codec: str
    """FFmpeg's name."""
    channels: int
    sample_rate: int
    block: int
    """Bytes of one sample of all channels."""
    data_offset: int
    stated_samples: int
    """As the file's header says, of each channel."""
    held_samples: int
    """As the file is long."""
    metadata: dict[bytes, bytes]
    """The chunks `bext` and `iXML`, where they are there."""


def read_wave(path: Path) -> WaveFile:
    """Return what a WAV file says of itself. Raises: UnreadableWave, OSError."""
    with _opened(path) as (file, size):
        return _read(file, size)


def read_samples(
    path: Path, first: int, count: int, *, at_a_time: int = 1 << 16
) -> Iterator[bytes]:
    """Yield so many samples of all channels from `first` on, as they stand in the file.

    Raises: UnreadableWave where there are not so many, OSError.
    """
    with _opened(path) as (file, size):
        wave = _read(file, size)
        file.seek(wave.data_offset + first * wave.block)
        while count > 0:
            wanted = min(count, at_a_time)
            data = file.read(wanted * wave.block)
            if len(data) < wanted * wave.block:
                raise UnreadableWave("ends before its samples do")
            yield data
            count -= wanted


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    descriptor = os.open(path, os.O_RDONLY | _AS_IT_IS | CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        yield file, status.st_size


def _read(file: BinaryIO, size: int) -> WaveFile:
    head = file.read(12)
    if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:12] != b"WAVE":
        raise UnreadableWave("is no WAV file")
    form: tuple[str, int, int, int] | None = None
    data: tuple[int, int] | None = None
    long_size, metadata = 0, {}
    position = 12
    for _number in range(_MAX_CHUNKS):
        if position + 8 > size:
            break
        file.seek(position)
        header = file.read(8)
        kind, length = header[:4], int.from_bytes(header[4:], "little")
        if kind == b"data" and data is None:
            length = long_size if length == _UNKNOWN_SIZE else length
            data = (position + 8, length)
        elif kind == b"ds64":
            long_size = int.from_bytes(file.read(16)[8:], "little")
        elif kind == b"fmt " and form is None:
            form = _form(file.read(min(length, 40)))
        elif kind in _METADATA and kind not in metadata and length <= _MAX_METADATA:
            metadata[kind] = file.read(length)
        position += 8 + length + length % 2
    if form is None or data is None:
        raise UnreadableWave("has no sound" if form else "does not say what its sound is")
    codec, channels, rate, block = form
    offset, stated = data
    held = min(stated, max(0, size - offset))
    return WaveFile(codec, channels, rate, block, offset, stated // block, held // block, metadata)


def _form(data: bytes) -> tuple[str, int, int, int]:
    if len(data) < 16:
        raise UnreadableWave("does not say what its sound is")
    tag, channels, rate, _bytes, block, _bits = struct.unpack_from("<HHIIHH", data)
    if tag == _EXTENSIBLE and len(data) >= 26:
        tag = int.from_bytes(data[24:26], "little")
    if not (channels and rate and block) or block % channels:
        raise UnreadableWave("says of its sound what cannot be")
    codec = _CODECS.get((tag, block // channels))
    if codec is None:
        raise UnreadableWave("is coded otherwise than as PCM")
    return codec, channels, rate, block
