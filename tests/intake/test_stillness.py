"""N looks and enough seconds, on a clock that never jumps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sidecar.intake.stillness import Patience, Watched, look_again
from sidecar.intake.units import Listing

PATIENCE = Patience(looks=3, quiet_seconds=10)
EMPTY, ONE, MORE = Listing({}), Listing({"a.mov": (1, 1)}), Listing({"a.mov": (2, 1)})


def watch(*looks: tuple[float, Listing]) -> Watched:
    watched = None
    for now, listing in looks:
        watched = look_again(watched, listing, now)
    assert watched is not None
    return watched


def test_both_looks_and_seconds_count() -> None:
    quick = watch((0, ONE), (1, ONE), (2, ONE), (3, ONE))
    assert not quick.is_still(PATIENCE, 3)
    assert quick.is_still(PATIENCE, 10)
    rare = watch((0, ONE), (60, ONE))
    assert not rare.is_still(PATIENCE, 60)
    assert watch((0, ONE), (60, ONE), (61, ONE)).is_still(PATIENCE, 61)


def test_any_change_begins_anew() -> None:
    for changed in (MORE, EMPTY, Listing({"a.mov": (1, 2)}), Listing({"b.mov": (1, 1)})):
        watched = watch((0, ONE), (5, ONE), (10, changed))
        assert (watched.looks, watched.since, watched.has_moved) == (1, 10, True)
    assert not watch((0, ONE), (5, ONE)).has_moved


def test_what_a_folder_says_of_itself_is_no_change() -> None:
    before, after = Listing({}, {"A": 1}), Listing({}, {"A": 2})
    assert look_again(watch((0, before)), after, 5).looks == 2


@given(st.lists(st.tuples(st.floats(0.01, 30), st.booleans()), min_size=1, max_size=30))
def test_nothing_is_still_that_changed_within_the_quiet_seconds(
    steps: list[tuple[float, bool]],
) -> None:
    now, changes, watched, last_change = 0.0, 0, None, 0.0
    for seconds, changes_now in steps:
        now += seconds
        changes += changes_now
        if changes_now or watched is None:
            last_change = now
        watched = look_again(watched, Listing({"a": (changes, 0)}), now)
        assert not watched.is_still(PATIENCE, now) or now - last_change >= 10
