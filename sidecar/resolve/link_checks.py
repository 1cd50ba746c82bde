"""A proven proxy against what Resolve says of a clip: whether it fits, in words. Pure.

Resolve says only True or False to a link. It compares the number of frames, the rate and the start
timecode; sound and shape it takes as they come, so that here is where a wrong one is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from proxx_engine import ClipExecutionResult
from sidecar.resolve.project_clips import ClipTold

NO_TIMECODE = "none"
RATE_TOLERANCE = Fraction(1, 100)
"""Frames a second that two ways of writing one rate may differ by: 23.976, 23.98, 24000/1001."""
_CHANNELS = re.compile(r"audio\.(\d+\.)?channels")


@dataclass(frozen=True, slots=True)
class ProxyFacts:
    """What was seen of a proxy when it was proven; None for what was not looked at."""

    frames: int | None
    frame_rate: Fraction | None
    timecode: str | None
    """NO_TIMECODE: it was looked for, and there is none."""
    audio_channels: int | None
    aspect: Fraction | None
    """Width by height, as it is displayed."""
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of the comparison."""

    problem: str | None
    """Why the proxy cannot be linked, for a person; None: nothing speaks against it."""
    unknown: tuple[str, ...]
    """What could not be compared."""


@dataclass(frozen=True, slots=True)
class _Compared:
    what: str
    problem: str | None
    known: bool = True


def facts_of(clip: ClipExecutionResult) -> ProxyFacts:
    """Return what the checks of a completed clip saw of its proxy."""
    checks = clip.verification.checks if clip.verification else ()
    seen = {check.name: check.actual for check in checks}
    raster = _fraction(seen.get("raster", "").replace("x", "/"))
    size = re.fullmatch(r"(\d+)x(\d+)", seen.get("raster", "")) if raster else None
    return ProxyFacts(
        frames=_whole(seen.get("frames.muxed")),
        frame_rate=_fraction(seen.get("frame_rate")),
        timecode=seen.get("timecode"),
        audio_channels=_channels(seen),
        aspect=_fraction(seen.get("display_aspect_ratio")),
        size=(int(size[1]), int(size[2])) if size else None,
    )


def compare(proxy: ProxyFacts, told: ClipTold) -> Fit:
    """Compare a proxy with a clip; what one of them does not tell speaks against nothing."""
    compared = tuple(_comparisons(proxy, told))
    problems = [one.problem for one in compared if one.problem is not None]
    unknown = tuple(one.what for one in compared if not one.known)
    return Fit("; ".join(problems) or None, unknown)


def _comparisons(proxy: ProxyFacts, told: ClipTold) -> Iterator[_Compared]:
    yield _frames(proxy.frames, told.frames)
    yield _rate(proxy.frame_rate, told.frame_rate)
    yield _timecode(proxy.timecode, told)
    yield _sound(proxy.audio_channels, told.audio_channels)
    yield _shape(proxy, told)


def _frames(proxy: int | None, clip: int | None) -> _Compared:
    if proxy is None or clip is None:
        return _Compared("frames", None, known=False)
    differ = f"the clip has {clip} frames, its proxy {proxy}"
    return _Compared("frames", differ if clip != proxy else None)


def _rate(proxy: Fraction | None, clip: Fraction | None) -> _Compared:
    if proxy is None or clip is None:
        return _Compared("frame rate", None, known=False)
    differ = f"the clip has {_decimal(clip)} frames a second, its proxy {_decimal(proxy)}"
    return _Compared("frame rate", differ if abs(clip - proxy) > RATE_TOLERANCE else None)


def _timecode(proxy: str | None, told: ClipTold) -> _Compared:
    """A file without a timecode begins at zero for Resolve, as one that says so."""
    start = _moment(told.start_timecode)
    own = (0, 0, 0, 0) if proxy == NO_TIMECODE else _moment(proxy)
    if start is None or own is None:
        return _Compared("start timecode", None, known=False)
    if start != own:
        without = f"its proxy {proxy}" if proxy != NO_TIMECODE else "its proxy has no timecode"
        return _Compared("start timecode", f"the clip starts at {told.start_timecode}, {without}")
    drops = proxy is not None and ";" in proxy
    told_otherwise = told.drop_frame is not None and told.drop_frame is not drops
    if proxy == NO_TIMECODE or not told_otherwise or not _may_drop(told.frame_rate):
        return _Compared("start timecode", None)
    counts = {True: "drop-frame", False: "every frame"}
    differ = f"the clip counts {counts[not drops]}, its proxy {counts[drops]}"
    return _Compared("start timecode", differ)


def _sound(proxy: int | None, clip: int | None) -> _Compared:
    if proxy is None or clip is None:
        return _Compared("audio channels", None, known=False)
    differ = f"the clip has {clip} audio channels, its proxy {proxy}"
    return _Compared("audio channels", differ if clip != proxy else None)


def _shape(proxy: ProxyFacts, told: ClipTold) -> _Compared:
    """Resolve may tell a turned picture's size before or after it is turned: both fit."""
    if proxy.aspect is None or proxy.size is None or told.size is None:
        return _Compared("shape", None, known=False)
    if told.pixel_aspect is None:
        return _Compared("shape", None, known=False)
    clip = Fraction(*told.size) * told.pixel_aspect
    turned = Fraction(told.size[1], told.size[0]) / told.pixel_aspect
    # Its sides are whole and even, so each may be off by a pixel either way.
    slack = Fraction(2, proxy.size[0]) + Fraction(2, proxy.size[1])
    if any(abs(proxy.aspect / shape - 1) <= slack for shape in (clip, turned)):
        return _Compared("shape", None)
    differ = f"the clip is shown {_decimal(clip)}:1, its proxy {_decimal(proxy.aspect)}:1"
    return _Compared("shape", differ)


def _may_drop(rate: Fraction | None) -> bool:
    """Whether a timecode can count drop-frame: at about 29.97, 59.94 and 119.88 a second only."""
    return rate is not None and any(
        abs(rate - Fraction(times * 30000, 1001)) <= RATE_TOLERANCE for times in (1, 2, 4)
    )


def _moment(text: str | None) -> tuple[int, ...] | None:
    """Return hours, minutes, seconds and frames; the marks between them tell nothing."""
    found = re.fullmatch(r"\s*(\d+)[:;.,](\d+)[:;.,](\d+)[:;.,](\d+)\s*", text or "", re.ASCII)
    return tuple(map(int, found.groups())) if found else None


def _channels(seen: Mapping[str, str]) -> int | None:
    if seen.get("streams", "").endswith(" 0 audio"):
        return 0
    counts = [_whole(actual) for name, actual in seen.items() if _CHANNELS.fullmatch(name)]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


def _fraction(text: str | None) -> Fraction | None:
    found = re.fullmatch(r"([0-9]{1,12})/([1-9][0-9]{0,11})", text or "")
    return (Fraction(int(found[1]), int(found[2])) or None) if found else None


def _decimal(value: Fraction) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")
