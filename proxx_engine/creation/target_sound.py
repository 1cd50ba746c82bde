"""What the proxy's sound must be: PCM keeps all, a codec with loss takes what it can. Pure."""

from __future__ import annotations

from proxx_engine.errors import ProbeError
from proxx_engine.spec.job_spec import TargetAudio
from proxx_engine.spec.media import AudioStream
from proxx_engine.spec.profile import AudioSettings, ProfileSpec
from proxx_engine.spec.sound_codecs import SOUND_CODECS, SoundCodec

_MXF_SAMPLE_RATE = 48000
_UNNAMED = ("mono", "stereo")
"""What one or two channels without a name are taken for."""
_INSTEAD = "use a profile with PCM sound"


def target_sound(stream: AudioStream, profile: ProfileSpec) -> TargetAudio:
    """Return what becomes of one stream. Raises: ProbeError with the reason to leave it out."""
    codec = SOUND_CODECS[profile.audio.codec]
    if profile.container == "mxf" and stream.sample_rate != _MXF_SAMPLE_RATE:
        detail = f"its sound has {stream.sample_rate} samples a second; MXF takes only 48000"
        raise ProbeError("SOURCE_UNREADABLE", f"{detail}; use a MOV profile")
    rate = codec.resampled_to or stream.sample_rate
    if codec.sample_rates is not None and rate not in codec.sample_rates:
        detail = f"its sound has {rate} samples a second, which {profile.audio.codec} cannot hold"
        raise ProbeError("SOURCE_UNREADABLE", f"{detail}; {_INSTEAD}")
    return TargetAudio(
        source_stream_index=stream.stream_index,
        codec=profile.audio.codec,
        channels=stream.channels,
        layout=_layout(stream, codec, profile),
        sample_rate=rate,
        source_file_index=stream.file_index,
        bit_rate=_bit_rate(stream, codec, profile.audio, rate),
    )


def _layout(stream: AudioStream, codec: SoundCodec, profile: ProfileSpec) -> str | None:
    if codec.layouts is None:
        return stream.layout
    named = codec.layouts.get(stream.layout or "")
    if named is not None:
        return named
    unnamed = stream.layout in (None, f"{stream.channels} channels")
    if unnamed and stream.channels <= len(_UNNAMED):
        return _UNNAMED[stream.channels - 1]
    what = f"{stream.channels} channels without a layout" if unnamed else f"{stream.layout}"
    detail = f"its sound is {what}, which {profile.audio.codec} cannot hold"
    raise ProbeError("SOURCE_UNREADABLE", f"{detail}; {_INSTEAD}")


def _bit_rate(
    stream: AudioStream, codec: SoundCodec, settings: AudioSettings, rate: int
) -> int | None:
    if settings.kilobits_per_channel is None:
        return None
    a_channel = min(settings.kilobits_per_channel * 1000, codec.most_bits_a_sample * rate)
    return a_channel * stream.channels
