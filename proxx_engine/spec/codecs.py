"""Which codecs, containers and encoder settings exist: tables, no decisions.

Pairs are those of the governing document; settings and what is known of their bytes are from
measurement (see each profile's `why`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
class Encoding:
    """How FFmpeg makes one codec, and what a probe then shows of it."""

    encoder: str
    """FFmpeg's encoder. One encoder may make several codecs, by other rules."""
    pixel_formats: tuple[str, ...]
    settings: Mapping[str, str]
    """Setting name → pattern of its allowed values. Nothing else reaches the command."""
    codec_name: str
    """FFmpeg's name of the codec it writes."""
    profiles: Mapping[str, str]
    """Value of the setting `profile`, else pixel format → the profile that a probe shows."""
    decoded_as: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Pixel format as encoded → as decoded, where FFmpeg's decoder gives another."""
    intra_profile: str | None = None
    """The profile that a probe shows where every picture is a key picture, if it is another."""
    alpha: bool = False
    """Whether it can hold alpha, in the pixel format `yuva…` of its `yuv…`."""
    pin: tuple[str, str] | None = None
    """Setting and pattern that pin the threads; None where they never change bytes."""
    one_form: str | None = None
    """Bitstream filter that brings packets that containers rewrite into one form; None where
    containers hold them byte for byte.
    """
    global_header: bool = False
    """Whether the codec's header goes into the container's, and not before key pictures."""
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Container → codec tag, where FFmpeg's own choice is not what players want."""
    color_tags: Mapping[str, frozenset[str]] | None = None
    """The `primaries` and `transfer` that its header states; None for all. MOV states the others,
    but only where primaries, transfer and matrix are all known (measured).
    """
    states_pixel_aspect: bool = True
    """Whether its own header does. Where neither that nor the container states it as a ratio,
    pixels are made square.
    """
    interlaced_flags: str | None = None
    """Encoder flags that keep fields; None where it cannot."""
    matrices: frozenset[str] | None = None
    """Matrices that its header stores; None for all. Any other is converted (measured)."""
    unstated_range: str = "unknown"
    """The colour range that the codec means when its header states none."""
    states_length: bool = True
    """Whether the encoder says how long each picture is shown; else the container takes it from
    the next one, and of the last from the average (measured).
    """
    least_raster: tuple[int, int] = (2, 2)
    """Smallest width and height that the encoder takes (measured)."""
    fixed_rasters: bool = False
    """Whether raster, rate and fields are those of a table that fixes the bit rate (DNxHD)."""


def _frozen(**values: str) -> Mapping[str, str]:
    return MappingProxyType({name.replace("_", "-"): value for name, value in values.items()})


_CRF = "[0-9]|[1-4][0-9]|5[01]"
_GROUP = "[1-9][0-9]{0,2}"


def _prores(number: str, name: str) -> Encoding:
    return Encoding(
        encoder="prores_aw",
        pixel_formats=("yuv422p10le",),
        settings=_frozen(profile=number, vendor="apl0"),
        codec_name="prores",
        profiles=MappingProxyType({number: name}),
        interlaced_flags="+ildct",
        matrices=frozenset({"bt709", "smpte170m", "bt2020nc", "unknown"}),
        color_tags=MappingProxyType(
            {
                "primaries": frozenset(
                    {"bt709", "bt470bg", "smpte170m", "bt2020", "smpte431", "smpte432"}
                ),
                "transfer": frozenset({"bt709", "smpte2084", "arib-std-b67"}),
            }
        ),
    )


