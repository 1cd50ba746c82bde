"""What is done to each picture between decoder and encoder: size, fields, colour. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.planning.arguments import looks, witnesses
from proxx_engine.planning.arguments.burn_ins import draw_texts
from proxx_engine.planning.levels import RANGES
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import VideoStream
from proxx_engine.spec.profile import ProfileSpec

_SAME_COEFFICIENTS = frozenset({"bt470bg", "smpte170m"})
_SCALE_NAMES = MappingProxyType({"bt2020nc": "bt2020", "bt2020c": "bt2020"})

_PARITIES = MappingProxyType({"top_first": "tff", "bottom_first": "bff"})

_EVERY, _CHOSEN, _MADE = "every", "chosen", "made"


def filtered_picture(
    stream: str, video: VideoStream, target: Target, profile: ProfileSpec
) -> tuple[str, ...]:
    """Return the picture that is taken, and its filters.

    Where the rate varies, every decoded picture goes past a witness first.
    """
    chain = filter_chain(video, target, profile)
    if target.variable_frame_rate is None:
        return ("-map", stream, "-filter_threads", "1", "-vf", chain)
    if target.variable_frame_rate == "conform":
        # Chosen before scaling: what is dropped costs nothing, and only here is it still told to
        # the filter how long the last picture is shown.
        rate = f"{target.frame_rate.numerator}/{target.frame_rate.denominator}"
        chain = f"fps=fps={rate}:round=near:eof_action=round,{chain}"
    graph = f"[{stream}]split=2[{_EVERY}][{_CHOSEN}];[{_CHOSEN}]{chain}[{_MADE}]"
    return ("-filter_complex_threads", "1", "-filter_complex", graph, "-map", f"[{_MADE}]")


def witness_of_every_picture(target: Target) -> tuple[str, ...]:
    """Return the output that writes down what a clip of variable rate is made of; else none."""
    return witnesses.every_picture(_EVERY) if target.variable_frame_rate else ()


def filter_chain(video: VideoStream, target: Target, profile: ProfileSpec) -> str:
    """Return the filters of one clip, in FFmpeg's words."""
    fields = target.field_order in ("top_first", "bottom_first")
    aspect = target.pixel_aspect_ratio
    color = target.color
    chain = [
        *looks.take(target.framing),
        _scaled(video, target, profile, interlaced=fields),
        *looks.flip(profile.look),
        *looks.place(target),
        *draw_texts(target),
        f"setsar=sar={aspect.numerator}/{aspect.denominator}:max=100000",
        f"setparams=color_primaries={color.primaries}:color_trc={color.transfer}"
        f":colorspace={color.matrix}",
        f"format={pixel_format(target, profile)}",
    ]
    # The first field is the one that was probed: single pictures may be flagged otherwise.
    if fields:
        chain.append(f"setfield={_PARITIES[target.field_order]}")
    elif video.field_order in _PARITIES:
        parity = _PARITIES[video.field_order]
        chain.insert(0, f"bwdif=mode=send_frame:parity={parity}:deint=all")
    return ",".join((*looks.relabel(video.pixel_format, target.data_level), *chain))


def _scaled(video: VideoStream, target: Target, profile: ProfileSpec, *, interlaced: bool) -> str:
    """Return what makes a picture of the proxy's size, matrix and range, with its look."""
    placed = target.framing.placed if target.framing else None
    size = f"w={(placed or target).width}:h={(placed or target).height}"
    flags = f"flags={profile.video.scaler}+accurate_rnd+full_chroma_int+bitexact"
    if target.data_level is not None:
        size += f":in_range={RANGES[target.data_level]}"
    before, after = video.color.matrix, target.color.matrix
    if profile.look is not None and profile.look.lut is not None:
        return looks.apply_lut(
            profile.look.lut,
            size=size,
            flags=f"{flags}:interl=1" if interlaced else flags,
            matrix=_scale_matrix(_matrix_to_read(video)),
            out_matrix=_scale_matrix(after),
            alpha=target.alpha,
        )
    scale = [size, flags, f"out_range={target.color.range}"]
    if interlaced:
        scale.append("interl=1")
    if needs_matrix_conversion(before, after):
        if before == "unknown":
            scale.append(f"in_color_matrix={_scale_matrix(assumed_matrix(video))}")
        scale.append(f"out_color_matrix={_scale_matrix(after)}")
    return f"scale={':'.join(scale)}"


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


def _matrix_to_read(video: VideoStream) -> str:
    matrix = video.color.matrix
    if matrix == "gbr":
        return "bt709"  # of no meaning to RGB itself, but to the YUV that is made of it
    return assumed_matrix(video) if matrix == "unknown" else matrix


def _scale_matrix(matrix: str) -> str:
    return _SCALE_NAMES.get(matrix, matrix)
