"""The FFmpeg argument lists: encode one clip, and play its proxy to the end. Pure.

Every flag answers something measured; `{ffmpeg}` and `{threads}` are filled in when it is run,
so that the recorded command is equal on every machine.
"""

from __future__ import annotations

from proxx_engine.planning.arguments import encoding, inputs, pictures, witnesses
from proxx_engine.planning.framing import takes_whole_raster
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec

FFMPEG = "{ffmpeg}"
WHOLE_RASTER_OPTION = "apply_cropping"
"""Since FFmpeg 7.1."""
_BITEXACT = ("-fflags", "+bitexact")
_FRONT = (FFMPEG, "-hide_banner", "-nostdin", "-nostats", "-v", "repeat+level+verbose", "-y")


def encode_arguments(
    source: Source, target: Target, profile: ProfileSpec, *, output: str
) -> tuple[str, ...]:
    """Return the command that makes one proxy at `output`, and its witness files."""
    video = source.video
    if video is None:
        raise ValueError("FFmpeg encodes only sources whose picture was probed")
    sounds = [inputs.sound_of(source, audio) for audio in target.audio]
    return (
        *_FRONT,
        *_raster_as_probed(target),
        *inputs.open_source(source, target),
        *pictures.filtered_picture(inputs.picture_of(source), video, target, profile),
        *(part for sound in sounds for part in ("-map", sound)),
        *("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *_times(target),
        *encoding.picture_encoder(target, profile),
        *encoding.sound_encoder(source, target, profile),
        *encoding.tags(source, target, profile),
        *_BITEXACT,
        *("-abort_on", "empty_output_stream"),
        *witnesses.picture_times(),
        *witnesses.given_times(target, profile),
        *("-f", "tee", encoding.sinks(output, target, profile)),
        *witnesses.source_sound(sounds, source, target, profile),
        *pictures.witness_of_every_picture(target),
    )


def play_arguments(target: Target, profile: ProfileSpec, *, proxy: str) -> tuple[str, ...]:
    """Return the command that decodes a whole proxy and writes its witness files."""
    return (
        *_FRONT,
        *inputs.open_file(proxy),
        # The file's own clock: on one that counts in frames, two close pictures would meet.
        *("-map", "0:v:0", "-fps_mode:v", "passthrough", "-enc_time_base:v", "demux"),
        *("-f", "null", "-"),
        *("-map", "0:v:0", "-c:v", "copy", *encoding.form_of_packets(profile), *_BITEXACT),
        *("-f", "framehash", "-hash", "crc32", f"file:{witnesses.PROXY_PACKETS}"),
        *witnesses.proxy_sound(target, profile),
    )


def _raster_as_probed(target: Target) -> tuple[str, ...]:
    # Left to itself, FFmpeg cuts off what a MOV says is outside its clean aperture, be it an odd
    # number of woven lines, and the rest would be stretched over the proxy.
    return (f"-{WHOLE_RASTER_OPTION}", "codec") if takes_whole_raster(target) else ()


def _times(target: Target) -> tuple[str, ...]:
    # Passthrough: neither a picture more nor one less. A variable rate keeps the source's clock;
    # a constant one counts in frames, which also evens out a clock that is coarser than a frame.
    # Where a variable rate is made constant, the filters have done so already.
    keep = ("-enc_time_base:v", "demux")
    even = ("-enc_time_base:v", f"{target.frame_rate.denominator}/{target.frame_rate.numerator}")
    return ("-fps_mode:v", "passthrough", *(keep if target.variable_frame_rate == "keep" else even))
