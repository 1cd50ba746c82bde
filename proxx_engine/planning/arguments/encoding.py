"""How pictures and sound are encoded, tagged and put into the proxy's container. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.planning.arguments.inputs import THREADS
from proxx_engine.planning.arguments.witnesses import ENCODED_PACKETS
from proxx_engine.spec.codecs import ENCODERS
from proxx_engine.spec.job_spec import Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec

_MUXERS = MappingProxyType(
    {"mov": "mov", "mp4": "mp4", "mkv": "matroska", "webm": "webm", "mxf": "mxf"}
)
_ONE_FORM = "filter_units=pass_types=1-31"
"""Rewrites H.264 packets in one form, whether a container keeps lengths or start codes."""


def picture_encoder(target: Target, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the encoder of the pictures with every setting."""
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


def sound_encoder(target: Target) -> tuple[str, ...]:
    """Return the encoder of all streams of sound."""
    if not target.audio:
        return ()
    return ("-c:a", target.audio[0].codec, "-flags:a", "+bitexact")


def tags(source: Source, profile: ProfileSpec) -> tuple[str, ...]:
    """Return the tags that editing needs: timecode and reel."""
    written: tuple[str, ...] = ()
    if source.timecode is not None:
        written += ("-metadata", f"timecode={source.timecode.start}")
    if source.reel is not None and profile.container == "mov":
        written += ("-metadata:s:v:0", f"reel_name={source.reel}")
    if source.reel is not None and profile.container == "mxf":
        written += ("-metadata", f"reel_name={source.reel}")
    return written


def form_of_packets(profile: ProfileSpec) -> tuple[str, ...]:
    """Return what makes packets comparable that a container rewrites."""
    verbatim = ENCODERS[profile.video.encoder].stores_packets_verbatim
    return () if verbatim else ("-bsf:v", _ONE_FORM)


def two_sinks(output: str, profile: ProfileSpec) -> str:
    """Two sinks for the same packets: the proxy, and a checksum of each picture's packet."""
    # Each backslash survives two readings: the list of sinks and the option string of one.
    escaped = "".join(f"\\{c}" if c in "\\'|[] \t" else c for c in f"file:{output}")
    options = f"f={_MUXERS[profile.container]}:fflags=+bitexact"
    form = form_of_packets(profile)
    rewritten = f":bsfs/v={form[1]}" if form else ""
    witness = f"[f=framehash:hash=crc32:fflags=+bitexact:select=v{rewritten}]"
    return f"[{options}]{escaped}|{witness}file:{ENCODED_PACKETS}"
