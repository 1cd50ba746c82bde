"""What a clip of the media pool is, and how Resolve writes that into its properties."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Literal

from .timecode import frames_of, rate_number, text_of

ClipType = Literal[
    "still",
    "video",
    "video_audio",
    "audio",
    "compound",
    "fusion",
    "generator",
    "fusion_title",
    "multicam",
    "timeline",
]

_UNSET = """
    Alpha mode, Angle, Audio Offset, Camera #, Clip Color, Cloud Sync, Comments, Date Added,
    Date Created, Date Modified, Description, Enable Deinterlacing, Field Dominance, Flags,
    Good Take, IDT, In, Input Color Space, Input Gamma, Input LUT, Input Sizing Preset, Keyword,
    Noise Reduction, Offline Reference, Out, Reel Name, Roll/Card, S3D Sync, Scene, Sharpness, Shot,
    Slate TC, Start KeyKode, Synced Audio, Take, Transcription Status, Uploaded From
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """A clip's facts; `None` is what the clip has none of."""

    type: ClipType = "video_audio"
    frames: int | None = 24
    rate: Fraction | None = Fraction(24)
    start_timecode: str = "01:00:00:00"
    drop_frame: bool = False
    width: int = 1920
    height: int = 1080
    codec: str = "Apple ProRes 422"
    format: str = "QuickTime"
    channels: int = 2
    sample_rate: int = 48_000
    audio_bits: int = 24
    bits: int = 10
    first_number: int = 0
    """The number of a sequence's first picture."""

    @property
    def start_frame(self) -> int:
        """The start timecode as a frame."""
        if self.rate is None:
            return 0
        return frames_of(self.start_timecode, self.rate, drop=self.drop_frame) or 0


def properties_of(facts: ClipFacts, name: str, path: str) -> dict[str, Any]:
    """Every property that does not change by itself; what is not set is ''."""
    windows = "\\" in path
    pure = PureWindowsPath(path) if windows else PurePosixPath(path)
    values: dict[str, Any] = {name.strip(): "" for name in _UNSET.split(",")}
    values |= {
        "Clip Name": name,
        "File Name": pure.name if path else "",
        "File Path": path,
        "Clip Directory": str(pure.parent) if path else "",
        "Data Level": "Auto",
        "PAR": "Square",
        "H-FLIP": "Off",
        "V-FLIP": "Off",
        # A number, where all around it is text.
        "Super Scale": 1,
        "Alpha mode": "None",
        **_picture(facts),
        **_sound(facts),
    }
    return values


def _picture(facts: ClipFacts) -> dict[str, Any]:
    shows = facts.width > 0 and facts.type != "audio"
    values: dict[str, Any] = {
        "Resolution": f"{facts.width}x{facts.height}" if shows else "",
        "Video Codec": facts.codec if shows else "",
        "Format": facts.format,
        "Bit Depth": str(facts.bits) if shows else "",
        "Drop frame": "1" if facts.drop_frame else "0",
        "FPS": rate_number(facts.rate) if facts.rate else "",
        "Frames": str(facts.frames) if shows and facts.frames is not None else "",
        "Start": "",
        "End": "",
        "Start TC": "",
        "End TC": "",
        "Duration": "",
    }
    if facts.frames is not None and facts.rate is not None:
        start, drop = facts.start_frame, facts.drop_frame
        values |= {
            "Start": str(facts.first_number),
            "End": str(facts.first_number + facts.frames - 1),
            "Start TC": facts.start_timecode,
            # The first frame that is not in it any more.
            "End TC": text_of(start + facts.frames, facts.rate, drop=drop),
            "Duration": text_of(facts.frames, facts.rate, drop=drop),
        }
    return values


def _sound(facts: ClipFacts) -> dict[str, Any]:
    sounds = facts.channels > 0
    return {
        "Audio Ch": str(facts.channels),
        "Audio Codec": "Linear PCM" if sounds else "",
        "Audio Bit Depth": str(facts.audio_bits) if sounds else "",
        "Sample Rate": str(facts.sample_rate) if sounds else "",
    }
