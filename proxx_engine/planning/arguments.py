"""The FFmpeg argument lists: encode one clip, and play its proxy to the end. Pure.

Every flag answers something measured; `{ffmpeg}` and `{threads}` are filled in when it is run,
so that the recorded command is equal on every machine. Witness files have relative names: they
lie in the private working folder.
"""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.spec.codecs import ENCODERS
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import Source, VideoStream
from proxx_engine.spec.profile import ProfileSpec

FFMPEG = "{ffmpeg}"
THREADS = "{threads}"
MAX_PIXELS = 140_000_000
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,mxf,matroska,webm,avi,mpegts,mpeg,dv,asf"

SOURCE_TIMES = "source.times"
SOURCE_AUDIO = "source.audio"
ENCODED_PACKETS = "encoded.packets"
PROXY_PACKETS = "proxy.packets"
PROXY_AUDIO = "proxy.audio"
SOURCE_SOUND_TIMES = "source.sound.{}.times"
PROXY_SOUND_TIMES = "proxy.sound.{}.times"

_MUXERS = MappingProxyType(
    {"mov": "mov", "mp4": "mp4", "mkv": "matroska", "webm": "webm", "mxf": "mxf"}
)
_BITEXACT = ("-fflags", "+bitexact")
_FRONT = (FFMPEG, "-hide_banner", "-nostdin", "-nostats", "-v", "repeat+level+verbose", "-y")


def encode_arguments(
    source: Source, target: Target, profile: ProfileSpec, *, output: str
) -> tuple[str, ...]:
    """Return the command that makes one proxy at `output`, and its witness files."""
    video = source.video
    if video is None:
        raise ValueError("FFmpeg encodes only sources whose picture was probed")
    return (
        *_FRONT,
        *_input(source.path),
        "-map",
        f"0:{video.stream_index}",
        *_audio_maps(target),
        *("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"),
        *_time_arguments(target),
        *("-filter_threads", "1", "-vf", _filters(video, target, profile)),
        *_encoder(target, profile, video),
        *_audio_codec(target),
        *_tags(source, profile),
        *_BITEXACT,
        *("-abort_on", "empty_output_stream"),
        *("-stats_enc_pre:v:0", SOURCE_TIMES, "-stats_enc_pre_fmt:v:0", "{tbi} {ptsi} {tb} {pts}"),
        *_sound_times(target, SOURCE_SOUND_TIMES),
        *("-f", "tee", _tee(output, profile)),
        *_audio_witness(target, SOURCE_AUDIO),
    )


def play_arguments(target: Target, profile: ProfileSpec, *, proxy: str) -> tuple[str, ...]:
    """Return the command that decodes a whole proxy and writes its witness files."""
    tracks = range(len(target.audio))
    return (
        *_FRONT,
        *_input(proxy),
        # The file's own clock: on one that counts in frames, two close pictures would meet.
        *("-map", "0:v:0", "-fps_mode:v", "passthrough", "-enc_time_base:v", "demux"),
        *("-f", "null", "-"),
        *("-map", "0:v:0", "-c:v", "copy", *_form_of_packets(profile), *_BITEXACT),
        *("-f", "framehash", "-hash", "crc32", f"file:{PROXY_PACKETS}"),
        # A missing track is left to the comparison, which names it.
        *_sound_times(target, PROXY_SOUND_TIMES),
        *_pcm_hash([f"0:a:{track}?" for track in tracks], target, PROXY_AUDIO),
    )


_ONE_FORM = "filter_units=pass_types=1-31"
"""Rewrites H.264 packets in one form, whether a container keeps lengths or start codes."""


def _form_of_packets(profile: ProfileSpec) -> tuple[str, ...]:
    verbatim = ENCODERS[profile.video.encoder].stores_packets_verbatim
    return () if verbatim else ("-bsf:v", _ONE_FORM)


def _sound_times(target: Target, name: str) -> tuple[str, ...]:
    """For each stream: the time of every block of sound, and how many samples it has."""
    return tuple(
        part
        for track in range(len(target.audio))
        for part in (
            *(f"-stats_enc_pre:a:{track}", name.format(track)),
            *(f"-stats_enc_pre_fmt:a:{track}", "{tb} {pts} {samp}"),
        )
    )


def _input(path: str) -> tuple[str, ...]:
    return (
        "-xerror",
        *("-protocol_whitelist", "file", "-format_whitelist", FORMATS),
        *("-max_pixels", str(MAX_PIXELS), "-threads", THREADS),
        *("-i", f"file:{path}"),
    )


