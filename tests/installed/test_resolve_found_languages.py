"""In which languages the menu needs our files: each entry once, and never an empty menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.installed.resolve_evidence import Edition
from sidecar.installed.resolve_found import FoundResolve, menu_languages
from sidecar.installed.resolve_python import FoundPython
from sidecar.installed.versions import Version

GOOD = FoundPython(version=(3, 11), named_by="/usr/local/bin/python3")
HERS = FoundPython(version=(3, 11), named_by="PYTHON3HOME", certain=False)
NONE = FoundPython(named_by="the registry", trouble="Resolve finds no Python.", cure="Get one.")


def resolve(
    edition: Edition | None,
    version: Version | None,
    python: FoundPython | None = GOOD,
    *,
    store: bool = False,
) -> FoundResolve:
    return FoundResolve(
        program=Path("/opt/resolve/bin/resolve"),
        edition=edition,
        version=version,
        store=store,
        python=python,
    )


CASES: dict[str, tuple[tuple[FoundResolve, ...], tuple[str, ...]]] = {
    "studio with a Python": ((resolve("studio", (20, 3, 1)),), ("py",)),
    "studio without": ((resolve("studio", (20, 3, 1), NONE),), ("lua",)),
    "studio that brings its own": ((resolve("studio", (21, 1, 0)),), ("py",)),
    "free that lists Python": ((resolve("free", (21, 0, 4)),), ("py",)),
    "free without a Python": ((resolve("free", (21, 0, 4), NONE),), ("lua",)),
    "free since 21.1": ((resolve("free", (21, 1), None),), ("lua",)),
    "unknown edition, listed by both": ((resolve(None, (20, 3)),), ("py",)),
    "unknown edition, not listed by both": ((resolve(None, (21, 1), None),), ("py", "lua")),
    "free, some 21": ((resolve("free", (21,)),), ("py", "lua")),
    "studio, some 21, with a Python": ((resolve("studio", (21,)),), ("py",)),
    "studio, some 21, without": ((resolve("studio", (21,), NONE),), ("lua",)),
    "studio of unknown version": ((resolve("studio", None, NONE),), ("py", "lua")),
    "free of unknown version": ((resolve("free", None),), ("py", "lua")),
    "nothing known": ((resolve(None, None, NONE),), ("py", "lua")),
    "a variable that Resolve may not have": ((resolve("studio", (20,), HERS),), ("py", "lua")),
    "none": ((), ("py", "lua")),
    "only one of the store": ((resolve("free", (21, 1), None, store=True),), ("py", "lua")),
    "one of the store beside another": (
        (resolve("free", (21, 1), None, store=True), resolve("studio", (21, 1))),
        ("py",),
    ),
    "two that agree": ((resolve("studio", (21, 1)), resolve("studio", (20, 1))), ("py",)),
    "two that differ": (
        (resolve("studio", (20, 1), NONE), resolve("studio", (21, 1))),
        ("py", "lua"),
    ),
}


@pytest.mark.parametrize(("found", "languages"), CASES.values(), ids=CASES)
def test_python_where_nothing_is_in_doubt_lua_where_it_cannot_be_both_otherwise(
    found: tuple[FoundResolve, ...], languages: tuple[str, ...]
) -> None:
    assert menu_languages(found) == languages


ANY = st.builds(
    resolve,
    st.sampled_from(["free", "studio", None]),
    st.sampled_from([None, (17, 4), (18, 6, 4), (20, 3, 1), (21,), (21, 0), (21, 1), (22,)]),
    st.sampled_from([GOOD, HERS, NONE, None]),
    store=st.booleans(),
)


@given(st.lists(ANY, max_size=4))
def test_no_menu_is_left_empty_and_python_alone_is_listed_by_every_one(
    found: list[FoundResolve],
) -> None:
    languages = menu_languages(found)
    assert languages in (("py",), ("lua",), ("py", "lua"))
    ours = [one for one in found if not one.store]
    if languages == ("py",):
        assert ours
        assert all(one.lists_python and one.python and one.python.usable for one in ours)
    assert menu_languages(found[::-1]) == languages
