"""Tables and sentences that fit a terminal, measured as wide as they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.cli.fitting import cut, fit, shown_width, wrap

ROWS = (("A001", "running", "a long sentence about it"), ("B", "", "short"))


def test_columns_are_aligned_as_they_are_shown() -> None:
    assert fit([("場面", "x"), ("abcd", "y"), ("é", "z")], None) == [
        "場面  x",
        "abcd  y",
        "é     z",
    ]


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert fit([("a", "", "b"), ("c", "", "d")], None) == ["a  b", "c  d"]
    assert fit([], 80) == []


def test_what_may_go_goes_first_and_what_may_shrink_shrinks() -> None:
    assert fit(ROWS, 39, drop=(1,)) == [
        "A001  running  a long sentence about it",
        "B              short",
    ]
    assert fit(ROWS, 38, drop=(1,)) == ["A001  a long sentence about it", "B     short"]
    assert fit(ROWS, 30, shrink=(2,)) == ["A001  running  a long sentenc…", "B              short"]


def test_control_characters_are_shown_and_measured() -> None:
    assert fit([("a\x1b[31m", "x"), ("b", "y")], 80) == [r"a\x1b[31m  x", "b          y"]


def test_a_sentence_is_broken_between_words() -> None:
    assert wrap("one two three", 11, indent="  ") == ["  one two", "  three"]
    assert wrap("one two three", None, indent="  ") == ["  one two three"]
    assert wrap("one abcdefghijkl two", 8) == ["one", "abcdefgh", "ijkl two"]
    assert wrap("one /abcdefghijkl two", 8, breaking=False) == ["one", "/abcdefghijkl", "two"]
    assert wrap("場面場面 x", 8) == ["場面場面", "x"]


@given(st.text(max_size=30), st.integers(2, 20))
def test_what_is_cut_fits_and_tells_so(text: str, width: int) -> None:
    short = cut(text, width)
    assert shown_width(short) <= width
    assert short == text or short.endswith("…")


@given(
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=4),
    st.integers(4, 60),
)
def test_rows_fit_whatever_stands_in_them(rows: list[tuple[str, str]], width: int) -> None:
    for line in fit(rows, width, indent="  ", drop=(1,), shrink=(0,)):
        assert shown_width(line) <= width


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("場", 2), ("e\u0301", 1), ("", 0)])
def test_a_character_takes_the_columns_that_it_is_shown_in(text: str, width: int) -> None:
    assert shown_width(text) == width
