"""How a look is made: flips; a LUT, in RGB of 16 bits, from and to stated values. Pure.

All of it after scaling. There a LUT costs by the pixel (1080p to 540p: a third of what it costs
before), and editing programs do so. Packed RGB, because FFmpeg interpolates planar RGB differently
on every generation of processor, and packed RGB by one portable piece of code (measured,
-cpuflags).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proxx_engine.spec.job_spec import Framing, Rectangle, Target
from proxx_engine.spec.profile import DataLevel, Look, Lut

TABLE_FILE = "look.cube"
"""In the private working folder, so that the command is the same everywhere."""
_FLIPS: Mapping[str | None, tuple[str, ...]] = MappingProxyType(
    {"horizontal": ("hflip",), "vertical": ("vflip",), "both": ("hflip", "vflip")}
)
_FULL_BY_KIND = "yuvj"
_FILTERS = MappingProxyType({"1d": "lut1d", "3d": "lut3d"})
_INTERPOLATIONS = MappingProxyType({"1d": "linear", "3d": "tetrahedral"})
_MIDDLE = 32768
# Luma spans 876 of 10 bits and chroma 896 (ITU-R BT.709); full range spans the same for both.
_LUMA, _CHROMA = 876, 896
# Of 16 bits. swscale's white is that of 8 bits, shifted (measured: 1.0 came back as 943 of 10
# bits, not 940); 1023 of 10 bits, shifted, is not quite the last value either.
_LAST, _SHIFTED_WHITE, _SHIFTED_1023 = 65535, 255 << 8, 1023 << 6
_NOT_OF_A_LOOK = ("MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DYNAMIC_HDR_PLUS")
"""What a picture of high dynamic range carries, and one that a look has made does not."""


def flip(look: Look | None) -> tuple[str, ...]:
    """Return the filters that mirror a picture."""
    return _FLIPS.get(look.flips, ()) if look else ()


def take(framing: Framing | None) -> tuple[str, ...]:
    """Return the filter that takes a part of the source's picture, where it is not all of it."""
    return (_cut(framing.taken),) if framing and framing.taken else ()


def place(target: Target) -> tuple[str, ...]:
    """Return the filters that put black around a picture of the proxy's size, or of a smaller."""
    framing = target.framing
    if framing is None:
        return ()
    placed, seen = framing.placed, framing.seen
    larger = f"pad=w={target.width}:h={target.height}"
    return (
        *((f"{larger}:x={placed.left}:y={placed.top}",) if placed else ()),
        *(_blacken(part, target) for part in (placed, seen) if part),
    )


def _cut(part: Rectangle) -> str:
    return f"crop=w={part.width}:h={part.height}:x={part.left}:y={part.top}:exact=1"


def _blacken(part: Rectangle, target: Target) -> str:
    # pad's black is tinted in more than 8 bits (measured: 514 for 512); drawbox makes 8 of them.
    right = target.width - part.left - part.width
    bottom = target.height - part.top - part.height
    borders = f"left={part.left}:right={right}:top={part.top}:bottom={bottom}"
    return f"fillborders={borders}:mode=fixed:color=black"


def relabel(pixel_format: str, level: DataLevel | None) -> tuple[str, ...]:
    """Return what makes a picture plain that is full by its kind, where its values mean video.

    No option of scale and no tag is heard for those (measured: H.264 and MJPEG of phones). From
    full to full every value is copied; only then is it called video.
    """
    if level != "video" or not pixel_format.startswith(_FULL_BY_KIND):
        return ()
    plain = pixel_format.replace(_FULL_BY_KIND, "yuv", 1)
    return ("scale=in_range=pc:out_range=pc", f"format={plain}", "setparams=range=tv")


def apply_lut(lut: Lut, *, size: str, flags: str, matrix: str, out_matrix: str, alpha: bool) -> str:
    """Return the filters from a picture of any kind to one in video range, any YUV format behind.

    `size` is scale's options for the raster and for how values are read, `flags` those of every
    conversion; `matrix` is the picture's, `out_matrix` the proxy's, in scale's words.
    """
    packed, planar = ("rgba64le", "yuva444p16le") if alpha else ("rgb48le", "yuv444p16le")
    table = (
        f"{_FILTERS[lut.table]}=file={TABLE_FILE}:interp={_INTERPOLATIONS[lut.table]}",
        *(f"sidedata=mode=delete:type={kind}" for kind in _NOT_OF_A_LOOK),
    )
    if lut.range == "pc":
        return ",".join(
            (
                f"scale={size}:{flags}:in_color_matrix={matrix}",
                f"format={packed}",
                _values_times(_LAST, _SHIFTED_WHITE),
                *table,
                _values_times(_SHIFTED_WHITE, _LAST),
                f"scale={flags}:out_color_matrix={out_matrix}:out_range=tv",
            )
        )
    # Code values stay where they are: black at 64, white at 940, and what lies beyond is kept.
    # Read as full range, chroma must be narrowed to luma's span first, and widened afterwards.
    return ",".join(
        (
            f"scale={size}:{flags}:in_color_matrix={matrix}:out_color_matrix={matrix}:out_range=tv",
            f"format={planar}",
            _chroma_times(_LUMA, _CHROMA),
            f"scale={flags}:in_color_matrix={matrix}:in_range=pc",
            f"format={packed}",
            _values_times(_LAST, _SHIFTED_1023),
            *table,
            _values_times(_SHIFTED_1023 * _SHIFTED_WHITE, _LAST * _LAST),
            f"scale={flags}:out_color_matrix={out_matrix}:out_range=pc",
            f"format={planar}",
            _chroma_times(_CHROMA, _LUMA),
            f"scale={flags}:in_color_matrix={out_matrix}:out_color_matrix={out_matrix}"
            ":in_range=tv:out_range=tv",
        )
    )


def _values_times(over: int, under: int) -> str:
    scaled = f"round(val*{over}/{under})"
    return f"lutrgb=r={scaled}:g={scaled}:b={scaled}"


def _chroma_times(over: int, under: int) -> str:
    # Luma is named too: left out, it would be clipped to black and white.
    scaled = f"round((val-{_MIDDLE})*{over}/{under})+{_MIDDLE}"
    return f"lutyuv=y=val:u={scaled}:v={scaled}"
