"""ProfileSpec: every setting of one kind of proxy, frozen into the JobSpec that asks for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from proxx_engine.spec.codecs import CodecId, Container
from proxx_engine.spec.model import (
    AbsolutePath,
    FrozenModel,
    PositiveRational,
    Rational,
    Sha256,
    Text,
    Word,
)

ProfileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
VariableFrameRate = Literal["keep", "conform", "refuse"]
DataLevel = Literal["video", "full"]
Flips = Literal["horizontal", "vertical", "both"]


class EncoderSetting(FrozenModel):
    """One encoder option, as it stands in the command: `-name value`."""

    name: Word
    value: Annotated[str, StringConstraints(max_length=256, pattern=r"^[A-Za-z0-9_.=:,-]+$")]


class VideoSettings(FrozenModel):
    """How pictures are encoded."""

    encoder: Literal["prores_aw", "dnxhd", "libx264", "libx265", "libvpx-vp9", "libsvtav1"]
    """FFmpeg's encoder. There is no substitute: where it is missing the job is refused."""
    pixel_format: Word
    settings: Annotated[tuple[EncoderSetting, ...], Field(max_length=16, fail_fast=True)]
    threads: Annotated[int, Field(ge=1, le=8)] | None
    """Pinned where the thread count changes bytes; None leaves it to the worker."""
    range: Literal["tv"]
    scaler: Literal["bicubic"]
    alpha: Literal["drop", "keep"] = "drop"
    """`keep`: where the source has alpha, so has the proxy."""


class SizeRule(FrozenModel):
    """How the proxy's raster follows from the source's, after rotation; always even."""

    mode: Literal["full", "half", "quarter", "height", "box"]
    width: Annotated[int, Field(ge=2, le=16384)] | None
    """Only for `box`: the widest it may be, in pixels."""
    height: Annotated[int, Field(ge=2, le=16384)] | None
    """For `height` and `box`: the highest it may be, in pixels."""


class AudioSettings(FrozenModel):
    """How sound is encoded: every stream, its channels and its rate are always kept."""

    codec: Literal["pcm_s16le", "pcm_s24le", "aac", "libopus"]
    length_tolerance_seconds: Rational
    """How much a stream of the proxy may differ from the source's in length; 0/1 for PCM."""
    kilobits_per_channel: Annotated[int, Field(ge=16, le=512)] | None = None
    """Bit rate of each channel; None where the codec keeps every sample."""


class Lut(FrozenModel):
    """A .cube file, pinned by content."""

    path: AbsolutePath
    sha256: Sha256
    range: Literal["tv", "pc"]
    """Which values the table was made for: `pc` 0 to 1 is black to white, `tv` it is 0 to 1023
    of 10 bit with black at 64 and white at 940.
    """
    table: Literal["1d", "3d"] = "3d"
    """Whether the file holds a curve for each channel or a cube."""


class Look(FrozenModel):
    """Deliberate changes of the picture."""

    lut: Lut | None
    burn_in: Annotated[tuple[Text, ...], Field(max_length=64, fail_fast=True)] | None
    """Texts drawn into every picture, as WHAT@PLACE or WHAT@PLACE:SIZE%. What: timecode,
    timecode-or-zero, frame (from 0), name, reel, reel-or-none, text=WORDS. Place: top, center or
    bottom, top-left and so on, each once. Size: of the proxy's height, 5% if not said; smaller
    where a text would not fit.
    """
    flips: Flips | None
    """Mirrored left to right, stood on its head, or both. Fields stay fields; on its head a picture
    has its other field first.
    """
    data_level: DataLevel | None
    """How the source's values are read, whatever its file says: `video` black is 64 and white 940
    of 10 bits, `full` 0 and 1023. None: as the file says; one that says nothing is video.
    """
    crop: Text | None
    """Another shape: `crop:2.39` cuts the picture to it, `letterbox:16:9` puts black beside the
    whole picture, `matte:2.39` blackens what lies outside and keeps the raster.
    """
    data_level_from: Literal["resolve"] | None = None
    """`resolve`: the clip's property Data Level in Resolve stands above `data_level`, unless it is
    Auto or not told.
    """
    desqueeze: PositiveRational | None = None
    """How much wider an anamorphic picture is made: 4/3, 3/2, 9/5, 2/1. The proxy's pixels are
    square then; its height follows from the size alone.
    """


def _one_name(codec: CodecId) -> CodecId:
    return "h265" if codec == "hevc" else codec


class ProfileSpec(FrozenModel):
    """One kind of proxy, complete: nothing is looked up or added when it is executed."""

    profile_version: Literal["1.0"]
    name: ProfileName
    description: Text
    why: Text
    """What the settings rest on."""
    codec: Annotated[CodecId, AfterValidator(_one_name)]
    """`hevc` is read as `h265`: one codec, one fingerprint."""
    container: Container
    video: VideoSettings
    size: SizeRule
    audio: AudioSettings
    interlaced: Literal["keep", "deinterlace"]
    """`keep`: fields stay fields; `deinterlace`: one progressive picture per frame."""
    rotation: Literal["bake"]
    """The picture is turned as it is shown; the proxy carries no rotation."""
    variable_frame_rate: VariableFrameRate
    conform_frame_rate: PositiveRational | None
    """The rate to conform to; None with `conform`: the camera rate nearest to the clip's own."""
    determinism: Literal["any_cpu", "same_cpu"]
    """What equal bytes need beside the same FFmpeg build."""
    megabits_per_second_1080p: Annotated[int, Field(ge=1, le=10_000)]
    """Estimate for space, at 1920×1080 and 25 frames a second."""
    look: Look | None
