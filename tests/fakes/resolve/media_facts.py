"""Reads of a media file what Resolve looks at when it imports it or links it as a proxy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """A file's facts; a file without pictures has no frames."""

    frames: int = 0
    rate: Fraction | None = None
    timecode: str | None = None
    width: int = 0
    height: int = 0
    codec: str = ""
    channels: int = 0
    sample_rate: int = 0
    seconds: float = 0.0


def read_facts(path: Path) -> MediaFacts | None:
    """Count and read a file's pictures; None when it is no media file at all."""
    try:
        with av.open(str(path)) as container:
            sound = container.streams.audio[0] if container.streams.audio else None
            found = MediaFacts(
                timecode=_timecode(container),
                channels=sum(stream.codec_context.channels for stream in container.streams.audio),
                sample_rate=sound.codec_context.sample_rate if sound else 0,
                seconds=(container.duration or 0) / av.time_base,
            )
            if not container.streams.video:
                return found if sound else None
            video = container.streams.video[0]
            return replace(
                found,
                frames=sum(1 for packet in container.demux(video) if packet.size),
                rate=video.average_rate or video.guessed_rate,
                width=video.codec_context.width,
                height=video.codec_context.height,
                codec=video.codec_context.name,
            )
    except (av.FFmpegError, OSError):
        return None


def _timecode(container: av.container.InputContainer) -> str | None:
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    return next((place["timecode"] for place in places if "timecode" in place), None)
