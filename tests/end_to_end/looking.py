"""An independent look at a finished proxy: PyAV directly, nothing of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

_LUMA = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}
MATRICES = {1: "bt709", 2: "unknown", 6: "smpte170m", 9: "bt2020nc"}


@dataclass(frozen=True)
class Sound:
    """One audio stream, decoded."""

    channels: int
    rate: int
    samples: int
    start_seconds: Fraction


@dataclass(frozen=True)
class Looked:
    """What a player sees."""

    packets: int
    times: tuple[Fraction, ...]
    """Of the decoded pictures, in seconds."""
    interlaced: tuple[bool, ...]
    size: tuple[int, int]
    pixel_aspect: Fraction
    rotation: int
    pixel_format: str
    color: tuple[int, int, int, int]
    """Primaries, transfer, matrix, range, as numbers of ITU-T H.273."""
    timecode: str | None
    reel: str | None
    sounds: tuple[Sound, ...]
    first: av.VideoFrame

    @property
    def frames(self) -> int:
        """How many pictures are shown."""
        return len(self.times)

    @property
    def matrix(self) -> str:
        """The matrix by name."""
        return MATRICES.get(self.color[2], str(self.color[2]))

    def rgb(self, across: float = 0.5, down: float = 0.5) -> tuple[int, int, int]:
        """Return the colour at a place of the first picture, 8 bits, by the matrix it states."""
        y, u, v = (_sample(self.first, plane, across, down) for plane in range(3))
        red_share, blue_share = _LUMA["bt709" if self.matrix == "unknown" else self.matrix]
        light, blue, red = (y - 16) / 219, (u - 128) / 112, (v - 128) / 112
        r = light + red * (1 - red_share)
        b = light + blue * (1 - blue_share)
        g = (light - red_share * r - blue_share * b) / (1 - red_share - blue_share)
        return round(r * 255), round(g * 255), round(b * 255)

    def luma(self, line: int) -> float:
        """Return the luma in the middle of a line of the first picture, on the 8-bit scale."""
        return _sample(self.first, 0, 0.5, (line + 0.5) / self.size[1])


def _sample(picture: av.VideoFrame, number: int, across: float, down: float) -> float:
    """Return one sample on the 8-bit scale."""
    plane, deep = picture.planes[number], "10le" in picture.format.name
    x, y = int(plane.width * across), int(plane.height * down)
    step = 2 if deep else 1
    at = y * plane.line_size + x * step
    value = int.from_bytes(bytes(plane)[at : at + step], "little")
    return value / 4 if deep else value


def look(path: Path) -> Looked:
    """Decode a whole file. Nothing of a stream is asked for after its file is closed."""
    with av.open(str(path)) as file:
        picture = file.streams.video[0]
        context = picture.codec_context
        tagged = ("color_primaries", "color_trc", "colorspace", "color_range")
        color = tuple(int(getattr(context, name)) for name in tagged)
        size, pixel_format = (context.width, context.height), context.pix_fmt
        aspect = Fraction(picture.sample_aspect_ratio or 1)
        tags = [dict(file.metadata), *(dict(stream.metadata) for stream in file.streams)]
        packets = sum(1 for packet in file.demux(picture) if packet.size)
    with av.open(str(path)) as file:
        frames = list(file.decode(file.streams.video[0]))
        times = tuple(frame.pts * frame.time_base for frame in frames)
    return Looked(
        packets=packets,
        times=times,
        interlaced=tuple(bool(frame.interlaced_frame) for frame in frames),
        size=size,
        pixel_aspect=aspect,
        rotation=frames[0].rotation,
        pixel_format=str(pixel_format),
        color=(color[0], color[1], color[2], color[3]),
        timecode=next((t["timecode"] for t in tags if "timecode" in t), None),
        reel=next((t["reel_name"] for t in tags if "reel_name" in t), None),
        sounds=_sounds(path),
        first=frames[0],
    )


def _sounds(path: Path) -> tuple[Sound, ...]:
    sounds = []
    with av.open(str(path)) as file:
        count = len(file.streams.audio)
    for number in range(count):
        with av.open(str(path)) as file:
            stream = file.streams.audio[number]
            frames = list(file.decode(stream))
            start = frames[0].pts * frames[0].time_base
            samples = sum(frame.samples for frame in frames)
            sounds.append(Sound(stream.channels, stream.rate, samples, start))
    return tuple(sounds)


def fields_stated(path: Path) -> bytes | None:
    """Return the MOV's own statement of field order."""
    data = path.read_bytes()
    at = data.find(b"fiel", data.rfind(b"moov"))
    return data[at + 4 : at + 6] if at >= 0 else None
