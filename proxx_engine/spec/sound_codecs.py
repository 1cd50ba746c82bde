"""Which codecs of sound exist, where they go, and what they take: a table, no decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class SoundCodec:
    """One kind of sound."""

    containers: tuple[str, ...]
    codec_name: str
    """FFmpeg's name of the codec it writes."""
    bytes_a_sample: int | None
    """Of PCM, which is proven sample by sample; None where sound is coded with loss."""
    any_cpu: bool = True
    """Whether its bytes were measured to be equal on every CPU."""
    settings: tuple[str, ...] = ()
    sample_rates: tuple[int, ...] | None = None
    """Rates that it takes; None for all."""
    resampled_to: int | None = None
    """The one rate that every other is brought to."""
    layouts: Mapping[str, str] | None = None
    """Channel layouts that it takes → as it holds them; None for all, and for none at all."""
    most_bits_a_sample: int = 0
    """Largest bit rate of a channel, over its sample rate."""


_LAYOUTS = MappingProxyType({name: name for name in ("mono", "stereo", "3.0", "5.1")})

SOUND_CODECS: Mapping[str, SoundCodec] = MappingProxyType(
    {
        "pcm_s16le": SoundCodec(("mov", "mkv", "mxf"), "pcm_s16le", 2),
        "pcm_s24le": SoundCodec(("mov", "mkv", "mxf"), "pcm_s24le", 3),
        "aac": SoundCodec(
            # Not MKV: it has no field for where the last packet ends, up to 1023 samples late.
            containers=("mp4", "mov"),
            codec_name="aac",
            bytes_a_sample=None,
            any_cpu=False,
            settings=("-aac_coder", "twoloop"),
            sample_rates=(
                *(96000, 88200, 64000, 48000, 44100, 32000, 24000),
                *(22050, 16000, 12000, 11025, 8000, 7350),
            ),
            # Layouts of the standard's own table (ISO/IEC 14496-3, channelConfiguration 1 to 6).
            layouts=MappingProxyType(
                _LAYOUTS | {"4.0": "4.0", "5.0": "5.0", "5.0(side)": "5.0", "5.1(side)": "5.1"}
            ),
            most_bits_a_sample=6,  # 6144 bits for each channel of 1024 samples
        ),
        "libopus": SoundCodec(
            containers=("webm", "mkv"),
            codec_name="opus",
            bytes_a_sample=None,
            any_cpu=False,
            settings=("-application", "audio", "-vbr", "on", "-frame_duration", "20"),
            resampled_to=48000,
            # FFmpeg 9.0 gives back 5.0 and 6.1 with channels in another order (measured).
            layouts=MappingProxyType(_LAYOUTS | {"quad": "quad", "5.1(side)": "5.1", "7.1": "7.1"}),
            most_bits_a_sample=5,
        ),
    }
)
"""Codecs of sound. PCM does not go into MP4, whose players do not read it."""

UNNAMED_SOUND = frozenset({"mxf"})
"""Containers whose muxer writes no names of tracks (measured: MOV, MP4, MKV and WebM keep them)."""

_BITS = MappingProxyType({"16": 16, "24": 24, "32": 32, "64": 64})
_EXACT = ("pcm_s", "pcm_u", "flac", "alac", "mp2", "wavpack", "tta", "adpcm_")
"""How sound codecs begin whose decoders compute in whole numbers: equal bytes on every CPU."""


def decodes_alike(codec: str) -> bool:
    """Whether a source's sound decodes to equal bytes on every CPU (measured for AAC, AC-3, MP3,
    Opus and Vorbis, which do not, and for PCM, FLAC, ALAC and MP2, which do).
    """
    return codec.startswith(_EXACT)


def finer_samples(source: str, target: str) -> str | None:
    """Return what PCM of a source has that PCM of the proxy rounds off; None where nothing."""
    if not (source.startswith("pcm_") and target.startswith("pcm_")):
        return None
    if source.startswith("pcm_f"):
        return "samples in floating point, which are cut at full scale"
    before, after = (
        next((bits for text, bits in _BITS.items() if text in name), 0) for name in (source, target)
    )
    return f"samples of {before} bit" if before > after else None
