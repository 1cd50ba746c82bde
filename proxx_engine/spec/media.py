"""What a source clip is, as probed when the JobSpec was made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from proxx_engine.spec.model import (
    AbsolutePath,
    Count,
    FrozenModel,
    PositiveRational,
    Rational,
    Sha256,
    StreamIndex,
    Text,
    UtcTime,
    Word,
    refuse,
)

FieldOrder = Literal["progressive", "top_first", "bottom_first", "unknown"]
ColorRange = Literal["tv", "pc", "unknown"]


def _whole_number(value: object) -> object:
    # A list of allowed numbers is compared by ==, which takes false and 0.0 for 0.
    if type(value) is not int:
        raise refuse("SPEC_WRONG_TYPE", "expected 0, 90, 180 or 270")
    return value


Rotation = Annotated[Literal[0, 90, 180, 270], BeforeValidator(_whole_number)]
Side = Annotated[int, Field(ge=1, le=32768)]
TimecodeText = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2,3}$")
]
MAX_FILES = 100_000
FileIndex = Annotated[int, Field(ge=0, lt=MAX_FILES)]


class Color(FrozenModel):
    """Colour tags, in FFmpeg's words (`bt709`, `smpte2084`, …; `unknown` where there is none)."""

    primaries: Word
    transfer: Word
    matrix: Word
    range: ColorRange


class PromisedFrames(FrozenModel):
    """How many pictures the source's container promises."""

    count: Count | None = None
    """None where the container makes no promise."""
    basis: Literal["index", "duration", "unknown"]
    """`index`: entries that are shown; `duration`: header duration × rate; `unknown`: none."""


class Timecode(FrozenModel):
    """Start timecode: the one truth that the proxy is verified against."""

    start: TimecodeText
    """HH:MM:SS:FF; a semicolon before the frames when it counts drop-frame."""
    drop_frame: bool
    source: Literal["resolve", "file", "sidecar_xml", "csv"] = Field(alias="from")
    """Who said so."""
    differs: Text | None = None
    """What another source says, where it says otherwise: `file says 01:00:00:00`."""


class VideoStream(FrozenModel):
    """The one video stream that is taken, chosen by kind, never cover art."""

    stream_index: StreamIndex
    codec: Word
    profile: Text | None
    tag: Text | None
    width: Side
    """Coded raster, before rotation, in pixels."""
    height: Side
    frame_rate: PositiveRational
    variable_frame_rate: bool
    promised_frames: PromisedFrames
    field_order: FieldOrder
    pixel_aspect_ratio: PositiveRational
    rotation: Rotation
    """Clockwise degrees to turn the picture for display."""
    pixel_format: Word
    color: Color
    clean_aperture: bool = False
    """Whether the file says that less than this raster is meant to be shown, as some MOVs do."""


class AudioStream(FrozenModel):
    """One audio stream."""

    stream_index: StreamIndex
    codec: Word
    channels: Annotated[int, Field(ge=1, le=64)]
    layout: Text | None
    """FFmpeg's name of the channel layout; None where the file names none."""
    sample_rate: Annotated[int, Field(ge=1000, le=768000)]
    samples: Count | None = None
    """Samples per channel that the container promises, None where it promises none."""
    language: Text | None
    file_index: FileIndex = 0
    """Which of the source's files holds it: cards like P2 keep sound in files of its own."""


class LeftOutStream(FrozenModel):
    """A stream that is not taken over, and why."""

    stream_index: StreamIndex
    kind: Word
    reason: Text


class ImageSequence(FrozenModel):
    """Numbered pictures that are one clip: file names are prefix, number, suffix."""

    prefix: Text
    """All that stands before the number, without the folder."""
    digits: Annotated[int, Field(ge=1, le=12)]
    """The number's width with its leading zeros; 1 where it has none."""
    first: Annotated[int, Field(ge=0, le=999_999_999_999)]
    suffix: Text
    """All that stands after the number, with the extension."""


def numbered_name(sequence: ImageSequence, number: int) -> str:
    """Return the file name of one picture of a sequence."""
    return f"{sequence.prefix}{number:0{sequence.digits}d}{sequence.suffix}"


class Source(FrozenModel):
    """A clip's media, with what execution needs to know that it is still the same."""

    path: AbsolutePath
    files: Annotated[
        tuple[AbsolutePath, ...], Field(min_length=1, max_length=MAX_FILES, fail_fast=True)
    ]
    """Every file of the clip; `path` is the one that is opened."""
    size_bytes: Count
    """All files together."""
    modified_at: UtcTime
    """For people; never compared."""
    sample_sha256: Sha256
    """sha256 over the ends of each file: a MiB each, of more than 16 files 64 KiB each."""
    container: Text
    """FFmpeg's name of the demuxer, the extension of a camera-raw file, or `spanned`."""
    duration_seconds: Rational | None
    video: VideoStream | None
    """None for camera raw that only Resolve reads."""
    audio: Annotated[tuple[AudioStream, ...], Field(max_length=64, fail_fast=True)]
    left_out: Annotated[tuple[LeftOutStream, ...], Field(max_length=256, fail_fast=True)]
    timecode: Timecode | None = None
    reel: Text | None = None
    sequence: ImageSequence | None = None
    """Set where the files are numbered pictures; the frame rate is then as a person gave it."""
