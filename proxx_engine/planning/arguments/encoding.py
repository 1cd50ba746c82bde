"""How pictures and sound are encoded, tagged and put into the proxy's container. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.planning.arguments.inputs import THREADS
from proxx_engine.planning.arguments.witnesses import (
    ENCODED_PACKETS,
    ENCODED_SOUND,
    filtered_sound,
    sound_proof,
)
from proxx_engine.spec.codecs import ENCODINGS
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS, UNNAMED_SOUND

_MUXERS = MappingProxyType(
    {"mov": "mov", "mp4": "mp4", "mkv": "matroska", "webm": "webm", "mxf": "mxf"}
)


def picture_encoder(target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the encoder of the pictures with every setting."""
    settings, encoding = profile.video, ENCODINGS[profile.codec]
    flags = "+bitexact"
    if target.field_order in ("top_first", "bottom_first"):
        flags = f"{encoding.interlaced_flags}+bitexact"
    if encoding.global_header:
        flags += "+global_header"
    threads = THREADS if settings.threads is None else str(settings.threads)
    values = {setting.name: setting.value for setting in settings.settings}
    if target.bit_rate is not None:
        values["b"] = str(target.bit_rate)
    if settings.encoder == "libx264" and target.field_order == "bottom_first":
        # Left to follow the pictures, x264 marks every other one as top first (measured).
        values["x264-params"] += ":bff=1"
    tag = encoding.tags.get(profile.container)
    return (
        *("-c:v", settings.encoder),
        *(part for name, value in values.items() for part in (f"-{_option(name)}", value)),
        *("-threads:v", threads, "-flags:v", flags),
        *(("-tag:v", tag) if tag else ()),
    )


def _option(name: str) -> str:
    return name if name.endswith("-params") else f"{name}:v"


def sound_encoder(source: Source, target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the encoder of all streams of sound, and what each of them is given."""
    if not target.audio:
        return ()
    name = target.audio[0].codec
    codec, filters = SOUND_CODECS[name], filtered_sound(source, target, profile)
    if codec.bytes_a_sample is not None:
        return (*filters, "-c:a", name, "-flags:a", "+bitexact")
    each = tuple(
        part
        for track, audio in enumerate(target.audio)
        for part in (
            *(f"-b:a:{track}", str(audio.bit_rate)),
            *(f"-ar:a:{track}", str(audio.sample_rate)),
            *(f"-channel_layout:a:{track}", str(audio.layout)),
        )
    )
    flags = ("-flags:a", "+bitexact+global_header")
    return (*filters, "-c:a", name, *codec.settings, *each, *flags)


def tags(source: Source, target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the tags that editing needs: timecode, reel, names of sound."""
    written: tuple[str, ...] = ()
    if source.timecode is not None:
        written += ("-metadata", f"timecode={source.timecode.start}")
    if source.reel is not None and profile.container == "mov":
        written += ("-metadata:s:v:0", f"reel_name={source.reel}")
    if source.reel is not None and profile.container == "mxf":
        written += ("-metadata", f"reel_name={source.reel}")
    if profile.container not in UNNAMED_SOUND:
        for track, audio in enumerate(target.audio):
            if audio.name is not None:
                written += (f"-metadata:s:a:{track}", f"title={audio.name}")
    return written


def form_of_packets(profile: ProfileSpec) -> tuple[str, ...]:
    """Return what makes packets comparable that a container rewrites."""
    form = ENCODINGS[profile.codec].one_form
    return ("-bsf:v", form) if form else ()


def sinks(output: str, target: Target, profile: ProfileSpec) -> str:
    """Where the same packets go: the proxy, and a checksum of each picture's packet; of sound that
    is coded with loss, also of each of its packets.
    """
    # Each backslash survives two readings: the list of sinks and the option string of one.
    escaped = "".join(f"\\{c}" if c in "\\'|[] \t" else c for c in f"file:{output}")
    form = form_of_packets(profile)
    rewritten = f":bsfs/v={form[1]}" if form else ""
    checksums = "f=framehash:hash=crc32:fflags=+bitexact"
    places = [
        f"[f={_MUXERS[profile.container]}:fflags=+bitexact]{escaped}",
        f"[{checksums}:select=v{rewritten}]file:{ENCODED_PACKETS}",
    ]
    if target.audio and sound_proof(profile) == "heard":
        places.append(f"[{checksums}:select=a]file:{ENCODED_SOUND}")
    return "|".join(places)
