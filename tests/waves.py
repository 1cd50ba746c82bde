"""WAV files as recorders write them (bext, iXML, RF64), of samples that tell their own number."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

_PCM_GUID = bytes.fromhex("000000001000800000aa00389b71")


def ramp(number: int, channel: int) -> int:
    """Return the sample of this number in 24 bit: no two of a second are alike."""
    return (number * 8 + channel) & 0x7FFFFF


@dataclass(frozen=True)
class Wave:
    """One file of a recorder."""

    begins: int | None = 0
    """Its first sample, counted from midnight; None for a file without bext."""
    samples: int = 48000
    channels: int = 1
    sample_rate: int = 48000
    width: int = 3
    """Bytes a sample."""
    float_samples: bool = False
    date: str = "2026-11-27"
    time: str = "12:00:00"
    """Of the recorder's own clock."""
    names: Sequence[str] = ()
    speed: str = ""
    """More of iXML's SPEED: `<TIMECODE_RATE>24/1</TIMECODE_RATE>`."""
    form: bytes = b"RIFF"
    stated_samples: int | None = None
    """What the header promises, where that is something else."""
    pattern: Callable[[int, int], int] = ramp

    def data(self) -> bytes:
        """Return its samples as they stand in the file."""
        made = bytearray()
        for number in range(self.samples):
            for channel in range(self.channels):
                made += self._sample(self.pattern(number, channel))
        return bytes(made)

    def _sample(self, value: int) -> bytes:
        if self.float_samples:
            return struct.pack("<f", value / 2**23)
        return value.to_bytes(3, "little") if self.width == 3 else _of_width(value, self.width)

    def bytes(self) -> bytes:
        """Return the whole file."""
        data = self.data()
        stated = self.stated_samples
        size = len(data) if stated is None else stated * self.width * self.channels
        long = self.form != b"RIFF"
        chunks = _chunk(b"fmt ", self._format())
        if self.begins is not None:
            chunks += _chunk(b"bext", _bext(self.begins, self.date, self.time))
        if self.names or self.speed:
            chunks += _chunk(b"iXML", _ixml(self.names, self.speed).encode())
        body = chunks + b"data" + struct.pack("<I", 0xFFFFFFFF if long else size) + data
        if long:
            body = _chunk(b"ds64", struct.pack("<QQQI", len(body) + 40, size, 0, 0)) + body
        return self.form + struct.pack("<I", 0xFFFFFFFF if long else len(body) + 4) + b"WAVE" + body

    def write(self, path: Path) -> Path:
        """Write it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.bytes())
        return path

    def _format(self) -> bytes:
        tag, block = 3 if self.float_samples else 1, self.width * self.channels
        form = (self.channels, self.sample_rate, self.sample_rate * block, block, self.width * 8)
        if self.channels <= 2:
            return struct.pack("<HHIIHH", tag, *form)
        more = struct.pack("<HHI", 22, self.width * 8, 0) + struct.pack("<H", tag) + _PCM_GUID
        return struct.pack("<HHIIHH", 0xFFFE, *form) + more


def with_ixml(wave: Wave, ixml: bytes) -> bytes:
    """Return a file whose iXML chunk, behind its sound, holds just this."""
    data = wave.bytes()
    data += b"\0" * (len(data) % 2) + _chunk(b"iXML", ixml)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def _of_width(value: int, width: int) -> bytes:
    return (value >> 8 if width == 2 else value << 8).to_bytes(width, "little")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _bext(begins: int, date: str, time: str) -> bytes:
    head = b"a take".ljust(256, b"\0") + b"tests".ljust(32, b"\0") + b"".ljust(32, b"\0")
    moment = date.encode().ljust(10, b"\0") + time.encode().ljust(8, b"\0")
    return (head + moment + struct.pack("<Q", begins)).ljust(602, b"\0")


def _ixml(names: Sequence[str], speed: str) -> str:
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{n}</CHANNEL_INDEX><INTERLEAVE_INDEX>{n}</INTERLEAVE_INDEX>"
        f"<NAME>{escape(name)}</NAME></TRACK>"
        for n, name in enumerate(names, start=1)
    )
    track_list = f"<TRACK_LIST>{tracks}</TRACK_LIST>"
    return f'<?xml version="1.0"?><BWFXML><SPEED>{speed}</SPEED>{track_list}</BWFXML>'