def _audio_maps(target: Target) -> tuple[str, ...]:
    return tuple(
        argument
        for audio in target.audio
        for argument in ("-map", f"0:{audio.source_stream_index}")
    )


def _time_arguments(target: Target) -> tuple[str, ...]:
    # Passthrough: neither a picture more nor one less. A variable rate keeps the source's clock;
    # a constant one counts in frames, which also evens out a clock that is coarser than a frame.
    keep = ("-enc_time_base:v", "demux")
    even = ("-enc_time_base:v", f"{target.frame_rate.denominator}/{target.frame_rate.numerator}")
    return ("-fps_mode:v", "passthrough", *(keep if target.variable_frame_rate else even))


def _filters(video: VideoStream, target: Target, profile: ProfileSpec) -> str:
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
        f"format={profile.video.pixel_format}",
    ]
    # The first field is the one that was probed: single pictures may be flagged otherwise.
    parity = "tff" if video.field_order == "top_first" else "bff"
    if fields:
        chain.append(f"setfield={parity}")
    elif video.field_order in ("top_first", "bottom_first"):
        chain.insert(0, f"bwdif=mode=send_frame:parity={parity}:deint=all")
    return ",".join(chain)


_SAME_COEFFICIENTS = frozenset({"bt470bg", "smpte170m"})
_SCALE_NAMES = MappingProxyType({"bt2020nc": "bt2020", "bt2020c": "bt2020"})


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


def _encoder(target: Target, profile: ProfileSpec, video: VideoStream) -> tuple[str, ...]:
    settings = profile.video
    encoder = ENCODERS[settings.encoder]
    flags = "+bitexact"
    if target.field_order in ("top_first", "bottom_first"):
        flags = f"{encoder.interlaced_flags}+bitexact"
    if not encoder.stores_packets_verbatim:
        flags += "+global_header"
    threads = THREADS if settings.threads is None else str(settings.threads)
    values = {setting.name: setting.value for setting in settings.settings}
    if settings.encoder == "libx264" and target.field_order == "bottom_first":
        # Left to follow the pictures, x264 marks every other one as top first (measured).
        values["x264-params"] += ":bff=1"
    return (
        *("-c:v", settings.encoder),
        *(part for name, value in values.items() for part in (f"-{_option(name)}", value)),
        *("-threads:v", threads, "-flags:v", flags),
    )


def _option(name: str) -> str:
    return name if name == "x264-params" else f"{name}:v"


def _audio_codec(target: Target) -> tuple[str, ...]:
    if not target.audio:
        return ()
    return ("-c:a", target.audio[0].codec, "-flags:a", "+bitexact")


def _tags(source: Source, profile: ProfileSpec) -> tuple[str, ...]:
    tags: tuple[str, ...] = ()
    if source.timecode is not None:
        tags += ("-metadata", f"timecode={source.timecode.start}")
    if source.reel is not None and profile.container == "mov":
        tags += ("-metadata:s:v:0", f"reel_name={source.reel}")
    if source.reel is not None and profile.container == "mxf":
        tags += ("-metadata", f"reel_name={source.reel}")
    return tags


def _tee(output: str, profile: ProfileSpec) -> str:
    """Two sinks for the same packets: the proxy, and a checksum of each picture's packet."""
    # Each backslash survives two readings: the list of sinks and the option string of one.
    escaped = "".join(f"\\{c}" if c in "\\'|[] \t" else c for c in f"file:{output}")
    options = f"f={_MUXERS[profile.container]}:fflags=+bitexact"
    form = _form_of_packets(profile)
    rewritten = f":bsfs/v={form[1]}" if form else ""
    witness = f"[f=framehash:hash=crc32:fflags=+bitexact:select=v{rewritten}]"
    return f"[{options}]{escaped}|{witness}file:{ENCODED_PACKETS}"


def _audio_witness(target: Target, name: str) -> tuple[str, ...]:
    return _pcm_hash([f"0:{audio.source_stream_index}" for audio in target.audio], target, name)


def _pcm_hash(streams: list[str], target: Target, name: str) -> tuple[str, ...]:
    """Hash the decoded sound of each stream, as PCM of the proxy's own kind."""
    if not streams:
        return ()
    maps = [part for stream in streams for part in ("-map", stream)]
    codec = ("-c:a", target.audio[0].codec, "-flags:a", "+bitexact")
    return (*maps, *codec, "-f", "streamhash", "-hash", "sha256", f"file:{name}")
