"""The words of a clip's properties: read where they are certain, None everywhere else."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine import RawProperty, ResolveClip
from sidecar.resolve.clip_properties import (
    clean,
    parse_count,
    parse_flag,
    parse_frame_rate,
    parse_size,
    parse_timecode,
)

NTSC = Fraction(30000, 1001)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        (24.0, Fraction(24)),
        (24, Fraction(24)),
        ("25", Fraction(25)),
        ("25.000", Fraction(25)),
        (23.976, Fraction(24000, 1001)),
        (23.976023976023978, Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("23,976", Fraction(24000, 1001)),
        (29.97, NTSC),
        (29.97002997, NTSC),
        ("59.94", Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (" 50 ", Fraction(50)),
        *((said, None) for said in ("", None, "24 fps", "-24", 0, 24.017, "1e3", True, [24], "٢٤")),
    ],
)
def test_frame_rates(said: Any, rate: Fraction | None) -> None:
    assert parse_frame_rate(said) == rate


@pytest.mark.parametrize(
    ("said", "count"),
    [
        *(("255", 255), (255, 255), (255.0, 255), (" 8 ", 8)),
        *((said, None) for said in ("", None, "0", "-1", 25.5, "1.5", True, "12 frames", "10" * 9)),
    ],
)
def test_counts(said: Any, count: int | None) -> None:
    assert parse_count(said, 1, 10**9) == count


@pytest.mark.parametrize(
    ("said", "drops", "rate", "start"),
    [
        ("01:00:00:00", False, Fraction(24), "01:00:00:00"),
        ("01:00:00;02", True, NTSC, "01:00:00;02"),
        # The flag decides, not the mark.
        ("01:00:00:02", True, NTSC, "01:00:00;02"),
        ("01:00:00;02", False, NTSC, "01:00:00:02"),
        ("01:00:00;02", True, None, "01:00:00;02"),
        # Nothing drops at 24: then there is nothing to decide.
        ("01:00:00:02", None, Fraction(24), "01:00:00:02"),
        ("01:00:00:02", None, NTSC, None),
        ("01:00:00;02", True, Fraction(24), None),
        ("23:59:59:119", False, Fraction(120), "23:59:59:119"),
        ("", False, Fraction(24), None),
        (None, False, Fraction(24), None),
        ("1:00:00:00", False, Fraction(24), None),
    ],
)
def test_timecodes(said: Any, drops: bool | None, rate: Fraction | None, start: str | None) -> None:
    assert parse_timecode(said, drops, rate) == start


def test_flags_and_sizes() -> None:
    said = ("1", "0", 1, 0.0, "", None, "On", "2", True)
    assert [parse_flag(one) for one in said] == [True, False, True, False, *[None] * 5]
    assert parse_size("6144x3456") == (6144, 3456)
    for wrong in ("", None, "6144", "6144x", "x3456", "0x1", "99999x2", "1920x1080x3", 1920):
        assert parse_size(wrong) == (None, None)


def test_text_is_kept_but_for_what_no_job_can_hold() -> None:
    assert clean("夜 – Joe's \u00a0take") == "夜 – Joe's \u00a0take"
    assert clean("two\nlines\udcff\x7f") == "two\\nlines\\udcff\\x7f"
    assert len(clean("long " * 9999)) == 4096
    assert [clean(one) for one in (1, 1.0, 23.976, True, [1])] == [
        "1",
        "1",
        "23.976",
        "true",
        "[1]",
    ]


@given(ANYTHING, st.sampled_from([Fraction(24), NTSC, None]), st.sampled_from([True, False, None]))
def test_whatever_is_said_a_job_can_hold_it(
    said: Any, rate: Fraction | None, drops: bool | None
) -> None:
    width, height = parse_size(said)
    clip = ResolveClip(
        project_id=clean(said),
        project_name=None,
        media_id=None,
        clip_name=None,
        data_level=None,
        flips=None,
        color_science=None,
        frames=parse_count(said, 1, 10**9),
        frame_rate=parse_frame_rate(said),
        start_timecode=parse_timecode(said, drops, rate),
        drop_frame=parse_flag(said),
        width=width,
        height=height,
        audio_channels=parse_count(said, 0, 1024),
        sample_rate=parse_count(said, 1000, 768_000),
        properties=(RawProperty(name="any", value=clean(said)),),
    )
    clip.model_dump_json().encode()


@given(st.sampled_from([24, 30, 48, 60, 120]), st.integers(2, 9))
def test_a_rate_is_the_exact_one_however_many_places_are_told(whole: int, places: int) -> None:
    exact = Fraction(whole * 1000, 1001)
    told = round(float(exact), places)
    assert parse_frame_rate(told) == parse_frame_rate(str(told)) == exact


@given(st.integers(1, 999))
def test_a_whole_rate_is_itself(rate: int) -> None:
    assert parse_frame_rate(rate) == parse_frame_rate(float(rate)) == parse_frame_rate(f"{rate}.0")
    assert parse_frame_rate(rate) == rate


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 23))
def test_a_timecode_stays_the_moment_that_it_names(h: int, m: int, s: int, f: int) -> None:
    text = f"{h:02}:{m:02}:{s:02}:{f:02}"
    assert parse_timecode(text, False, Fraction(24)) == text
    assert parse_timecode(text, True, NTSC) == f"{text[:8]};{text[9:]}"
