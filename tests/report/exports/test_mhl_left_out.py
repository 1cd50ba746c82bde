"""What a history does not hold, each with its reason."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from sidecar.report.exports.mhl import add_generation
from tests.report.exports.histories import actions, add, verify
from tests.report.exports.rows import put, rows_below
from tests.results.scenes import PROXY, failed, write_result

# Of the library's own verify, under the newest pathspec.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")


def test_a_proxy_that_changed_since_is_named_and_left_out(place: Path) -> None:
    add(place)
    (place / "A.mov").write_bytes(PROXY[::-1])
    made = add(place)
    assert (made.count, made.broken) == (1, 1)
    [left_out] = made.left_out
    assert (left_out.name, left_out.reason) == ("A.mov", "changed: content differs")
    assert actions(place)["0002"] == ["sub/B.mov xxh128 verified"]


def test_a_proxy_that_was_made_anew_is_not_what_the_history_says(place: Path) -> None:
    add(place)
    anew = b"other bytes of a prox"
    sha256 = hashlib.sha256(anew).hexdigest()
    changes: dict[str, Any] = {"output_size_bytes": len(anew), "output_sha256": sha256}
    put(place, "A.mov", minute=9, **changes).write_bytes(anew)
    rows = [row for row in rows_below(place) if row.state == "proven"]
    made = add_generation(place, rows, reading=lambda *_: None)
    assert (made.count, made.broken) == (1, 1)
    assert "another file than the one that the history has the xxh128 of" in made.left_out[0].reason


def test_what_is_not_proven_or_lies_elsewhere_is_left_out(place: Path, tmp_path: Path) -> None:
    put(place, "gone.mov").unlink()
    write_result(place, failed("F.mov", place))
    put(tmp_path / "elsewhere", "E.mov")
    made = add(place, tmp_path)
    assert (made.count, made.broken) == (2, 0)
    assert {each.name: each.reason for each in made.left_out} == {
        "gone.mov": "gone: proxy is gone",
        "F.mov": "failed: SOURCE_TRUNCATED",
        "E.mov": f"lies outside of {place}",
    }
    verify(place)


@pytest.mark.parametrize(
    "name", ["a\nb.mov", "a\rb.mov", "a\u2028b.mov", "a\x0bb.mov", "a\x85.mov"]
)
def test_a_name_that_the_library_would_spoil_is_left_out(place: Path, name: str) -> None:
    put(place, name)
    made = add(place)
    assert made.count == 2
    [left_out] = made.left_out
    assert (left_out.name, left_out.reason) == (name, "its name cannot stand in XML")


@pytest.mark.parametrize(
    "name", ["a & <b>.mov", " \" '.mov", "ümlaut 映画.mov", "u\u0308.mov", "]]>.mov", "\u202ea.mov"]
)
def test_any_other_name_is_verified(place: Path, name: str) -> None:
    put(place, name)
    assert add(place).left_out == ()
    add(place)
    verify(place)


def test_a_folder_below_with_a_history_of_its_own_keeps_its_proxies(place: Path) -> None:
    add(place / "sub", place)
    made = add(place)
    assert made.count == 1
    [left_out] = made.left_out
    assert left_out.name == "sub/B.mov"
    assert f"lies in {place / 'sub'}, which has a history of its own" in left_out.reason
    verify(place)


def test_nothing_to_write_writes_nothing(tmp_path: Path) -> None:
    write_result(tmp_path, failed("F.mov", tmp_path))
    made = add(tmp_path)
    assert (made.path, made.count) == (None, 0)
    assert not (tmp_path / "ascmhl").exists()
