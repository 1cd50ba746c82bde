"""What is done to each picture between decoder and encoder: size, fields, colour. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import VideoStream
from proxx_engine.spec.profile import ProfileSpec

_SAME_COEFFICIENTS = frozenset({"bt470bg", "smpte170m"})
_SCALE_NAMES = MappingProxyType({"bt2020nc": "bt2020", "bt2020c": "bt2020"})


def filter_chain(video: VideoStream, target: Target, profile: ProfileSpec) -> str:
    """Return the filters of one clip, in FFmpeg's words."""
    fields = target.field_order in ("top_first", "bottom_first")
    scale = [
        f"w={target.width}",
        f"h={target.height}",
        f"flags={profile.video.scaler}+accurate_rnd+full_chroma_int+bitexact",
        f"out_range={target.color.range}",
    ]
    if fields:
        scale.append("interl=1")
    if needs_matrix_conversion(video.color.matrix, target.color.matrix):
        if video.color.matrix == "unknown":
            scale.append(f"in_color_matrix={_scale_matrix(assumed_matrix(video))}")
        scale.append(f"out_color_matrix={_scale_matrix(target.color.matrix)}")
    aspect = target.pixel_aspect_ratio
    color = target.color
    chain = [
        f"scale={':'.join(scale)}",
        f"setsar=sar={aspect.numerator}/{aspect.denominator}:max=100000",
        f"setparams=color_primaries={color.primaries}:color_trc={color.transfer}"
        f":colorspace={color.matrix}",
        f"format={pixel_format(target, profile)}",
    ]
    # The first field is the one that was probed: single pictures may be flagged otherwise.
    parity = "tff" if video.field_order == "top_first" else "bff"
    if fields:
        chain.append(f"setfield={parity}")
    elif video.field_order in ("top_first", "bottom_first"):
        chain.insert(0, f"bwdif=mode=send_frame:parity={parity}:deint=all")
    return ",".join(chain)


def pixel_format(target: Target, profile: ProfileSpec) -> str:
    """Return the proxy's pixel format, with alpha where it carries the source's."""
    plain = profile.video.pixel_format
    return plain.replace("yuv", "yuva", 1) if target.alpha else plain


def needs_matrix_conversion(before: str, after: str) -> bool:
    """Whether pictures must be recomputed, and not only tagged, from one matrix to another."""
    if before == after or {before, after} <= _SAME_COEFFICIENTS:
        return False
    return after != "unknown"


def assumed_matrix(video: VideoStream) -> str:
    """Return what an untagged source is taken for where a codec cannot leave it open: players
    take SD for BT.601 and larger pictures for BT.709.
    """
    return "smpte170m" if video.height <= 576 else "bt709"


def _scale_matrix(matrix: str) -> str:
    return _SCALE_NAMES.get(matrix, matrix)
