"""Source and profile → what the proxy must be: every number that execution will need. Pure."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from proxx_engine.errors import ProbeError
from proxx_engine.planning.arguments.pictures import assumed_matrix
from proxx_engine.planning.expectation import display_size
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import Color, FieldOrder, Source, VideoStream
from proxx_engine.spec.profile import ProfileSpec

_SQUARE_WITHIN = Fraction(1, 100)
"""Rounding to even sides may bend the picture by so much before pixels are called non-square."""
_MINIMUM = MappingProxyType({"dnxhd": (256, 120)})
"""Smallest raster that an encoder takes (measured)."""
_MXF_SAMPLE_RATE = 48000


def target_for(source: Source, profile: ProfileSpec) -> Target:
    """Return the target of one clip. Raises: ProbeError with the reason to leave it out."""
    video = source.video
    if video is None:
        raise ValueError("a source without a probed picture has no target")
    order = _field_order(video, profile)
    interlaced = order in ("top_first", "bottom_first")
    width, height, aspect = _raster(video, profile, lines=4 if interlaced else 2)
    if video.variable_frame_rate and profile.variable_frame_rate == "refuse":
        raise ProbeError("SOURCE_UNREADABLE", "its frame rate varies, and the profile refuses that")
    if video.variable_frame_rate and profile.container == "mxf":
        raise ProbeError("SOURCE_UNREADABLE", "its frame rate varies, which MXF cannot hold")
    for stream in source.audio:
        if profile.container == "mxf" and stream.sample_rate != _MXF_SAMPLE_RATE:
            detail = f"its sound has {stream.sample_rate} samples a second; MXF takes only 48000"
            raise ProbeError("SOURCE_UNREADABLE", detail)
    return Target(
        width=width,
        height=height,
        pixel_aspect_ratio=aspect,
        rotation=0,
        frame_rate=video.frame_rate,
        variable_frame_rate=profile.variable_frame_rate if video.variable_frame_rate else None,
        field_order=order,
        audio=tuple(
            TargetAudio(
                source_stream_index=stream.stream_index,
                codec=profile.audio.codec,
                channels=stream.channels,
                layout=stream.layout,
                sample_rate=stream.sample_rate,
            )
            for stream in source.audio
        ),
        color=_color(video, profile),
    )


def _field_order(video: VideoStream, profile: ProfileSpec) -> FieldOrder:
    return video.field_order if profile.interlaced == "keep" else "progressive"


def _raster(video: VideoStream, profile: ProfileSpec, *, lines: int) -> tuple[int, int, Fraction]:
    """Return width, height and pixel aspect; display aspect kept, sides even."""
    shown_width, shown_height, shown_aspect = display_size(video)
    scale = _scale(profile, shown_width, shown_height)
    least_width, least_height = _MINIMUM.get(profile.video.encoder, (2, 2))
    if shown_width * scale < least_width or shown_height * scale < least_height:
        scale = Fraction(1)
    width = _round_to(shown_width * scale, 2)
    height = _round_to(shown_height * scale, lines)
    if width < least_width or height < least_height:
        detail = f"{shown_width}x{shown_height} is smaller than {profile.video.encoder} takes"
        raise ProbeError("SOURCE_UNREADABLE", detail)
    aspect = shown_aspect * Fraction(shown_width, shown_height) * Fraction(height, width)
    if shown_aspect == 1 and abs(aspect - 1) <= _SQUARE_WITHIN:
        aspect = Fraction(1)
    return width, height, aspect.limit_denominator(100_000)


def _scale(profile: ProfileSpec, width: int, height: int) -> Fraction:
    size = profile.size
    if size.mode == "half":
        return Fraction(1, 2)
    if size.mode == "quarter":
        return Fraction(1, 4)
    if size.mode == "height" and size.height is not None:
        return min(Fraction(1), Fraction(size.height, height))
    if size.mode == "box" and size.height is not None and size.width is not None:
        return min(Fraction(1), Fraction(size.height, height), Fraction(size.width, width))
    return Fraction(1)


def _round_to(length: Fraction, step: int) -> int:
    return max(step, int(length / step + Fraction(1, 2)) * step)


def _color(video: VideoStream, profile: ProfileSpec) -> Color:
    color = video.color
    return Color(
        primaries=color.primaries,
        transfer=color.transfer,
        matrix=_matrix(video, profile.video.encoder),
        range=profile.video.range,
    )


_STORED = MappingProxyType(
    {
        "prores_aw": frozenset({"bt709", "smpte170m", "bt2020nc", "unknown"}),
        "dnxhd": frozenset({"bt709"}),
    }
)
"""Matrices that a codec's own header stores; any other is converted (measured)."""


def _matrix(video: VideoStream, encoder: str) -> str:
    matrix = video.color.matrix
    stored = _STORED.get(encoder)
    if matrix == "gbr":
        return "bt709"
    if stored is None or matrix in stored:
        return matrix
    if matrix == "bt470bg" and "smpte170m" in stored:
        return "smpte170m"
    if matrix == "unknown" and assumed_matrix(video) in stored:
        return assumed_matrix(video)
    return "bt709"
