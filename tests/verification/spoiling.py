"""Ways to make a wrong proxy out of a right one, as a broken tool or disk would. Standard
library only: the stand-in for FFmpeg imports this in a process of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Spoil = Callable[[str, Path], None]
"""Takes the real FFmpeg and the hidden proxy, and leaves a wrong file in its place."""

REEL = "A001"


def remux(
    *output: str, before: tuple[str, ...] = (), streams: str = "va", reel: str | None = REEL
) -> Spoil:
    """Write the proxy anew with other options; what is not asked for stays as it was."""
    tape = ("-metadata:s:v:0", f"reel_name={reel}") if reel else ()

    def spoil(ffmpeg: str, proxy: Path) -> None:
        wrong = proxy.with_name("wrong.mov")
        maps = [part for kind in streams for part in ("-map", f"0:{kind}?")]
        command = [ffmpeg, "-v", "error", "-nostdin", "-y", *before, "-i", f"file:{proxy}", *maps]
        command += ["-c", "copy", *tape, "-f", "mov", *output]
        subprocess.run([*command, f"file:{wrong}"], check=True)
        wrong.replace(proxy)

    return spoil


def patch(box: bytes, offset: int, value: bytes) -> Spoil:
    """Write `value` into a box of the file, `offset` bytes behind the name of the box."""

    def spoil(ffmpeg: str, proxy: Path) -> None:
        data = bytearray(proxy.read_bytes())
        start = data.index(box, data.index(b"moov")) + 4 + offset
        data[start : start + len(value)] = value
        proxy.write_bytes(data)

    return spoil


def rename_codec(before: bytes, after: bytes) -> Spoil:
    """Give the picture track's description another codec tag."""

    def spoil(ffmpeg: str, proxy: Path) -> None:
        data = proxy.read_bytes()
        moov = data.index(b"moov")
        proxy.write_bytes(data[:moov] + data[moov:].replace(before, after, 1))

    return spoil


def flip_in_picture(chunk: int, offset: int) -> Spoil:
    """Turn all bits of one byte behind the start of a chunk of pictures."""

    def spoil(ffmpeg: str, proxy: Path) -> None:
        data = bytearray(proxy.read_bytes())
        at = data.index(b"stco", data.index(b"moov")) + 12 + 4 * chunk
        data[int.from_bytes(data[at : at + 4], "big") + offset] ^= 0xFF
        proxy.write_bytes(data)

    return spoil


def keep(ffmpeg: str, proxy: Path) -> None:
    """Leave the proxy as it is: what is wrong is that it cannot be right."""


def empty(ffmpeg: str, proxy: Path) -> None:
    """Leave a file without a byte."""
    proxy.write_bytes(b"")


def remove(ffmpeg: str, proxy: Path) -> None:
    """Leave no file."""
    proxy.unlink()


def cut_to(share: float) -> Spoil:
    """Leave only the first part of the file."""

    def spoil(ffmpeg: str, proxy: Path) -> None:
        proxy.write_bytes(proxy.read_bytes()[: int(proxy.stat().st_size * share)])

    return spoil
