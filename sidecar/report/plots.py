"""Rows of the page → the night by worker, speeds, sizes: where people would rather look. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sidecar.report.model import (
    ClipView,
    Lane,
    Night,
    Sizes,
    SpeedBar,
    Speeds,
    Stretch,
    Tick,
)
from sidecar.words import format_bytes, plural

_APART = timedelta(hours=6)
"""Between two nights nobody works for so long at least."""
_MOST_LANES = 24
_MOST_TICKS = 9
_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 4 * 3600, 24 * 3600)
)
_EDGES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Spell:
    """When one clip was made."""

    clip: ClipView
    begin: datetime
    end: datetime


def draw_night(spells: Sequence[Spell]) -> Night | None:
    """Return the last night of these: what lies a long pause before is told, not drawn."""
    if not spells:
        return None
    night: list[Spell] = []
    begin = end = max(each.end for each in spells)
    for spell in sorted(spells, key=lambda each: each.end, reverse=True):
        if begin - spell.end > _APART:
            break
        night.append(spell)
        begin = min(begin, spell.begin)
    length = max(end - begin, timedelta(seconds=1))
    lanes: dict[str, list[Spell]] = defaultdict(list)
    for spell in sorted(night, key=lambda each: each.begin):
        lanes[spell.clip.worker].append(spell)
    drawn = list(lanes.items())[:_MOST_LANES]
    return Night(
        told=_told_night(begin, end, len(lanes), len(night), len(spells) - len(night)),
        lanes=tuple(
            Lane(worker, tuple(_stretch(each, begin, length) for each in its))
            for worker, its in drawn
        ),
        ticks=_ticks(begin, length),
    )


def _stretch(spell: Spell, begin: datetime, length: timedelta) -> Stretch:
    clip = spell.clip
    return Stretch(
        clip.key,
        clip.name,
        (spell.begin - begin) / length,
        (spell.end - begin) / length,
        clip.tone,
    )


def _told_night(begin: datetime, end: datetime, lanes: int, drawn: int, before: int) -> str:
    day = "%Y-%m-%d "
    until = end.strftime("%H:%MZ" if begin.date() == end.date() else f"{day}%H:%MZ")
    told = f"{begin.strftime(f'{day}%H:%MZ')} to {until}, {plural(drawn, 'clip')}"
    told += f" by {plural(lanes, 'worker')}"
    if lanes > _MOST_LANES:
        told += f", of which {_MOST_LANES} are drawn"
    return told + (f"; {plural(before, 'clip')} of earlier days not drawn" if before else "")


def _ticks(begin: datetime, length: timedelta) -> tuple[Tick, ...]:
    days = _STEPS[-1] * -(-length // (_STEPS[-1] * _MOST_TICKS))
    step = next((each for each in _STEPS if length / each < _MOST_TICKS), days)
    form = "%H:%M:%S" if step < timedelta(minutes=1) else "%H:%M"
    form = form if step < _STEPS[-1] else "%m-%d"
    epoch = datetime(begin.year, begin.month, begin.day, tzinfo=UTC)
    first = -(-(begin - epoch) // step)
    last = (begin - epoch + length) // step
    moments = (epoch + number * step for number in range(first, last + 1))
    return tuple(Tick((moment - begin) / length, moment.strftime(form)) for moment in moments)


def draw_speeds(clips: Sequence[ClipView]) -> Speeds | None:
    """Return how many clips were made at which multiple of real time."""
    speeds = [
        clip.media_seconds / clip.seconds
        for clip in clips
        if clip.media_seconds and clip.seconds and clip.tone != "bad"
    ]
    if not speeds:
        return None
    counts = Counter(sum(speed >= edge for edge in _EDGES) for speed in speeds)
    names = [
        f"below {_EDGES[0]:g}×",
        *(f"{low:g} to {high:g}×" for low, high in pairwise(_EDGES)),
        f"{_EDGES[-1]:g}× and more",
    ]
    highest = max(counts.values())
    bars = tuple(
        SpeedBar(name, counts[number], counts[number] / highest)
        for number, name in enumerate(names)
    )
    middle = sorted(speeds)[len(speeds) // 2]
    told = f"half of {plural(len(speeds), 'clip')} at {middle:.1f}× real time or faster"
    return Speeds(told, bars)


def draw_sizes(clips: Sequence[ClipView]) -> Sizes | None:
    """Return what proxies weigh against their sources, as far as both are known."""
    made = [clip for clip in clips if clip.size_bytes and clip.tone in ("good", "warn")]
    known = [clip for clip in made if clip.source_bytes]
    if not known:
        return None
    # Cards have paths in common: one path of two sizes is two sources.
    sources = sum(size for _path, size in {(clip.source, clip.source_bytes or 0) for clip in known})
    proxies = sum(clip.size_bytes or 0 for clip in known)
    told = f"{format_bytes(proxies)} of proxies for {format_bytes(sources)} of sources"
    if left := len(made) - len(known):
        told += f"; of {plural(left, 'clip')} the source's size is not known here"
    return Sizes(told, sources, proxies, proxies / sources)
