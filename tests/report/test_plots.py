"""The night by worker, speeds and sizes: what is drawn, and what is said of the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.report.model import ClipView
from sidecar.report.plots import Spell, draw_night, draw_sizes, draw_speeds
from tests.report.samples import clip

EVENING = datetime(2026, 2, 13, 22, 0, tzinfo=UTC)


def made(**changes: Any) -> ClipView:
    """A clip of ten seconds that took two, at a tenth of its source's size."""
    usual = {
        "seconds": 2.0,
        "media_seconds": 10.0,
        "size_bytes": 1_000_000,
        "source_bytes": 10_000_000,
        "source": "/card/A.mxf",
    }
    return clip(**(usual | changes))


def spell(begin: float, minutes: float, worker: str = "box:1", key: str = "c-1") -> Spell:
    """A clip that began so many hours after the evening."""
    at = EVENING + timedelta(hours=begin)
    return Spell(made(key=key, worker=worker), at, at + timedelta(minutes=minutes))


def test_each_worker_has_a_lane_and_each_clip_its_place_on_it() -> None:
    night = draw_night([spell(0, 60, "a", "1"), spell(1, 60, "a", "2"), spell(1, 180, "b", "3")])
    assert night is not None
    assert night.told == "2026-02-13 22:00Z to 2026-02-14 02:00Z, 3 clips by 2 workers"
    placed = {s.key: (lane.worker, s.begin, s.end) for lane in night.lanes for s in lane.stretches}
    assert placed == {"1": ("a", 0, 0.25), "2": ("a", 0.25, 0.5), "3": ("b", 0.25, 1.0)}
    assert [(tick.words, tick.at) for tick in night.ticks] == [
        ("22:00", 0),
        ("22:30", 0.125),
        ("23:00", 0.25),
        ("23:30", 0.375),
        ("00:00", 0.5),
        ("00:30", 0.625),
        ("01:00", 0.75),
        ("01:30", 0.875),
        ("02:00", 1),
    ]


def test_only_the_last_night_is_drawn_and_the_rest_is_told() -> None:
    night = draw_night([spell(-48, 30), spell(-24, 30), spell(0, 30), spell(5, 30)])
    assert night is not None
    assert len(night.lanes[0].stretches) == 2
    assert night.told.endswith("2 clips of earlier days not drawn")


def test_a_long_clip_holds_a_night_together() -> None:
    """It began before the pause that two short ones would make."""
    night = draw_night([spell(0, 1), spell(0.5, 10 * 60), spell(10.4, 1)])
    assert night is not None
    assert sum(len(lane.stretches) for lane in night.lanes) == 3


def test_more_workers_than_can_be_drawn_are_told() -> None:
    night = draw_night([spell(0, 1, f"box:{number}") for number in range(30)])
    assert night is not None
    assert len(night.lanes) == 24
    assert "by 30 workers, of which 24 are drawn" in night.told


def test_without_times_there_is_no_night() -> None:
    assert draw_night([]) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.floats(0, 5000), st.sampled_from("abc")),
        min_size=1,
        max_size=20,
    )
)
def test_everything_drawn_lies_on_the_axis(spells: list[tuple[float, float, str]]) -> None:
    night = draw_night([spell(*one) for one in spells])
    assert night is not None
    stretches = [stretch for lane in night.lanes for stretch in lane.stretches]
    assert all(0 <= s.begin <= s.end <= 1 + 1e-9 for s in stretches)
    assert all(0 <= tick.at <= 1 for tick in night.ticks)
    assert len(night.ticks) <= 11


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (0.4, "below 0.5×"),
        (0.5, "0.5 to 1×"),
        (1.0, "1 to 2×"),
        (19.9, "10 to 20×"),
        (20, "20× and more"),
    ],
)
def test_a_clip_counts_at_its_speed(speed: float, words: str) -> None:
    speeds = draw_speeds([made(media_seconds=speed * 10, seconds=10.0)])
    assert speeds is not None
    assert [bar.words for bar in speeds.bars if bar.count] == [words]


def test_speeds_are_of_clips_that_were_made() -> None:
    clips = [made(), made(tone="bad"), made(media_seconds=None)]
    speeds = draw_speeds(clips)
    assert speeds is not None
    assert speeds.told == "half of 1 clip at 5.0× real time or faster"
    assert draw_speeds([made(seconds=None)]) is None


def test_a_source_of_two_proxies_weighs_once() -> None:
    sizes = draw_sizes([made(), made(), made(source="/card/B.mxf")])
    assert sizes is not None
    assert (sizes.source_bytes, sizes.proxy_bytes) == (20_000_000, 3_000_000)
    assert sizes.told == "3.0 MB of proxies for 20.0 MB of sources"


def test_what_the_source_weighs_may_not_be_known() -> None:
    sizes = draw_sizes([made(), made(source_bytes=None)])
    assert sizes is not None
    assert sizes.told.endswith("; of 1 clip the source's size is not known here")
    assert draw_sizes([made(source_bytes=None)]) is None


def test_paths_that_two_cards_have_in_common_are_two_sources() -> None:
    first, second = made(source_bytes=10_000_000), made(source_bytes=30_000_000)
    sizes = draw_sizes([first, second])
    assert sizes is not None
    assert (sizes.source_bytes, sizes.proxy_bytes) == (40_000_000, 2_000_000)


def test_a_clock_that_began_in_another_age_draws_no_line_for_each_of_its_days() -> None:
    long_ago = datetime(1, 1, 1, tzinfo=UTC)
    night = draw_night([Spell(made(), long_ago, EVENING)])
    assert night is not None
    assert 2 <= len(night.ticks) <= 11
    assert night.ticks[0].words == "01-01"
    last = datetime.max.replace(tzinfo=UTC)
    assert draw_night([Spell(made(), last - timedelta(hours=1), last)]) is not None
