"""Which take lies under a clip's picture, by timecode, in real seconds since midnight. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from proxx_engine.creation.sound.takes import Take
from proxx_engine.planning.laid_rules import samples_of_picture
from proxx_engine.spec.media import Source
from proxx_engine.spec.timecode import frames_of, nominal_rate

_BUCKET_SECONDS = 600
_HOURS_A_DAY = 24
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Under:
    """A take under a picture."""

    take: Take
    begins: int
    """From the first picture to the take's first sample, in its samples."""
    length: int
    """How long the picture is, in the take's samples."""

    @property
    def taken(self) -> int:
        """How many of its samples lie under the picture."""
        return min(self.length, self.begins + self.take.first.samples) - max(0, self.begins)

    @property
    def made(self) -> datetime | None:
        """When the first picture was taken, by the recorder's clock."""
        first = self.take.first
        return first.made and first.made - timedelta(seconds=self.begins // first.sample_rate)

    @property
    def whole(self) -> bool:
        """Whether it has sound for all of the picture."""
        return self.taken == self.length


class Takes:
    """All takes there are, found by their time."""

    def __init__(self, takes: Iterable[Take]) -> None:
        buckets: dict[int, list[Take]] = defaultdict(list)
        self.all = tuple(takes)
        for take in self.all:
            for bucket in _buckets(take.first.begins_seconds, take.first.ends_seconds):
                buckets[bucket].append(take)
        self._buckets = MappingProxyType(dict(buckets))

    def under(self, source: Source, *, counts: int | None = None) -> tuple[Under, ...]:
        """Return every take that has sound for some of a picture; its timecode must be known.

        `counts`: the frames of a second that it counts, where that is not each picture.
        """
        video = source.video
        assert video is not None
        start, day = _start_and_day(source, counts or nominal_rate(video.frame_rate))
        seconds = Fraction(video.promised_frames.count or 0) / video.frame_rate
        best: dict[int, Under] = {}
        for shift in (0, day, -day):  # a clip or a take may go over midnight
            for bucket in _buckets(start + shift, start + shift + seconds):
                for take in self._buckets.get(bucket, ()):
                    found = _lie(take, source, start + shift)
                    known = best.get(id(take))
                    if found.taken > 0 and (known is None or found.taken > known.taken):
                        best[id(take)] = found
        return tuple(sorted(best.values(), key=lambda each: str(each.take.first.path)))


def _lie(take: Take, source: Source, start: Fraction) -> Under:
    file = take.first
    exact = file.begins - start * file.sample_rate
    return Under(take, (exact + Fraction(1, 2)).__floor__(), _length(source, file.sample_rate))


def _length(source: Source, rate: int) -> int:
    return samples_of_picture(source, rate)


def _start_and_day(source: Source, nominal: int) -> tuple[Fraction, Fraction]:
    """Return when the first picture was taken, and how long the day is that its timecode counts."""
    video, timecode = source.video, source.timecode
    assert video is not None
    assert timecode is not None
    rate = video.frame_rate * nominal / nominal_rate(video.frame_rate)
    dropped = nominal // 15 * 9 * 6 * _HOURS_A_DAY if timecode.drop_frame else 0
    frames_a_day = nominal * 3600 * _HOURS_A_DAY - dropped
    return frames_of(timecode.start, rate=rate) / rate, frames_a_day / rate


def _buckets(begins: Fraction, ends: Fraction) -> Iterator[int]:
    yield from range(int(begins // _BUCKET_SECONDS), int(ends // _BUCKET_SECONDS) + 1)


def choose(found: tuple[Under, ...]) -> tuple[Under, ...]:
    """Return those that could be meant: one that has sound for all of the picture stands before
    others of its day that have it for a part. More than one is for a person to decide.
    """
    whole = [each for each in found if each.whole]
    return tuple(
        each
        for each in found
        if each.whole or not any(_of_one_day(each, better) for better in whole)
    )


def _of_one_day(one: Under, other: Under) -> bool:
    if one.made is None or other.made is None:
        return True
    return abs(one.made - other.made) < _HALF_A_DAY
