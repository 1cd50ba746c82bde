"""The FFmpeg argument lists: encode one clip, and play its proxy to the end. Pure.

Every flag answers something measured; `{ffmpeg}` and `{threads}` are filled in when it is run,
so that the recorded command is equal on every machine.
"""

from __future__ import annotations

from proxx_engine.planning.arguments import encoding, inputs, pictures, witnesses
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec

FFMPEG = "{ffmpeg}"
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
        *inputs.open_source(source),
        *("-map", inputs.picture_of(source)),
        *(part for sound in sounds for part in ("-map", sound)),
        *("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *_times(target),
        *("-filter_threads", "1", "-vf", pictures.filter_chain(video, target, profile)),
        *encoding.picture_encoder(target, profile),
        *encoding.sound_encoder(target),
        *encoding.tags(source, profile),
        *_BITEXACT,
        *("-abort_on", "empty_output_stream"),
        *witnesses.picture_times(),
        *witnesses.sound_times(target, witnesses.SOURCE_SOUND_TIMES),
        *("-f", "tee", encoding.two_sinks(output, profile)),
        *witnesses.sound_hashes(sounds, target, witnesses.SOURCE_AUDIO),
    )


def play_arguments(target: Target, profile: ProfileSpec, *, proxy: str) -> tuple[str, ...]:
    """Return the command that decodes a whole proxy and writes its witness files."""
    tracks = range(len(target.audio))
    return (
        *_FRONT,
        *inputs.open_file(proxy),
        # The file's own clock: on one that counts in frames, two close pictures would meet.
        *("-map", "0:v:0", "-fps_mode:v", "passthrough", "-enc_time_base:v", "demux"),
        *("-f", "null", "-"),
        *("-map", "0:v:0", "-c:v", "copy", *encoding.form_of_packets(profile), *_BITEXACT),
        *("-f", "framehash", "-hash", "crc32", f"file:{witnesses.PROXY_PACKETS}"),
        # A missing track is left to the comparison, which names it.
        *witnesses.sound_times(target, witnesses.PROXY_SOUND_TIMES),
        *witnesses.sound_hashes([f"0:a:{t}?" for t in tracks], target, witnesses.PROXY_AUDIO),
    )


def _times(target: Target) -> tuple[str, ...]:
    # Passthrough: neither a picture more nor one less. A variable rate keeps the source's clock;
    # a constant one counts in frames, which also evens out a clock that is coarser than a frame.
    keep = ("-enc_time_base:v", "demux")
    even = ("-enc_time_base:v", f"{target.frame_rate.denominator}/{target.frame_rate.numerator}")
    return ("-fps_mode:v", "passthrough", *(keep if target.variable_frame_rate else even))
