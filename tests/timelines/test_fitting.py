"""Whether a file holds what is used, by its own timecode and rate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import Prober, Source, frames_of, probe_source
from sidecar.timelines.fitting import why_not
from sidecar.timelines.model import Frames, Timecodes
from tests.support import MakeClip
from tests.timelines.conftest import Shoot


def _source(shoot: Shoot, **looks: str | None) -> Source:
    [path] = shoot("a.mov", **looks)  # type: ignore[arg-type]
    with Prober() as prober:
        return probe_source(path, prober)


def _fits(source: Source, start: str, end: str) -> bool:
    return why_not(source, Timecodes(start=start, end=end)) is None


def test_a_range_must_lie_in_the_file_to_the_frame(shoot: Shoot) -> None:
    source = _source(shoot)
    assert _fits(source, "01:00:00:00", "01:00:10:00")
    assert not _fits(source, "00:59:59:24", "01:00:01:00")
    assert not _fits(source, "01:00:09:00", "01:00:10:01")
    assert not _fits(source, "05:00:01:00", "05:00:02:00")
    why = why_not(source, Timecodes(start="05:00:01:00", end="05:00:02:00"))
    assert why == "holds 01:00:00:00 to 01:00:09:24, but 05:00:01:00 to 05:00:01:24 is used"


def test_a_file_without_timecode_counts_from_nothing(shoot: Shoot) -> None:
    source = _source(shoot, timecode=None)
    assert _fits(source, "00:00:01:00", "00:00:10:00")
    assert not _fits(source, "01:00:01:00", "01:00:02:00")


def test_more_frames_a_second_than_the_file_has_are_no_timecode_of_it(shoot: Shoot) -> None:
    why = why_not(_source(shoot), Timecodes(start="01:00:01:29", end="01:00:02:00"))
    assert why is not None
    assert "25 frames a second" in why


def test_a_list_that_writes_drop_frame_with_a_colon_means_it(shoot: Shoot) -> None:
    source = _source(shoot, timecode="01:00:00;00", rate="30000/1001")
    assert source.timecode is not None
    assert source.timecode.drop_frame
    assert _fits(source, "01:00:01;00", "01:00:03;00")
    assert _fits(source, "01:00:01:00", "01:00:03:00")


def test_a_recording_over_midnight_counts_on(shoot: Shoot) -> None:
    source = _source(shoot, timecode="23:59:55:00")
    assert _fits(source, "23:59:56:00", "00:00:01:00")
    assert _fits(source, "00:00:01:00", "00:00:04:00")
    assert not _fits(source, "00:00:01:00", "00:00:06:00")


@pytest.mark.parametrize(
    ("start", "count", "rate", "fits"),
    [
        (90000, 250, "25", True),
        (90000, 251, "25", False),
        (86400, 240, "24", True),
        (86400, 0, "24", True),
        (86400 + 230, 12, "24", False),
        (0, 10, "25", False),
    ],
)
def test_frames_of_another_rate_are_counted_over_their_time(
    shoot: Shoot, start: int, count: int, rate: str, fits: bool
) -> None:
    span = Frames(start=Fraction(start), count=Fraction(count), rate=Fraction(rate))
    assert (why_not(_source(shoot), span) is None) is fits


def test_where_the_timeline_says_no_range_nothing_speaks_against_a_file(
    shoot: Shoot, tmp_path: Path
) -> None:
    assert why_not(_source(shoot), None) is None


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("23:59:56;00", "00:00:01;00", True),
        ("00:00:01;00", "00:00:03;00", True),
        ("00:00:01;00", "00:00:06;00", False),
        ("00:01:27;00", "00:01:28;00", False),
    ],
)
def test_a_drop_frame_recording_over_midnight_counts_on(
    shoot: Shoot, start: str, end: str, fits: bool
) -> None:
    source = _source(shoot, timecode="23:59:55;00", rate="30000/1001")
    assert _fits(source, start, end) is fits
    rate = Fraction(30000, 1001)
    first, last = (frames_of(text, rate=rate) for text in (start, end))
    if first < last:
        span = Frames(start=Fraction(first), count=Fraction(last - first), rate=rate)
        assert (why_not(source, span) is None) is fits


def test_a_file_whose_pictures_last_unlike_is_as_long_as_its_time(make_clip: MakeClip) -> None:
    path = make_clip(
        "unlike.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=128x72:r=30:d=10"),
        *("-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr"),
        *("-c:v", "libx264", "-pix_fmt", "yuv420p"),
    )
    with Prober() as prober:
        source = probe_source(path, prober)
    assert source.video is not None
    assert source.video.variable_frame_rate
    for count, fits in ((299, True), (330, False)):
        span = Frames(start=Fraction(0), count=Fraction(count), rate=Fraction(30))
        assert (why_not(source, span) is None) is fits


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("01:00:00:15", "01:00:02:00", True),
        ("01:00:00:30", "01:00:02:00", True),
        ("01:00:05:00", "01:00:05:15", True),
        ("00:59:59:00", "01:00:02:00", False),
        ("01:00:02:00", "01:00:05:31", False),
    ],
)
def test_a_list_that_counts_half_the_frames_of_a_file_means_its_head_too(
    shoot: Shoot, start: str, end: str, fits: bool
) -> None:
    """25 frames a second in the list, 50 in the file: its frame 30 is the list's 15."""
    source = _source(shoot, timecode="01:00:00:30", rate="50")
    assert _fits(source, start, end) is fits


def test_parts_of_a_frame_at_either_end_do_not_exclude_a_file(shoot: Shoot) -> None:
    """Final Cut Pro writes the length of a whole clip to the sample of its sound."""
    source = _source(shoot)
    for start, count, fits in ((90000, "250.05", True), ("89999.95", 9, True), (90000, 251, False)):
        span = Frames(start=Fraction(start), count=Fraction(count), rate=Fraction(25))
        assert (why_not(source, span) is None) is fits


def test_a_file_whose_sound_goes_on_is_as_long_as_its_sound(make_clip: MakeClip) -> None:
    path = make_clip(
        "sound.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=128x72:r=25:d=10"),
        *("-f", "lavfi", "-i", "sine=duration=10.5", "-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    )
    with Prober() as prober:
        source = probe_source(path, prober)
    for count, fits in ((262, True), (264, False)):
        span = Frames(start=Fraction(0), count=Fraction(count), rate=Fraction(25))
        assert (why_not(source, span) is None) is fits
