"""Source and profile → what the proxy must be: every number that execution will need. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from proxx_engine.creation.target_sound import target_sound
from proxx_engine.errors import ProbeError
from proxx_engine.planning.arguments.pictures import assumed_matrix
from proxx_engine.planning.expectation import display_size, has_alpha
from proxx_engine.planning.flips import order_as_flipped
from proxx_engine.planning.frame_rates import conform_rate, rate_problem
from proxx_engine.planning.framing import frame_picture
from proxx_engine.planning.levels import level_to_read
from proxx_engine.spec.codecs import COLOR_TAGS_HELD, ENCODINGS
from proxx_engine.spec.color_names import UNKNOWN
from proxx_engine.spec.dnxhd import Raster, bit_rate_of, describe_rasters
from proxx_engine.spec.job_spec import ResolveClip, Target
from proxx_engine.spec.media import Color, FieldOrder, Source, VideoStream
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import decodes_alike


def target_for(source: Source, profile: ProfileSpec, said: ResolveClip | None = None) -> Target:
    """Return the target of one clip; `said` is what Resolve says of it.

    Raises: ProbeError with the reason to leave it out.
    """
    video = source.video
    if video is None:
        raise ValueError("a source without a probed picture has no target")
    order = _field_order(video, profile)
    interlaced = order in ("top_first", "bottom_first")
    conforms = video.variable_frame_rate and profile.variable_frame_rate == "conform"
    rate = conform_rate(source, profile) if conforms else video.frame_rate
    if problem := rate_problem(rate, profile.container):
        raise ProbeError("SOURCE_UNREADABLE", f"{problem}; use a MOV profile")
    if order == "bottom_first" and profile.container == "mxf":
        flipped = "flipped, " if order != video.field_order else ""
        detail = f"{flipped}its lower field comes first, which DNxHD in MXF cannot state"
        raise ProbeError("SOURCE_UNREADABLE", f"{detail}; use dnxhr_lb_mxf")
    width, height, aspect, framing = frame_picture(
        *display_size(video), profile, lines=4 if interlaced else 2
    )
    return Target(
        width=width,
        height=height,
        pixel_aspect_ratio=aspect,
        rotation=0,
        frame_rate=rate,
        variable_frame_rate=profile.variable_frame_rate if video.variable_frame_rate else None,
        field_order=order,
        audio=tuple(target_sound(stream, profile) for stream in source.audio),
        color=_color(video, profile),
        alpha=profile.video.alpha == "keep" and has_alpha(video),
        bit_rate=_bit_rate(Raster(width, height, interlaced), rate, profile),
        determinism=_determinism(source, profile),
        data_level=level_to_read(video, profile.look, said),
        framing=framing,
        whole_raster=video.clean_aperture,
    )


def _determinism(source: Source, profile: ProfileSpec) -> Literal["any_cpu", "same_cpu"]:
    alike = all(decodes_alike(stream.codec) for stream in source.audio)
    return profile.determinism if alike else "same_cpu"


def _field_order(video: VideoStream, profile: ProfileSpec) -> FieldOrder:
    if profile.interlaced != "keep":
        return "progressive"
    return order_as_flipped(video.field_order, profile.look)


def _bit_rate(raster: Raster, rate: Fraction, profile: ProfileSpec) -> int | None:
    """Return the bit rate that DNxHD's table gives a raster; None where the profile decides."""
    if not ENCODINGS[profile.codec].fixed_rasters:
        return None
    bit_rate = bit_rate_of(raster, rate)
    if bit_rate is None:
        detail = f"DNxHD has no {raster} at {format_rational(rate)} frames a second, only"
        instead = "use dnxhr_lb, which takes every raster and rate"
        raise ProbeError("SOURCE_UNREADABLE", f"{detail} {describe_rasters()}; {instead}")
    return bit_rate


def _color(video: VideoStream, profile: ProfileSpec) -> Color:
    color = video.color
    if profile.look is not None and profile.look.lut is not None:
        # A look makes pictures for a monitor; the file cannot say for which, so it is the common.
        return Color(primaries="bt709", transfer="bt709", matrix="bt709", range=profile.video.range)
    matrix = _matrix(video, profile)
    alone = UNKNOWN in (color.primaries, color.transfer, matrix)
    return Color(
        primaries=_held(profile, "primaries", color.primaries, alone=alone),
        transfer=_held(profile, "transfer", color.transfer, alone=alone),
        matrix=matrix,
        range=profile.video.range,
    )


def _held(profile: ProfileSpec, tag: str, value: str, *, alone: bool) -> str:
    """Return what the proxy states of a tag; `alone`: other tags of the picture are unknown."""
    header = ENCODINGS[profile.codec].color_tags
    if alone and header is not None and profile.container == "mov":
        return value if value in header[tag] else UNKNOWN
    return COLOR_TAGS_HELD.get((profile.container, tag), {}).get(value, value)


def _matrix(video: VideoStream, profile: ProfileSpec) -> str:
    matrix, stored = video.color.matrix, ENCODINGS[profile.codec].matrices
    if matrix == "gbr":
        return "bt709"
    if stored is None or matrix in stored:
        return matrix
    if matrix == "bt470bg" and "smpte170m" in stored:
        return "smpte170m"
    if matrix == "unknown" and assumed_matrix(video) in stored:
        return assumed_matrix(video)
    return "bt709"
