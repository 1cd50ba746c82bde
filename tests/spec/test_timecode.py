"""Timecode in whole frames: known values of SMPTE ST 12-1, and a way there and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxx_engine.spec.timecode import (
    counts_drop_frame,
    frames_of,
    nominal_rate,
    timecode_at,
    timecode_problem,
)

NTSC = Fraction(30000, 1001)
NTSC_TWICE = Fraction(60000, 1001)
RATES = [
    pytest.param(Fraction(text), id=text)
    for text in (
        "24000/1001",
        "24",
        "25",
        "30000/1001",
        "30",
        "48000/1001",
        "48",
        "50",
        "60000/1001",
        "60",
        "100",
        "120000/1001",
        "120",
    )
]


def a_day(rate: Fraction, *, drop_frame: bool) -> int:
    """Return how many frames have a timecode."""
    frames = nominal_rate(rate) * 86_400
    return frames - 9 * 144 * nominal_rate(rate) // 15 if drop_frame else frames


@pytest.mark.parametrize(
    ("before", "after", "rate"),
    [
        pytest.param("00:00:59;29", "00:01:00;02", NTSC, id="a minute drops 0 and 1"),
        pytest.param("00:09:59;29", "00:10:00;00", NTSC, id="the tenth minute drops none"),
        pytest.param("00:10:59;29", "00:11:00;02", NTSC, id="the minute after drops again"),
        pytest.param("00:59:59;29", "01:00:00;00", NTSC, id="the hour drops none"),
        pytest.param("23:59:59;29", "00:00:00;00", NTSC, id="around the clock"),
        pytest.param("00:00:59;59", "00:01:00;04", NTSC_TWICE, id="59.94 drops four"),
        pytest.param("00:59:59;59", "01:00:00;00", NTSC_TWICE, id="59.94 at the hour"),
        pytest.param("00:00:59:29", "00:01:00:00", NTSC, id="29.97 that drops nothing"),
        pytest.param("00:00:59:23", "00:01:00:00", Fraction(24000, 1001), id="23.976"),
        pytest.param("23:59:59:24", "00:00:00:00", Fraction(25), id="25 around the clock"),
        pytest.param("00:00:00:99", "00:00:01:00", Fraction(100), id="100 frames a second"),
    ],
)
def test_the_next_frame(before: str, after: str, rate: Fraction) -> None:
    drop = ";" in before
    assert timecode_at(frames_of(before, rate=rate) + 1, drop_frame=drop, rate=rate) == after


@pytest.mark.parametrize(
    ("text", "frames", "rate"),
    [
        pytest.param("00:01:00;02", 1800, NTSC, id="first frame of the second minute"),
        pytest.param("00:10:00;00", 17_982, NTSC, id="ten minutes"),
        pytest.param("01:00:00;00", 107_892, NTSC, id="an hour"),
        pytest.param("23:59:59;29", 2_589_407, NTSC, id="last frame of the day"),
        pytest.param("00:10:00;00", 35_964, NTSC_TWICE, id="ten minutes of 59.94"),
        pytest.param("01:00:00:00", 86_400, Fraction(24000, 1001), id="an hour of 23.976"),
        pytest.param("01:00:00:00", 90_000, Fraction(25), id="an hour of 25"),
        pytest.param("01:00:00:00", 108_000, NTSC, id="an hour of 29.97 that drops nothing"),
    ],
)
def test_the_number_of_a_frame(text: str, frames: int, rate: Fraction) -> None:
    assert frames_of(text, rate=rate) == frames
    assert timecode_at(frames, drop_frame=";" in text, rate=rate) == text


@pytest.mark.parametrize("drop_frame", [False, True], ids=["non-drop", "drop"])
@pytest.mark.parametrize("rate", RATES)
def test_there_and_back(rate: Fraction, drop_frame: bool) -> None:
    if drop_frame and not counts_drop_frame(rate):
        assert rate not in (NTSC, NTSC_TWICE)
        return
    day = a_day(rate, drop_frame=drop_frame)

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(st.integers(0, day - 1))
    def compare(frame: int) -> None:
        text = timecode_at(frame, drop_frame=drop_frame, rate=rate)
        assert timecode_problem(text, drop_frame=drop_frame, rate=rate) is None
        assert frames_of(text, rate=rate) == frame
        assert timecode_at(frame + day, drop_frame=drop_frame, rate=rate) == text

    compare()


def test_ten_minutes_of_drop_frame_one_by_one() -> None:
    names = [timecode_at(n, drop_frame=True, rate=NTSC) for n in range(17_982)]
    assert len(set(names)) == 17_982
    assert names == sorted(names)
    assert [frames_of(name, rate=NTSC) for name in names] == list(range(17_982))


@pytest.mark.parametrize(
    ("text", "drop_frame", "rate", "why"),
    [
        pytest.param("1:00:00:00", False, NTSC, "form", id="one digit"),
        pytest.param("01:00:00.00", False, NTSC, "form", id="full stop"),
        pytest.param("01:00:00;00", False, NTSC, '";"', id="semicolon without drop-frame"),
        pytest.param("01:00:00:00", True, NTSC, '";"', id="drop-frame without semicolon"),
        pytest.param("01:00:00;00", True, Fraction(25), "drop-frame", id="drop-frame at 25"),
        pytest.param("01:00:00;00", True, Fraction(30), "drop-frame", id="drop-frame at 30"),
        pytest.param("24:00:00:00", False, NTSC, "moment", id="hour 24"),
        pytest.param("00:60:00:00", False, NTSC, "moment", id="minute 60"),
        pytest.param("00:00:60:00", False, NTSC, "moment", id="second 60"),
        pytest.param("00:00:00:30", False, NTSC, "moment", id="frame 30"),
        pytest.param("00:01:00;00", True, NTSC, "leaves out", id="number 0 that is dropped"),
        pytest.param("00:01:00;01", True, NTSC, "leaves out", id="number 1 that is dropped"),
        pytest.param("00:01:00;03", True, NTSC_TWICE, "leaves out", id="number 3 at 59.94"),
    ],
)
def test_a_timecode_that_cannot_be(text: str, drop_frame: bool, rate: Fraction, why: str) -> None:
    problem = timecode_problem(text, drop_frame=drop_frame, rate=rate)
    assert problem is not None
    assert why in problem


def test_what_is_no_timecode_has_no_number() -> None:
    with pytest.raises(ValueError, match="HH:MM:SS:FF"):
        frames_of("now", rate=NTSC)
