"""Which codecs, containers and encoder settings exist: tables, no decisions.

Pairs are those of the governing document; settings and what is known of their bytes are from
measurement (see each profile's `why`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

CodecId = Literal[
    "prores_proxy",
    "prores_lt",
    "prores_standard",
    "prores_hq",
    "prores_4444",
    "h264",
    "h265",
    "hevc",
    "dnxhd",
    "dnxhr",
    "vp9",
    "av1",
]
Container = Literal["mov", "mp4", "mkv", "mxf", "webm"]
Engine = Literal["ffmpeg", "resolve"]

CODEC_IDS: tuple[str, ...] = get_args(CodecId)

CONTAINERS: Mapping[str, tuple[Container, ...]] = MappingProxyType(
    {
        "prores_proxy": ("mov",),
        "prores_lt": ("mov",),
        "prores_standard": ("mov",),
        "prores_hq": ("mov",),
        "prores_4444": ("mov",),
        "h264": ("mp4", "mov", "mkv"),
        "h265": ("mp4", "mov", "mkv"),
        "hevc": ("mp4", "mov", "mkv"),
        "dnxhd": ("mov", "mxf"),
        "dnxhr": ("mov", "mxf"),
        "vp9": ("webm", "mkv"),
        "av1": ("mp4", "mkv", "webm"),
    }
)
"""Containers that each codec may stand in (governing document: supported codecs)."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """What one FFmpeg encoder may be asked for."""

    codecs: tuple[str, ...]
    pixel_formats: tuple[str, ...]
    settings: Mapping[str, str]
    """Setting name → pattern of its allowed values. Nothing else reaches the command."""
    codec_name: str
    """FFmpeg's name of the codec it writes."""
    profiles: Mapping[str, str]
    """Value of the `profile` setting → the profile name that a probe of the proxy shows."""
    threads_change_bytes: bool
    stores_packets_verbatim: bool
    """Whether the container holds the encoder's packets byte for byte."""
    interlaced_flags: str | None
    """Encoder flags that keep fields; None where it cannot."""
    unstated_range: str = "unknown"
    """The colour range that the codec means when its header states none."""


_PRORES = MappingProxyType({"profile": "[0-3]", "vendor": "apl0"})
_X264 = MappingProxyType(
    {
        "preset": "ultrafast|superfast|veryfast|faster|fast|medium",
        "crf": "[0-9]|[1-4][0-9]|5[01]",
        "g": "[1-9][0-9]{0,2}",
        "bf": "0",
        "x264-params": "threads=[1-8]:cpu-independent=1",
    }
)

ENCODERS: Mapping[str, Encoder] = MappingProxyType(
    {
        "prores_aw": Encoder(
            codecs=("prores_proxy", "prores_lt", "prores_standard", "prores_hq"),
            pixel_formats=("yuv422p10le",),
            settings=_PRORES,
            codec_name="prores",
            profiles=MappingProxyType({"0": "Proxy", "1": "LT", "2": "Standard", "3": "HQ"}),
            threads_change_bytes=False,
            stores_packets_verbatim=True,
            interlaced_flags="+ildct",
        ),
        "dnxhd": Encoder(
            codecs=("dnxhr",),
            pixel_formats=("yuv422p",),
            settings=MappingProxyType({"profile": "dnxhr_(lb|sq|hq)", "dct": "int"}),
            codec_name="dnxhd",
            profiles=MappingProxyType(
                {"dnxhr_lb": "DNXHR LB", "dnxhr_sq": "DNXHR SQ", "dnxhr_hq": "DNXHR HQ"}
            ),
            threads_change_bytes=False,
            stores_packets_verbatim=True,
            interlaced_flags=None,
        ),
        "libx264": Encoder(
            codecs=("h264",),
            pixel_formats=("yuv420p",),
            settings=_X264,
            codec_name="h264",
            profiles=MappingProxyType({}),
            threads_change_bytes=True,
            stores_packets_verbatim=False,
            interlaced_flags="+ildct+ilme",
            unstated_range="tv",  # ITU-T H.264, E.2.1: video_full_range_flag is taken as 0
        ),
    }
)

PRORES_PROFILES: Mapping[str, str] = MappingProxyType(
    {"prores_proxy": "0", "prores_lt": "1", "prores_standard": "2", "prores_hq": "3"}
)
"""The `profile` setting that each ProRes codec id means."""

AUDIO_CODECS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pcm_s16le": ("mov", "mkv", "mxf"),
        "pcm_s24le": ("mov", "mkv", "mxf"),
    }
)
"""Audio codecs that can be proven sample by sample, and the containers that take them."""
