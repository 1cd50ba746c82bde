"""A proven proxy against what Resolve says of a clip: whether it fits, in words. Pure.

Resolve says only True or False to a link. It compares the number of frames, the rate and the start
timecode; sound and shape it takes as they come, so that here is where a wrong one is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from proxx_engine import ClipExecutionResult
from sidecar.resolve.clip_properties import parse_size
from sidecar.resolve.linking.project_clips import ClipTold

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

    problems: Mapping[str, str]
    """Why the proxy cannot be linked: by failure code, in words for a person."""
    unknown: tuple[str, ...]
    """What could not be compared."""

    @property
    def words(self) -> str:
        """All problems in one sentence; '' where nothing speaks against it."""
        return "; ".join(self.problems.values())


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
    said = {code: check(proxy, told) for code, (_what, check) in _CHECKS.items()}
    return Fit(
        MappingProxyType({code: words for code, words in said.items() if words}),
        tuple(_CHECKS[code][0] for code, words in said.items() if words is None),
    )


def shows_another(proxy: ProxyFacts, shown: str) -> bool:
    """Whether Resolve shows a size that the file has not; it may have turned the picture."""
    size = parse_size(shown)
    return proxy.size is not None and None not in size and {*size} != {*proxy.size}


def _frames(proxy: ProxyFacts, told: ClipTold) -> str | None:
    if proxy.frames is None or told.frames is None:
        return None
    differ = f"the clip has {told.frames} frames, its proxy {proxy.frames}"
    return differ if told.frames != proxy.frames else ""


def _rate(proxy: ProxyFacts, told: ClipTold) -> str | None:
    clip, own = told.frame_rate, proxy.frame_rate
    if own is None or clip is None:
        return None
    differ = f"the clip has {_decimal(clip)} frames a second, its proxy {_decimal(own)}"
    return differ if abs(clip - own) > RATE_TOLERANCE else ""


def _timecode(proxy: ProxyFacts, told: ClipTold) -> str | None:
    """A file without a timecode begins at zero for Resolve, as one that says so."""
    without = proxy.timecode == NO_TIMECODE
    start = _moment(told.start_timecode)
    own = (0, 0, 0, 0) if without else _moment(proxy.timecode)
    if start is None or own is None:
        return None
    if start != own:
        has = "has no timecode" if without else f"at {proxy.timecode}"
        return f"the clip starts at {told.start_timecode}, its proxy {has}"
    drops = ";" in (proxy.timecode or "")
    same = told.drop_frame is None or told.drop_frame is drops
    if same or without or not _may_drop(told.frame_rate):
        return ""
    counts = {True: "drop-frame", False: "every frame"}
    return f"the clip counts {counts[not drops]}, its proxy {counts[drops]}"


def _sound(proxy: ProxyFacts, told: ClipTold) -> str | None:
    clip, own = told.audio_channels, proxy.audio_channels
    if own is None or clip is None:
        return None
    return f"audio channels: the clip has {clip}, its proxy {own}" if clip != own else ""


def _shape(proxy: ProxyFacts, told: ClipTold) -> str | None:
    """Resolve may tell a turned picture's size before or after it is turned: both fit.

    What shape its pixels have is mostly a word. Where the picture fits with square ones, they are.
    """
    if proxy.aspect is None or proxy.size is None or told.size is None:
        return None
    pixels = told.pixel_aspect or Fraction(1)
    clip, turned = Fraction(*told.size) * pixels, Fraction(told.size[1], told.size[0]) / pixels
    # Its sides are whole and even, so each may be off by a pixel either way.
    slack = Fraction(2, proxy.size[0]) + Fraction(2, proxy.size[1])
    if any(abs(proxy.aspect / shape - 1) <= slack for shape in (clip, turned)):
        return ""
    differ = f"the clip is shown {_decimal(clip)}:1, its proxy {_decimal(proxy.aspect)}:1"
    return differ if told.pixel_aspect is not None else None


_CHECKS: Mapping[str, tuple[str, Callable[[ProxyFacts, ClipTold], str | None]]] = MappingProxyType(
    {
        "LINK_FRAMES": ("frames", _frames),
        "LINK_FRAME_RATE": ("frame rate", _rate),
        "LINK_TIMECODE": ("start timecode", _timecode),
        "LINK_AUDIO": ("audio channels", _sound),
        "LINK_SHAPE": ("shape", _shape),
    }
)
"""By failure code: what is compared, and what returns how it differs; '' where it does not, None
where it is not known.
"""


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
