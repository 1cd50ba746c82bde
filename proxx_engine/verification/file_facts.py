"""What a proxy's file says of itself, compared one by one: whatever engine made it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from proxx_engine._engines.contract import ProxyWitness
from proxx_engine.results.checks import Check
from proxx_engine.spec.color_names import MATRICES, PRIMARIES, RANGES, TRANSFERS, UNKNOWN
from proxx_engine.spec.model import format_rational
from proxx_engine.verification.comparing import same, true


def file_there(size_bytes: int) -> Check:
    """Whether there is a file that is not empty."""
    return true("file", "exists, more than 0 bytes", f"{size_bytes} bytes", size_bytes > 0)


def plays(proxy: ProxyWitness) -> Check:
    """Whether the whole proxy decodes."""
    wanted = "decodes to its end without an error"
    if proxy.exit_code == 0 and not proxy.messages and not proxy.video.errors:
        return true("plays", wanted, wanted, True)
    said = proxy.messages[0] if proxy.messages else f"exit code {proxy.exit_code}"
    return true("plays", wanted, said, False)


def container(expected: str, facts: dict[str, Any]) -> Check:
    """One demuxer reads MOV and MP4; the file's own brand tells them apart."""
    brand = facts["metadata"].get("major_brand", "no brand").strip()
    holds = expected in facts["format"].split(",")
    if expected in ("mov", "mp4"):
        holds = holds and (brand == "qt") is (expected == "mov")
    return true("container", expected, f"{facts['format']} ({brand})", holds)


def tag(facts: dict[str, Any], name: str) -> str | None:
    """Return a tag that may stand on the file or on any stream, in any case."""
    for metadata in (facts["metadata"], *(stream["metadata"] for stream in facts["streams"])):
        for key, value in metadata.items():
            if key.casefold() == name:
                return str(value)
    return None


_STATED_ORDERS = MappingProxyType(
    {1: "progressive", 2: "top_first", 3: "bottom_first", 4: "top_first", 5: "bottom_first"}
)
"""libavcodec's AVFieldOrder; 0 states nothing. 4 and 5 say how woven fields lie in the picture."""


def order_of_fields(picture: dict[str, Any], video: dict[str, Any]) -> str | None:
    """Return what the first picture says, and the file's word where that is another."""
    if not picture:
        return None
    fields = "top_first" if picture["top_first"] else "bottom_first"
    order = fields if picture["interlaced"] else "progressive"
    stated = _STATED_ORDERS.get(video["field_order"], order)
    return order if stated == order else f"{order}, but the file says {stated}"


def geometry(
    facts: dict[str, Any],
    *,
    raster: tuple[int, int],
    pixel_aspect: Fraction,
    display_aspect: Fraction,
    rotation: int,
    field_order: str,
) -> Iterator[Check]:
    """Compare how large the picture is, of what shape, which way up, and whether it is woven."""
    video = picture_of(facts)
    width, height = video.get("width") or 1, video.get("height") or 1
    aspect = Fraction(video.get("sample_aspect_ratio") or "1/1")
    picture = facts["first_picture"] or {}
    yield same("raster", f"{raster[0]}x{raster[1]}", f"{width}x{height}")
    yield same("pixel_aspect_ratio", format_rational(pixel_aspect), format_rational(aspect))
    shown = aspect * Fraction(width, height)
    yield same("display_aspect_ratio", format_rational(display_aspect), format_rational(shown))
    turned = picture.get("rotation")
    yield same("rotation", rotation, None if turned is None else -turned % 360)
    yield same("field_order", field_order, order_of_fields(picture, video))


def picture_of(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the probe's facts of the picture; empty where there is none."""
    streams = facts["streams"]
    return next((s for s in streams if s["type"] == "video" and "codec" in s), {})


def stated_color(facts: dict[str, Any], *, unstated_range: str) -> Iterator[tuple[str, str]]:
    """Yield each colour tag's name and value, as the file and its pictures state them."""
    video, picture = picture_of(facts), facts["first_picture"] or {}
    names = ("primaries", "transfer", "matrix", "range")
    for name, table in zip(names, (PRIMARIES, TRANSFERS, MATRICES, RANGES), strict=True):
        actual = table.get(video.get(name, -1), UNKNOWN)
        shown = table.get(picture.get(name, -1), actual)
        if shown != actual:
            actual = f"{actual}, but its pictures say {shown}"
        if name == "range" and actual == UNKNOWN:
            actual = unstated_range
        yield name, actual
