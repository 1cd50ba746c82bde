"""A filter chain as a result records it → what is in it, if it is one of ours. Pure.

A result is a file that anybody may have written, and filters can open files: only those that Proxx
writes, with the options that it gives them, are ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_CHAIN = 16_384
MAX_SIDE = 16_384
TABLE = "look.cube"
FONT = "look.ttf"
_TEXT = re.compile(r"look\.[0-6]\.txt")
_LABELS = re.compile(r"(?:\[[a-z]+\])*")
_ENDS = re.compile(r"(?:\[[a-z]+\])*\Z")
_VALUE = re.compile(r"[A-Za-z0-9_.,+*/()%{}@'\\:; -]*")
_COUNTED = r"'%{eif\:n\:d\:6}'"
_PIXEL_FORMAT = re.compile(r"yuva?4(?:20|22|44)p(?:1[026]le)?")
_WORD = re.compile(r"[a-z0-9]+")

_OPTIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(options.split())
        for name, options in {
            "crop": "w h x y exact",
            "scale": "w h flags in_range out_range in_color_matrix out_color_matrix interl",
            "hflip": "",
            "vflip": "",
            "pad": "w h x y",
            "fillborders": "left right top bottom mode color",
            "drawtext": "fontfile textfile expansion text timecode timecode_rate tc24hmax fontsize "
            "fontcolor box boxcolor boxborderw x y y_align",
            "setsar": "sar max",
            "setparams": "color_primaries color_trc colorspace range",
            "format": "0",
            "setfield": "0",
            "bwdif": "mode parity deint",
            "lut1d": "file interp",
            "lut3d": "file interp",
            "sidedata": "mode type",
            "lutrgb": "r g b",
            "lutyuv": "y u v",
            "split": "0",
            "shuffleplanes": "map0 map3",
            "blend": "c3_opacity",
            "fps": "fps round eof_action",
        }.items()
    }
)
"""`0`: one value without a name."""
_LOOK_BEYOND = frozenset({"bwdif", "fps", "drawtext"})
"""They need the pictures before, or count them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What a recorded chain of filters does."""

    text: str
    pixel_format: str
    width: int
    height: int
    aspect: str
    """The filter that states the pixels' shape."""
    looks_beyond: bool
    """Whether a picture depends on others: then none may be left out before it."""
    reads: frozenset[str]
    """Files that it reads in its working folder."""


def read_chain(text: str) -> Chain:
    """Read a chain. Raises: ValueError with what is no chain of ours."""
    if len(text) > MAX_CHAIN:
        raise ValueError(f"{len(text):,} characters of filters")
    named = [_read_filter(part) for branch in _split(text, ";") for part in _split(branch, ",")]
    sizes = [_size(options) for name, options in named if name in ("scale", "pad")]
    whole = [size for size in sizes if size is not None]
    formats = [options.get("0", "") for name, options in named if name == "format"]
    aspects = [options for name, options in named if name == "setsar"]
    if not whole or not formats or not aspects or not _PIXEL_FORMAT.fullmatch(formats[-1]):
        raise ValueError("no raster, pixel format or pixel aspect ratio")
    return Chain(
        text=text,
        pixel_format=formats[-1],
        width=whole[-1][0],
        height=whole[-1][1],
        aspect="setsar=" + ":".join(f"{name}={value}" for name, value in aspects[-1].items()),
        looks_beyond=any(name in _LOOK_BEYOND for name, _options in named),
        reads=frozenset(_files_of(named)),
    )


def _split(text: str, mark: str) -> Iterator[str]:
    """Split as FFmpeg does: not within quotes, not behind a backslash."""
    part, quoted, escaped = "", False, False
    for letter in text:
        if letter == mark and not quoted and not escaped:
            yield part
            part = ""
            continue
        part += letter
        if letter == "'" and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and not escaped and not quoted
    if quoted or escaped:
        raise ValueError("a quote that is not closed")
    yield part


def _read_filter(text: str) -> tuple[str, dict[str, str]]:
    bare = _ENDS.sub("", _LABELS.sub("", text, count=1), count=1)
    name, _equals, rest = bare.partition("=")
    allowed = _OPTIONS.get(name)
    if allowed is None:
        raise ValueError(f"the filter {name[:40]!a}")
    options: dict[str, str] = {}
    for entry in _split(rest, ":") if rest else ():
        key, equals, value = entry.partition("=")
        if not equals:
            key, value = "0", key
        bad = not _WORD.fullmatch(value) if key == "0" else not _VALUE.fullmatch(value)
        if key not in allowed or key in options or bad:
            raise ValueError(f"{key[:40]!a} of the filter {name}")
        options[key] = value
    _check(name, options)
    return name, options


def _check(name: str, options: Mapping[str, str]) -> None:
    """Raises: ValueError where a value would open a file or is none that we write."""
    text = options.get("text")
    bad = (
        ("file" in options) != (name in ("lut1d", "lut3d"))
        or options.get("file", TABLE) != TABLE
        or options.get("fontfile", FONT) != FONT
        or (name == "drawtext" and "fontfile" not in options)
        or not _TEXT.fullmatch(options.get("textfile", "look.0.txt"))
        or ("textfile" in options and options.get("expansion") != "none")
        or (text is not None and text != _COUNTED)
        or (name == "split" and options.get("0") != "2")
    )
    if bad:
        raise ValueError(f"a value of the filter {name}")


def _size(options: Mapping[str, str]) -> tuple[int, int] | None:
    """Return the raster that a filter makes; None where it keeps the one that it is given."""
    if "w" not in options and "h" not in options:
        return None
    sides = [options.get(side, "") for side in ("w", "h")]
    if not all(re.fullmatch(r"[1-9][0-9]{0,4}", side) for side in sides):
        raise ValueError("a raster that is no number")
    width, height = map(int, sides)
    if max(width, height) > MAX_SIDE:
        raise ValueError(f"a raster of {width}x{height}")
    return width, height


def _files_of(named: list[tuple[str, dict[str, str]]]) -> Iterator[str]:
    for _name, options in named:
        yield from (options[key] for key in ("file", "fontfile", "textfile") if key in options)
