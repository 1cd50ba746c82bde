"""What a constant rate shows of pictures at uneven times: sync, order, count, and rates."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxx_engine.planning.frame_rates import (
    CAMERA_RATES,
    MXF_RATES,
    Conformed,
    conform_times,
    nearest_camera_rate,
    rate_problem,
    runs_of,
)

BASES = st.sampled_from([Fraction(1, n) for n in (600, 1000, 15360, 16000, 30000, 90000)])
RATES = st.sampled_from(CAMERA_RATES)
GAPS = st.lists(st.integers(min_value=1, max_value=5000), min_size=1, max_size=60)


@st.composite
def clips(draw: st.DrawFn) -> tuple[list[int], int, Fraction, Fraction]:
    """Return ascending times, the end of the last picture, the clock, the rate."""
    start = draw(st.integers(min_value=-3000, max_value=100_000))
    *times, end = accumulate(draw(GAPS), initial=start)
    return times, end, draw(BASES), draw(RATES)


def _conform(clip: tuple[list[int], int, Fraction, Fraction]) -> Conformed:
    times, end, base, rate = clip
    return conform_times(times, time_base=base, end=end, rate=rate)


@given(clips())
@example(([0, 300, 301, 900], 1200, Fraction(1, 600), Fraction(30)))
def test_no_picture_is_shown_more_than_half_a_frame_early_or_late(clip: tuple) -> None:
    times, end, base, rate = clip
    made, half, tick = _conform(clip), 1 / (2 * rate), base
    over = [*times[1:], end]
    for frame, picture in enumerate(made.pictures, start=made.first_frame):
        at = frame / rate
        assert times[picture] * base <= at + half + tick, "shown before it begins"
        assert over[picture] * base >= at + half - tick - 1 / rate, "shown after it is over"


@given(clips())
def test_order_is_kept(clip: tuple) -> None:
    assert all(one <= other for one, other in pairwise(_conform(clip).pictures))


@given(clips())
def test_there_are_as_many_frames_as_the_duration_says(clip: tuple) -> None:
    times, end, base, rate = clip
    frames = len(_conform(clip).pictures)
    assert abs(frames - (end - times[0]) * base * rate) <= 1


@given(clips())
def test_a_picture_that_is_shown_for_a_frame_or_more_is_never_dropped(clip: tuple) -> None:
    times, end, base, rate = clip
    shown = set(_conform(clip).pictures)
    long = {n for n, (a, b) in enumerate(pairwise([*times, end])) if (b - a) * base * rate >= 1}
    assert long <= shown


@given(st.integers(1, 200), RATES, BASES, st.integers(0, 50))
def test_a_constant_rate_maps_one_to_one(
    count: int, rate: Fraction, base: Fraction, start: int
) -> None:
    # A clock that counts a frame in less than two ticks cannot tell one frame from the next.
    if base * rate * 2 > 1:
        return
    times = [round(frame / rate / base) for frame in range(start, start + count + 1)]
    made = conform_times(times[:-1], time_base=base, end=times[-1], rate=rate)
    assert (made.first_frame, list(made.pictures)) == (start, list(range(count)))


@given(clips())
def test_runs_tell_the_whole_map(clip: tuple) -> None:
    pictures = list(_conform(clip).pictures)
    told = [run.source + n for run in runs_of(pictures) for n in range(run.count)]
    assert told == pictures
    starts = [run.proxy for run in runs_of(pictures)]
    assert starts == [0, *accumulate(run.count for run in runs_of(pictures))][:-1]


@pytest.mark.parametrize(
    ("times", "end", "shown"),
    [
        pytest.param([0, 20, 40], 60, [0, 1, 2], id="even"),
        pytest.param([0, 20, 60], 80, [0, 1, 1, 2], id="a gap of one frame"),
        pytest.param([0, 20, 25, 40], 60, [0, 2, 3], id="two within a frame: the later one stays"),
        pytest.param([0, 20, 40], 100, [0, 1, 2, 2, 2], id="the last is held"),
        pytest.param([0, 20, 50], 60, [0, 1, 1], id="a last one of less than half a frame"),
        pytest.param([0, 10], 30, [0, 1], id="right between two frames: the later"),
        pytest.param([0], 20, [0], id="a single picture"),
        pytest.param([], 0, [], id="none"),
    ],
)
def test_what_thirty_frames_a_second_show(times: list[int], end: int, shown: list[int]) -> None:
    made = conform_times(times, time_base=Fraction(1, 600), end=end, rate=Fraction(30))
    assert list(made.pictures) == shown


def test_repeated_and_dropped_pictures_are_counted() -> None:
    made = conform_times(
        [0, 20, 25, 40, 100], time_base=Fraction(1, 600), end=120, rate=Fraction(30)
    )
    assert list(made.pictures) == [0, 2, 3, 3, 3, 4]
    assert (made.repeated, made.dropped(5)) == (2, 1)


@pytest.mark.parametrize(
    ("average", "nearest"),
    [
        pytest.param("30", "30", id="30"),
        pytest.param("2997/100", "30000/1001", id="29.97"),
        pytest.param("301/10", "30", id="30.1"),
        pytest.param("29", "30000/1001", id="29"),
        pytest.param("7/2", "24000/1001", id="3.5"),
        pytest.param("1000", "240", id="1000"),
        pytest.param("5994/100", "60000/1001", id="59.94"),
        pytest.param("40", "30", id="as far from two: the lower"),
    ],
)
def test_the_nearest_camera_rate(average: str, nearest: str) -> None:
    assert nearest_camera_rate(Fraction(average)) == Fraction(nearest)


def test_mxf_takes_the_rates_that_were_measured_and_no_other() -> None:
    refused = {rate for rate in CAMERA_RATES if rate_problem(rate, "mxf")}
    assert refused == {Fraction(120000, 1001), Fraction(120), Fraction(240)}
    assert rate_problem(Fraction(25000, 1001), "mxf") is not None
    assert rate_problem(Fraction(240), "mov") is None
    assert len(MXF_RATES) == 13
