"""Makes sources, and damages them: cut short, or with flipped bytes. The same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from tests.support import MakeClip

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2")
_SOUND = ("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=2")
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac")
_FAST_START = ("-movflags", "+faststart")
_PCM = ("-c:a", "pcm_s16le")

SOURCES = MappingProxyType(
    {
        "MP4": ("mp4", (*_H264, *_FAST_START)),
        "MXF": ("mxf", ("-c:v", "mpeg2video", "-b:v", "8M", *_PCM)),
        "MKV": ("mkv", _H264),
        "TS": ("ts", _H264),
        "AVI": ("avi", ("-c:v", "mpeg4", "-q:v", "4", *_PCM)),
        "ProRes": ("mov", ("-c:v", "prores_ks", "-profile:v", "0", *_PCM, *_FAST_START)),
        "MJPEG": ("avi", ("-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", *_PCM)),
    }
)
"""What users call it → extension, and how FFmpeg makes it."""


def make_source(kind: str, make_clip: MakeClip) -> Path:
    """Return the intact source of one kind."""
    extension, encoding = SOURCES[kind]
    return make_clip(f"{kind}.{extension}", *_PICTURE, *_SOUND, *encoding)


def cut(source: Path, folder: Path, *, keep: float, bytes_more: int = 0) -> Path:
    """Return a copy that ends early."""
    data = source.read_bytes()
    copy = folder / f"cut_{keep}_{bytes_more}_{source.name}"
    copy.write_bytes(data[: int(len(data) * keep) + bytes_more])
    return copy


def flip(source: Path, folder: Path, *, bytes_flipped: int, seed: int) -> Path:
    """Return a copy with flipped bytes in its middle four fifths."""
    data = bytearray(source.read_bytes())
    chance = random.Random(seed)
    for _ in range(bytes_flipped):
        data[chance.randrange(len(data) // 10, len(data) * 9 // 10)] ^= 0xFF
    copy = folder / f"flip_{seed}_{source.name}"
    copy.write_bytes(data)
    return copy


def variants(source: Path, folder: Path, *, count: int) -> Iterator[Path]:
    """Yield damaged copies, one at a time, in turn cut short and with flipped bytes.

    Single flips and lost blocks are not among them: where what is left still decodes without a
    complaint, nothing but a checksum made on the set could tell it from a picture.
    """
    for number in range(count):
        if number % 2:
            copy = flip(source, folder, bytes_flipped=40, seed=number)
        else:
            copy = cut(source, folder, keep=round(0.2 + 0.79 * number / count, 4))
        yield copy
        copy.unlink()
