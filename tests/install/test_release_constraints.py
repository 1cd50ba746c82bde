"""Installing again brings the same packages: all of them are pinned, to versions that may be."""

from __future__ import annotations

import sys
from itertools import chain

import pytest
from packaging.markers import default_environment

from tests.install.release_dependencies import (
    CONSTRAINTS,
    environments,
    installed,
    needs,
    pinned_version,
    pins,
)

_HERE = dict(default_environment())
_WHERE_ALL_ARE = pytest.mark.skipif(
    sys.platform != "linux", reason="what only Linux needs cannot be followed elsewhere"
)


@_WHERE_ALL_ARE
def test_every_package_that_is_pulled_in_is_pinned_and_no_other() -> None:
    assert set(pins()) == set(chain.from_iterable(part.names for part in needs().values()))


def test_on_every_system_and_python_one_pin_of_a_package_counts() -> None:
    for place in environments():
        for name, found in pins().items():
            counting = [pin for pin in found if pin.marker is None or pin.marker.evaluate(place)]  # type: ignore[arg-type]
            assert len(counting) == 1, (name, place["sys_platform"], place["python_version"])


def test_each_pin_is_in_the_range_of_everything_that_asks_for_the_package() -> None:
    known = pins()
    for part in needs().values():
        for name, asking in part.requirements.items():
            for pin in known[name]:
                for requirement in asking:
                    version = pinned_version(pin)
                    assert requirement.specifier.contains(version), f"{pin} against {requirement}"


def test_the_tests_run_with_exactly_what_is_pinned() -> None:
    here = installed()
    counting = {
        name: pinned_version(pin)
        for name, found in pins().items()
        for pin in found
        if pin.marker is None or pin.marker.evaluate(_HERE)
    }
    there = {name: here[name].version for name in counting if name in here}
    assert there == {name: counting[name] for name in there}
    for part in needs().values():
        for name in part.names - set(there):
            markers = [requirement.marker for requirement in part.requirements[name]]
            assert not any(marker is None or marker.evaluate(_HERE) for marker in markers), name


@_WHERE_ALL_ARE
def test_a_package_stands_under_the_part_that_needs_it() -> None:
    text = CONSTRAINTS.read_text("utf-8")
    blocks = [block.splitlines() for block in text.strip().split("\n\n")[1:]]
    names = [{line.partition("==")[0].lower() for line in block[1:]} for block in blocks]
    parts = needs()
    order = ("itself", "timelines", "mhl", "service", "farm", "opencue", "building", "tests")
    left = [parts[name].names for name in order]
    for number, before in enumerate(left):
        left[number + 1 :] = [later - before for later in left[number + 1 :]]
    assert names == left
    for block in blocks:
        listed = [line.partition("==")[0].lower() for line in block[1:]]
        assert listed == sorted(listed)
