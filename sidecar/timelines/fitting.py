"""Whether a file holds what a timeline uses of it, by its own timecode. Pure."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from proxx_engine import Source, frames_of, nominal_rate, timecode_at, timecode_problem
from sidecar.timelines.model import Frames, Timecodes

USED_RANGE = ", but "
"""What stands in a reason before the range that is used."""
_MOST_COUNTED = 30
"""Frames a second: lists count faster files at half their rate or less, and do not say so."""


def why_not(source: Source, span: Timecodes | Frames | None) -> str | None:
    """Return why a file cannot be what is used, None where it can or nothing tells otherwise.

    A movie without timecode counts from 00:00:00:00; numbered pictures without it are counted by
    each program in its own way.
    """
    video = source.video
    if video is None or span is None or (source.sequence and not source.timecode):
        return None
    rate, timecode = video.frame_rate, source.timecode
    first = frames_of(timecode.start, rate=rate) if timecode else 0
    count = _count(source)
    drop = timecode.drop_frame if timecode else False
    if isinstance(span, Timecodes):
        told = _frames_of(span, rate, drop=drop)
        if isinstance(told, str):
            return told
        (start, end), slack = told, Fraction(0)
        nominal = nominal_rate(rate)
        early = Fraction(nominal if nominal > _MOST_COUNTED else 0)
    else:
        # Where rates differ, frames are counted over the time that they take.
        scale = Fraction(1) if _count_alike(span.rate, rate) else rate / span.rate
        # A part of a frame at either end must not exclude the file.
        start = math.ceil(span.start * scale)
        end = math.floor((span.start + span.count) * scale)
        early = slack = Fraction(0) if scale == 1 else max(Fraction(1), scale)
    if count is None:
        used = _words(source, start, end, drop=drop)
        return None if start + early >= first else _told(source, first, None, used, drop=drop)
    last = first + count
    for turn in (0, _a_day(rate, drop=drop)):
        # A recording over midnight counts on past 24:00:00:00.
        if first - early <= start + turn and max(start + 1, end) + turn <= last + slack:
            return None
    used = _words(source, start, end, drop=drop)
    return _told(source, first, last, used, drop=drop)


def _frames_of(span: Timecodes, rate: Fraction, *, drop: bool) -> tuple[int, int] | str:
    """Return first and last in frames at the clip's rate, or why they count at another."""
    numbers: list[int] = []
    for text in (span.start, span.end):
        # Many programs write ":" for drop-frame too; the clip itself knows what it counts.
        marks = ";" if drop else ":"
        written = re.sub(r"[:;](?=\d+$)", marks, text)
        problem = timecode_problem(written, drop_frame=drop, rate=rate)
        if problem and "leaves out" not in problem:
            return f"{text} {problem}"
        numbers.append(frames_of(written, rate=rate))
    start, end = numbers
    return (start, end) if end >= start else (start, end + _a_day(rate, drop=drop))


def _count(source: Source) -> int | None:
    """Return how many frames a timeline may count in a file; None where none are promised."""
    video = source.video
    assert video is not None
    count, length = video.promised_frames.count, source.duration_seconds
    if count is None or length is None:
        return count
    # Where pictures last unlike, or sound goes on, programs count the time at the file's rate.
    return max(count, math.ceil(length * video.frame_rate))


def _a_day(rate: Fraction, *, drop: bool) -> int:
    """Return how many frames the clock counts before it begins again."""
    last = f"23:59:59{';' if drop else ':'}{nominal_rate(rate) - 1:02d}"
    return frames_of(last, rate=rate) + 1


def _count_alike(one: Fraction, other: Fraction) -> bool:
    """Whether two rates number frames alike: 24 and 24000/1001 do."""
    return nominal_rate(one) == nominal_rate(other)


def _told(source: Source, first: int, last: int | None, used: str, *, drop: bool) -> str:
    held = _words(source, first, last or first, drop=drop)
    own = "" if source.timecode else " and has no timecode"
    return f"holds {held}{own}{USED_RANGE}{used} is used"


def _words(source: Source, start: int, end: int, *, drop: bool) -> str:
    """Return a range with its last frame, in the clip's own timecode."""
    assert source.video is not None
    rate = source.video.frame_rate
    frames = (start, end - 1) if end - 1 > start else (start,)
    return " to ".join(timecode_at(frame, drop_frame=drop, rate=rate) for frame in frames)
