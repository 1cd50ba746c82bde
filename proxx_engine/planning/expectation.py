"""What a proxy must be: a pure function of source, target and profile.

Never of the command, and never of what a tool says of its own output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from proxx_engine.planning.arguments.pictures import pixel_format
from proxx_engine.planning.arguments.witnesses import (
    SoundProof,
    ends_with_picture,
    sound_proof,
)
from proxx_engine.planning.flips import order_as_flipped
from proxx_engine.planning.framing import describe_framing
from proxx_engine.planning.laying import stream_of
from proxx_engine.planning.planned_sound import planned_sound
from proxx_engine.spec.codecs import ENCODINGS
from proxx_engine.spec.job_spec import ClipSpec, Target, TargetAudio
from proxx_engine.spec.media import Color, FieldOrder, Source, VideoStream
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS

DEMUXERS = MappingProxyType(
    {"mov": "mov", "mp4": "mp4", "mkv": "matroska", "webm": "webm", "mxf": "mxf"}
)

_WITH_ALPHA = (
    *("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya", "ayuv", "vuya", "uyva", "pal8"),
)
"""How FFmpeg's pixel formats with alpha begin."""


@dataclass(frozen=True, slots=True)
class ExpectedAudio:
    """One audio stream of the proxy."""

    codec: str
    channels: int
    sample_rate: int
    layout: str | None
    source_rate: int
    """Samples a second of the source's stream."""
    proof: SoundProof
    """How it is compared with the source's sound."""
    ends_with_picture: bool
    """Whether silence follows it where it ends before the picture."""
    tolerance_samples: int
    laid: int | None = None
    """How long sound that was recorded apart must be, in samples of its file; else None."""
    name: str | None = None
    """The track's name, where the JobSpec gives one."""

    def samples(self, decoded: int) -> tuple[int, int]:
        """Return the fewest and the most samples, when the source decoded to `decoded`."""
        same = decoded * self.sample_rate
        fewest = same // self.source_rate - self.tolerance_samples
        return max(0, fewest), -(-same // self.source_rate) + self.tolerance_samples


@dataclass(frozen=True, slots=True)
class Expected:
    """What a proxy must be. Field for field what `verification` compares."""

    container: str
    codec: str
    codec_profile: str | None
    pixel_format: str
    width: int
    height: int
    pixel_aspect_ratio: Fraction
    display_aspect_ratio: Fraction
    rotation: int
    field_order: FieldOrder
    color: Color
    frame_rate: Fraction | None
    """None where the source's own times are kept."""
    end_within: Fraction
    """Seconds by which a kept end may be off: a picture, where the encoder states no lengths."""
    conformed: bool
    """Whether a variable rate is made constant: pictures are repeated and dropped."""
    timecode: str | None
    reel: str | None
    audio: tuple[ExpectedAudio, ...]
    packets_verbatim: bool
    unstated_range: str
    """The range that the codec means when it states none."""
    planned: Mapping[str, str]
    """Check name → how it differs from the source on purpose."""

    def frames(self, decoded: int) -> int:
        """Return the pictures the proxy must have, when the source decoded to `decoded`.

        Not where it is conformed: there the source's times decide.
        """
        return decoded


def expect_proxy(source: Source, target: Target, profile: ProfileSpec) -> Expected:
    """Return what the proxy of one clip must be."""
    video = source.video
    if video is None:
        raise ValueError("a source without a probed picture has no expectation")
    encoding = ENCODINGS[profile.codec]
    pixels = pixel_format(target, profile)
    settings = {setting.name: setting.value for setting in profile.video.settings}
    codec_profile = encoding.profiles.get(settings.get("profile", pixels))
    if settings.get("g") == "1" and encoding.intra_profile:
        codec_profile = encoding.intra_profile
    return Expected(
        container=DEMUXERS[profile.container],
        codec=encoding.codec_name,
        codec_profile=codec_profile,
        pixel_format=encoding.decoded_as.get(pixels, pixels),
        width=target.width,
        height=target.height,
        pixel_aspect_ratio=target.pixel_aspect_ratio,
        display_aspect_ratio=target.pixel_aspect_ratio * Fraction(target.width, target.height),
        rotation=target.rotation,
        field_order=target.field_order,
        color=target.color,
        frame_rate=None if target.variable_frame_rate == "keep" else target.frame_rate,
        end_within=Fraction(0) if encoding.states_length else 1 / video.frame_rate,
        conformed=target.variable_frame_rate == "conform",
        timecode=_expected_timecode(source, profile),
        reel=source.reel if profile.container in ("mov", "mxf") else None,
        audio=tuple(_expected_audio(source, audio, profile) for audio in target.audio),
        packets_verbatim=encoding.one_form is None,
        unstated_range=encoding.unstated_range,
        planned=MappingProxyType(_planned(video, target, source, profile)),
    )


def expect_clip(clip: ClipSpec, profile: ProfileSpec) -> Expected | None:
    """Return what a clip's proxy must be; None for camera raw, which only Resolve measures."""
    return expect_proxy(clip.source, clip.target, profile) if clip.target else None


def display_size(video: VideoStream) -> tuple[int, int, Fraction]:
    """Return width, height and pixel aspect as shown, after rotation."""
    if video.rotation in (90, 270):
        return video.height, video.width, 1 / video.pixel_aspect_ratio
    return video.width, video.height, video.pixel_aspect_ratio


def has_alpha(video: VideoStream) -> bool:
    """Whether pictures say at each place how much of them is seen."""
    return video.pixel_format.startswith(_WITH_ALPHA)


def _expected_audio(source: Source, audio: TargetAudio, profile: ProfileSpec) -> ExpectedAudio:
    codec = SOUND_CODECS[audio.codec]
    return ExpectedAudio(
        codec=codec.codec_name,
        channels=audio.channels,
        sample_rate=audio.sample_rate,
        layout=audio.layout,
        source_rate=stream_of(source, audio).sample_rate,
        proof=sound_proof(profile),
        ends_with_picture=audio.laid is None and ends_with_picture(source, profile),
        tolerance_samples=int(profile.audio.length_tolerance_seconds * audio.sample_rate),
        laid=audio.laid.samples if audio.laid else None,
        name=audio.name,
    )


def _expected_timecode(source: Source, profile: ProfileSpec) -> str | None:
    if source.timecode is not None:
        return source.timecode.start
    # An MXF file always has a timecode track; FFmpeg starts it at zero when none is given.
    return "00:00:00:00" if profile.container == "mxf" else None


def _planned(
    video: VideoStream, target: Target, source: Source, profile: ProfileSpec
) -> dict[str, str]:
    width, height, aspect = display_size(video)
    planned = {}
    if (width, height) != (target.width, target.height):
        planned["raster"] = f"source shows {width}x{height}"
    if aspect != target.pixel_aspect_ratio:
        planned["pixel_aspect_ratio"] = f"source has {aspect}"
    if aspect * Fraction(width, height) != target.pixel_aspect_ratio * Fraction(
        target.width, target.height
    ):
        framed = describe_framing(profile.look) if target.framing else ""
        planned["display_aspect_ratio"] = framed or "differs by the rounding to even sides"
    if video.rotation != target.rotation:
        planned["rotation"] = f"source is turned by {video.rotation} degrees; baked in"
    if target.variable_frame_rate == "conform":
        conformed = f"conformed to {format_rational(target.frame_rate)}"
        planned["times"] = f"the source's vary; {conformed}"
        planned["frame_rate"] = f"the source's varies; {conformed}"
    if video.field_order != target.field_order:
        flipped = target.field_order == order_as_flipped(video.field_order, profile.look)
        why = "; flipped, its other field comes first" if flipped else ""
        planned["field_order"] = f"source is {video.field_order}{why}"
    for name in ("primaries", "transfer", "matrix", "range"):
        before, after = getattr(video.color, name), getattr(target.color, name)
        if before != after:
            planned[f"color.{name}"] = f"source is {before}"
    if target.data_level is not None:
        planned["color.range"] = f"source is {video.color.range}; read as {target.data_level}"
    if has_alpha(video) and not target.alpha:
        planned["pixel_format"] = f"source is {video.pixel_format}; its alpha is dropped"
    planned |= planned_sound(source, target, profile)
    if source.timecode is None and profile.container == "mxf":
        planned["timecode"] = "source has none; MXF always holds one"
    if source.reel is not None and profile.container not in ("mov", "mxf"):
        planned["reel"] = f"source says {source.reel}; {profile.container} cannot hold it"
    return planned
