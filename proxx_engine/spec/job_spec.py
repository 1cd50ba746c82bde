"""JobSpec 1.0: everything one job needs, frozen when it is made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from proxx_engine.spec.laid_sound import LaidSound, Mix
from proxx_engine.spec.media import (
    Color,
    FieldOrder,
    FileIndex,
    Rotation,
    Side,
    Source,
    TimecodeText,
)
from proxx_engine.spec.model import (
    AbsolutePath,
    FrozenModel,
    NewName,
    PositiveRational,
    Sha256,
    StreamIndex,
    Text,
    UtcTime,
    Uuid,
    Word,
)
from proxx_engine.spec.profile import DataLevel, ProfileSpec, VariableFrameRate

MAX_CLIPS = 20_000

MAX_SIDE = 16384
"""The longest side of a proxy, in pixels."""
Even = Annotated[int, Field(ge=2, le=MAX_SIDE, multiple_of=2)]


class CreatedBy(FrozenModel):
    """Who wrote the JobSpec."""

    tool: Text
    version: Text
    host: Text


class TargetAudio(FrozenModel):
    """One audio stream of the proxy."""

    source_stream_index: StreamIndex
    codec: Word
    channels: Annotated[int, Field(ge=1, le=64)]
    layout: Text | None
    sample_rate: Annotated[int, Field(ge=1000, le=768000)]
    source_file_index: FileIndex = 0
    """Which of the source's files holds the stream."""
    bit_rate: Annotated[int, Field(ge=6000, le=100_000_000)] | None = None
    """Bits a second of all channels; None where the codec keeps every sample."""
    laid: LaidSound | None = None
    """Where sound that was recorded apart lies; None for what the clip itself holds."""
    name: Text | None = None
    """What the recorder calls it: of several channels each, with commas between."""
    mix: Mix | None = None
    """How channels are mixed; None where each is kept."""


class Rectangle(FrozenModel):
    """A part of a picture, in samples from its upper left corner."""

    left: Annotated[int, Field(ge=0, le=32768)]
    top: Annotated[int, Field(ge=0, le=32768)]
    width: Side
    height: Side


class Framing(FrozenModel):
    """How the picture lies in a proxy of another shape; None of a part where it is all of it."""

    taken: Rectangle | None
    """What of the source as shown is taken."""
    placed: Rectangle | None
    """Where in the proxy it lies; around it all is black."""
    seen: Rectangle | None
    """What of the proxy is seen; outside of it all is black."""
    desqueeze: PositiveRational | None
    """By how much an anamorphic picture was made wider; its pixels are square then."""


Place = Literal["top-left", "top", "top-right", "center", "bottom-left", "bottom", "bottom-right"]


class BurnIn(FrozenModel):
    """A text that is drawn into every picture."""

    shows: Literal["timecode", "frame", "text"]
    """`timecode` counts from `text`, `frame` from 0."""
    text: Text | None
    """Of a timecode the first picture's; None for `frame`."""
    place: Place
    size: Annotated[int, Field(ge=4, le=4096)]
    """The letters' height, in pixels of the proxy."""


class Target(FrozenModel):
    """What the proxy must be, computed when the JobSpec was made."""

    width: Even
    height: Even
    pixel_aspect_ratio: PositiveRational
    rotation: Rotation
    frame_rate: PositiveRational
    variable_frame_rate: VariableFrameRate | None
    """What is done with a variable rate; None where the source's rate is constant."""
    field_order: FieldOrder
    audio: Annotated[tuple[TargetAudio, ...], Field(max_length=64, fail_fast=True)]
    color: Color
    alpha: bool = False
    """Whether the proxy carries the source's alpha."""
    bit_rate: Annotated[int, Field(ge=1_000_000, le=1_000_000_000)] | None = None
    """Bits a second, where raster and rate fix it (DNxHD); None where the profile decides."""
    determinism: Literal["any_cpu", "same_cpu"] | None = None
    """What equal bytes need beside the same FFmpeg build: what the profile says, but the same kind
    of CPU where the source's sound is of a codec that decodes otherwise on others (AAC, MP3, …).
    """
    data_level: DataLevel | None = None
    """How the source's values are read; None: as its file says."""
    framing: Framing | None = None
    """None where the whole picture fills the proxy."""
    burn_in: Annotated[tuple[BurnIn, ...], Field(max_length=7, fail_fast=True)] = ()
    font_sha256: Sha256 | None = None
    """The font of what is burnt in; None where nothing is."""
    whole_raster: bool = False
    """Whether all of the source's raster is taken, though its file says to show less of it; else
    FFmpeg decides.
    """


class RawProperty(FrozenModel):
    """One property of a clip, as Resolve said it."""

    name: Text
    value: Text


class ResolveClip(FrozenModel):
    """What Resolve says of the clip; None of it where it does not say."""

    project_id: Text | None
    project_name: Text | None
    media_id: Text | None
    clip_name: Text | None
    data_level: Text | None
    flips: Text | None
    color_science: Text | None
    frames: Annotated[int, Field(ge=1, le=10**9)] | None = None
    frame_rate: PositiveRational | None = None
    start_timecode: TimecodeText | None = None
    """As Resolve counts it; a semicolon before the frames when it counts drop-frame."""
    drop_frame: bool | None = None
    width: Side | None = None
    """The picture as Resolve shows it, in pixels."""
    height: Side | None = None
    audio_channels: Annotated[int, Field(ge=0, le=1024)] | None = None
    """0 where the clip is silent."""
    sample_rate: Annotated[int, Field(ge=1000, le=768000)] | None = None
    properties: Annotated[tuple[RawProperty, ...], Field(max_length=1024, fail_fast=True)] = ()
    """All that Resolve says of the clip in its own words, sorted by name."""


class ClipSpec(FrozenModel):
    """One clip: where from, what to, under which name."""

    index: Annotated[int, Field(ge=0, lt=MAX_CLIPS)]
    output_name: NewName
    """The proxy's file name with extension, resolved when the JobSpec was made."""
    output_subdirectory: Annotated[Text, StringConstraints(max_length=2048)]
    """Folder below output.directory, with forward slashes; empty for none."""
    source: Source
    target: Target | None
    """None for camera raw, whose raster only Resolve knows."""
    resolve: ResolveClip | None = None
    replaces: Sha256 | None = None
    """The proxy that may be replaced, by content; only with `on_existing: replace`."""


class Output(FrozenModel):
    """Where proxies go."""

    directory: AbsolutePath
    """Must exist when the job runs."""
    naming_template: NewName
    """Where the names came from; they are already resolved."""
    on_existing: Literal["refuse", "replace"]


class ExecutionLimits(FrozenModel):
    """Limits per clip, and how much is proven."""

    clip_timeout_seconds: Annotated[int, Field(ge=1, le=10_000_000)]
    stall_seconds: Annotated[int, Field(ge=1, le=86_400)]
    """No growth of the output and no CPU used for so long ends the clip."""
    verification: Literal["conform", "exists"]


class JobSpec(FrozenModel):
    """One job. Immutable: a change is a new JobSpec."""

    spec_version: Literal["1.0"]
    job_id: Uuid
    created_at: UtcTime
    created_by: CreatedBy
    batch: Text | None = None
    """Ties the jobs of one act together."""
    label: NewName
    """Names the job's files; a one-clip job's label is its proxy's stem."""
    retried_from: Uuid | None = None
    """The job that this one repeats."""
    clips: Annotated[
        tuple[ClipSpec, ...], Field(min_length=1, max_length=MAX_CLIPS, fail_fast=True)
    ]
    profile: ProfileSpec
    output: Output
    execution: ExecutionLimits
