"""What a proxy must be: a pure function of source, target and profile.

Never of the command, and never of what a tool says of its own output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from proxx_engine.spec.codecs import ENCODERS
from proxx_engine.spec.job_spec import ClipSpec, Target
from proxx_engine.spec.media import Color, FieldOrder, Source, VideoStream
from proxx_engine.spec.profile import ProfileSpec

_DEMUXERS = MappingProxyType(
    {"mov": "mov", "mp4": "mp4", "mkv": "matroska", "webm": "webm", "mxf": "mxf"}
)

_WITH_ALPHA = ("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya", "ayuv", "vuya")
"""How FFmpeg's pixel formats with alpha begin; no profile so far holds it."""


@dataclass(frozen=True, slots=True)
class ExpectedAudio:
    """One audio stream of the proxy."""

    codec: str
    channels: int
    sample_rate: int
    layout: str | None
    tolerance_samples: int

    def samples(self, decoded: int) -> tuple[int, int]:
        """Return the fewest and the most samples, when the source decoded to `decoded`."""
        return max(0, decoded - self.tolerance_samples), decoded + self.tolerance_samples


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
    timecode: str | None
    reel: str | None
    audio: tuple[ExpectedAudio, ...]
    packets_verbatim: bool
    unstated_range: str
    """The range that the codec means when it states none."""
    planned: Mapping[str, str]
    """Check name → how it differs from the source on purpose."""

    def frames(self, decoded: int) -> int:
        """Return the pictures the proxy must have, when the source decoded to `decoded`."""
        return decoded


def expect_proxy(source: Source, target: Target, profile: ProfileSpec) -> Expected:
    """Return what the proxy of one clip must be."""
    video = source.video
    if video is None:
        raise ValueError("a source without a probed picture has no expectation")
    encoder = ENCODERS[profile.video.encoder]
    setting = next((s.value for s in profile.video.settings if s.name == "profile"), "")
    return Expected(
        container=_DEMUXERS[profile.container],
        codec=encoder.codec_name,
        codec_profile=encoder.profiles.get(setting),
        pixel_format=profile.video.pixel_format,
        width=target.width,
        height=target.height,
        pixel_aspect_ratio=target.pixel_aspect_ratio,
        display_aspect_ratio=target.pixel_aspect_ratio * Fraction(target.width, target.height),
        rotation=target.rotation,
        field_order=target.field_order,
        color=target.color,
        frame_rate=None if target.variable_frame_rate else target.frame_rate,
        timecode=_expected_timecode(source, profile),
        reel=source.reel if profile.container in ("mov", "mxf") else None,
        audio=tuple(
            ExpectedAudio(
                codec=audio.codec,
                channels=audio.channels,
                sample_rate=audio.sample_rate,
                layout=audio.layout,
                tolerance_samples=int(profile.audio.length_tolerance_seconds * audio.sample_rate),
            )
            for audio in target.audio
        ),
        packets_verbatim=encoder.stores_packets_verbatim,
        unstated_range=encoder.unstated_range,
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
        planned["display_aspect_ratio"] = "differs by the rounding to even sides"
    if video.rotation != target.rotation:
        planned["rotation"] = f"source is turned by {video.rotation} degrees; baked in"
    if video.field_order != target.field_order:
        planned["field_order"] = f"source is {video.field_order}"
    for name in ("primaries", "transfer", "matrix", "range"):
        before, after = getattr(video.color, name), getattr(target.color, name)
        if before != after:
            planned[f"color.{name}"] = f"source is {before}"
    if video.pixel_format.startswith(_WITH_ALPHA):
        planned["pixel_format"] = f"source is {video.pixel_format}; its alpha is dropped"
    if source.timecode is None and profile.container == "mxf":
        planned["timecode"] = "source has none; MXF always holds one"
    if source.reel is not None and profile.container not in ("mov", "mxf"):
        planned["reel"] = f"source says {source.reel}; {profile.container} cannot hold it"
    return planned