_DNXHR = Encoding(
    encoder="dnxhd",
    pixel_formats=("yuv422p",),
    settings=_frozen(profile="dnxhr_(lb|sq|hq)", dct="int"),
    codec_name="dnxhd",
    profiles=MappingProxyType(
        {"dnxhr_lb": "DNXHR LB", "dnxhr_sq": "DNXHR SQ", "dnxhr_hq": "DNXHR HQ"}
    ),
    color_tags=MappingProxyType({"primaries": frozenset(), "transfer": frozenset()}),
    states_pixel_aspect=False,
    matrices=frozenset({"bt709"}),
    least_raster=(256, 120),
)

ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        "prores_proxy": _prores("0", "Proxy"),
        "prores_lt": _prores("1", "LT"),
        "prores_standard": _prores("2", "Standard"),
        "prores_hq": _prores("3", "HQ"),
        "prores_4444": replace(
            _prores("4", "4444"),
            pixel_formats=("yuv444p10le",),
            decoded_as=MappingProxyType(
                {"yuv444p10le": "yuv444p12le", "yuva444p10le": "yuva444p12le"}
            ),
            alpha=True,
        ),
        "dnxhr": _DNXHR,
        "dnxhd": replace(
            _DNXHR,
            settings=_frozen(profile="dnxhd", dct="int"),
            profiles=MappingProxyType({"dnxhd": "DNXHD"}),
            interlaced_flags="+ildct",
            fixed_rasters=True,
        ),
        "h264": Encoding(
            encoder="libx264",
            pixel_formats=("yuv420p",),
            settings=_frozen(
                preset="ultrafast|superfast|veryfast|faster|fast|medium",
                crf=_CRF,
                g=_GROUP,
                bf="0",
                x264_params="threads=[1-8]:cpu-independent=1",
            ),
            codec_name="h264",
            profiles=MappingProxyType({}),
            pin=("x264-params", r"threads=(\d)"),
            one_form="filter_units=pass_types=1-31",
            global_header=True,
            interlaced_flags="+ildct+ilme",
            unstated_range="tv",  # ITU-T H.264, E.2.1: video_full_range_flag is taken as 0
        ),
        "h265": Encoding(
            encoder="libx265",
            pixel_formats=("yuv420p", "yuv420p10le"),
            settings=_frozen(
                preset="ultrafast|superfast|veryfast|faster|fast|medium",
                crf=_CRF,
                g=_GROUP,
                x265_params="log-level=error:info=0:bframes=0:scenecut=0:open-gop=0"
                ":pools=[1-8]:frame-threads=[1-4]",
            ),
            codec_name="hevc",
            profiles=_frozen(yuv420p="Main", yuv420p10le="Main 10"),
            intra_profile="Rext",  # Main Intra and Main 10 Intra
            pin=("x265-params", r"pools=(\d)"),
            one_form="filter_units=remove_types=32-34",  # parameter sets: MOV keeps only one
            global_header=True,
            tags=_frozen(mov="hvc1", mp4="hvc1"),
            unstated_range="tv",  # ITU-T H.265, E.3.1: likewise
            least_raster=(16, 16),
        ),
        "vp9": Encoding(
            encoder="libvpx-vp9",
            pixel_formats=("yuv420p",),
            settings=_frozen(
                deadline="realtime|good",
                cpu_used="[4-8]",
                crf="[0-9]|[1-5][0-9]|6[0-3]",
                b="0",
                g=_GROUP,
                lag_in_frames="0",
                auto_alt_ref="0",
                row_mt="0",
            ),
            codec_name="vp9",
            profiles=_frozen(yuv420p="Profile 0"),
            states_pixel_aspect=False,
            pin=("row-mt", "0"),
            matrices=frozenset(
                {"bt709", "bt470bg", "smpte170m", "smpte240m", "bt2020nc", "unknown"}
            ),
        ),
        "av1": Encoding(
            encoder="libsvtav1",
            pixel_formats=("yuv420p", "yuv420p10le"),
            settings=_frozen(
                preset="[4-9]|1[0-3]",
                crf="[1-9]|[1-5][0-9]|6[0-3]",
                g=_GROUP,
                svtav1_params="lp=[1-6]",
            ),
            codec_name="av1",
            profiles=_frozen(yuv420p="Main", yuv420p10le="Main"),
            states_pixel_aspect=False,
            pin=("svtav1-params", r"lp=(\d)"),
            one_form="filter_units=remove_types=2",  # temporal delimiters, which containers drop
            global_header=True,
            states_length=False,
        ),
    }
)
"""Codec → how it is made. `hevc` is read as `h265` everywhere."""

ASPECT_HOLDERS: tuple[Container, ...] = ("mov", "mp4")
"""Containers that state the shape of a pixel as a ratio. MXF states none for DNxHD; Matroska and
WebM state the picture's size in whole pixels (measured: 59:54 comes back as 131:120).
"""

COLOR_TAGS_HELD: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        ("mxf", "primaries"): MappingProxyType(
            dict.fromkeys(("bt470m", "film", "ebu3213"), "unknown") | {"smpte240m": "smpte170m"}
        ),
        ("mxf", "transfer"): MappingProxyType(
            dict.fromkeys(("iec61966-2-1", "log100", "log316", "bt470bg"), "unknown")
            | {"smpte170m": "bt709", "bt2020-12": "bt2020-10"}
        ),
    }
)
"""Container and colour tag → values that it cannot hold, and the equal that it holds (ITU-T H.273
gives both the same formula), or none (measured).
"""
