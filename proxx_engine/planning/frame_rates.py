"""A variable frame rate made constant: to which rate, and which picture each frame shows. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from proxx_engine.errors import Issue
from proxx_engine.results.execution_results import FrameRun
from proxx_engine.spec.job_spec import ClipSpec
from proxx_engine.spec.media import Source
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.timecode import timecode_problem

CAMERA_RATES = (
    *(Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)),
    *(Fraction(50), Fraction(60000, 1001), Fraction(60), Fraction(120000, 1001), Fraction(120)),
    Fraction(240),
)
"""Rates that phones record and editing timelines run at."""

_CLOSE = Fraction(1, 20)

MXF_RATES = frozenset(
    Fraction(rate * 1000, over)
    for rate, overs in (
        *((24, (1000, 1001)), (25, (1000,)), (30, (1000, 1001)), (48, (1000, 1001))),
        *((50, (1000,)), (60, (1000, 1001)), (72, (1000,)), (96, (1000,)), (100, (1000,))),
    )
    for over in overs
)
"""Rates that FFmpeg's MXF muxer takes and gives back (measured, with timecode)."""


def conform_rate(source: Source, profile: ProfileSpec) -> Fraction:
    """Return the rate a clip is conformed to: the stated one, else a camera rate: the one that
    the clip names where its average is close to that, else the one nearest to its average.
    """
    if profile.conform_frame_rate is not None:
        return profile.conform_frame_rate
    average = average_rate(source)
    named = source.video.frame_rate if source.video else average
    # Sound that runs longer than the picture bends the average of a short clip, but not so far.
    close = abs(average - named) <= named * _CLOSE
    return named if close and named in CAMERA_RATES else nearest_camera_rate(average)


def average_rate(source: Source) -> Fraction:
    """Return pictures a second: promised ones over the duration, else the rate that is named."""
    video = source.video
    if video is None:
        raise ValueError("a source without a probed picture has no rate")
    count, seconds = video.promised_frames.count, source.duration_seconds
    return count / Fraction(seconds) if count and seconds else video.frame_rate


def nearest_camera_rate(rate: Fraction) -> Fraction:
    """Return the camera rate nearest to `rate`; of two as near, the lower."""
    return min(CAMERA_RATES, key=lambda known: (abs(known - rate), known))


def rate_problem(rate: Fraction, container: str) -> str | None:
    """Say why a container cannot hold a constant rate; None where it can."""
    if container != "mxf" or rate in MXF_RATES:
        return None
    known = ", ".join(format_rational(each) for each in sorted(MXF_RATES))
    return f"MXF cannot hold {format_rational(rate)} frames a second; it holds {known}"


def check_frame_rate(clip: ClipSpec, profile: ProfileSpec, at: str) -> Iterator[Issue]:
    """Yield what is wrong with a target's frame rate; `at` is the clip's path in the JobSpec."""
    source, video, target = clip.source, clip.source.video, clip.target
    if video is None or target is None:
        return
    policy, rate, where = target.variable_frame_rate, target.frame_rate, f"{at}.target"
    if video.variable_frame_rate is (policy is None):
        sentence = "a policy goes with a variable frame rate, and only with that"
        found = f"found {policy or 'none'}; {sentence}"
        yield Issue("SPEC_MISSING_FIELD", f"{where}.variable_frame_rate", found)
    elif policy == "refuse":
        sentence = "its frame rate varies, and the profile refuses that; use keep or conform"
        yield Issue("SPEC_BAD_PAIR", f"{where}.variable_frame_rate", sentence)
    elif policy not in (None, profile.variable_frame_rate):
        sentence = f"found {policy}, the profile says {profile.variable_frame_rate}"
        yield Issue("SPEC_BAD_PAIR", f"{where}.variable_frame_rate", sentence)
    if policy != "conform":
        return
    if profile.conform_frame_rate not in (None, rate):
        stated = format_rational(profile.conform_frame_rate or rate)
        sentence = f"found {format_rational(rate)}, the profile says {stated}"
        yield Issue("SPEC_BAD_PAIR", f"{where}.frame_rate", sentence)
    if video.field_order in ("top_first", "bottom_first"):
        sentence = "its frame rate varies and it is interlaced, which cannot be conformed; use keep"
        yield Issue("SPEC_NOT_SUPPORTED", f"{where}.variable_frame_rate", sentence)
    if problem := rate_problem(rate, profile.container):
        yield Issue("SPEC_BAD_PAIR", f"{where}.frame_rate", problem)
    timecode = source.timecode
    if timecode and (
        problem := timecode_problem(timecode.start, drop_frame=timecode.drop_frame, rate=rate)
    ):
        sentence = f"its timecode {timecode.start} {problem}; conform it to the timecode's own rate"
        yield Issue("SPEC_BAD_TIMECODE", f"{where}.frame_rate", sentence)


@dataclass(frozen=True, slots=True)
class Conformed:
    """A clip at a constant rate."""

    first_frame: int
    """The first frame's number, counted from time zero."""
    pictures: array[int]
    """The number of the source's picture that each frame shows, from 0."""

    @property
    def repeated(self) -> int:
        """How many frames show the same picture as the frame before."""
        return sum(1 for one, other in pairwise(self.pictures) if one == other)

    def dropped(self, decoded: int) -> int:
        """Return how many of `decoded` pictures no frame shows."""
        return decoded - len(set(self.pictures))


def conform_times(
    times: Sequence[int], *, time_base: Fraction, end: int, rate: Fraction
) -> Conformed:
    """Return what a constant rate shows of pictures at `times`; `end` is when the last is over.

    Frame k stands at k / rate and shows the picture that is on display half a frame later, so
    that none appears more than half a frame early or late. A picture that begins right between
    two frames belongs to the one further from zero.
    """
    ticks = time_base * rate
    # A time that goes back keeps the place of the one before: order is never lost.
    frames = list(accumulate((nearest_frame(time, ticks) for time in times), max))
    if not frames:
        return Conformed(0, array("q"))
    frames.append(max(frames[-1], nearest_frame(end, ticks)))
    shown = array("q")
    for picture, (begins, over) in enumerate(pairwise(frames)):
        shown.extend([picture] * (over - begins))
    return Conformed(frames[0], shown)


def nearest_frame(time: int, ticks: Fraction) -> int:
    """Return the frame nearest to a time, a half away from zero; `ticks` is frames a tick."""
    doubled, whole = 2 * abs(time) * ticks.numerator + ticks.denominator, 2 * ticks.denominator
    return doubled // whole if time >= 0 else -(doubled // whole)


def runs_of(pictures: Iterable[int]) -> tuple[FrameRun, ...]:
    """Return a frame map as runs of pictures that follow each other as in the source."""
    return tuple(_runs(pictures))


def _runs(pictures: Iterable[int]) -> Iterator[FrameRun]:
    proxy = source = count = 0
    for picture in pictures:
        if count and picture == source + count:
            count += 1
            continue
        if count:
            yield FrameRun(proxy=proxy, source=source, count=count)
        proxy, source, count = proxy + count, picture, 1
    if count:
        yield FrameRun(proxy=proxy, source=source, count=count)
