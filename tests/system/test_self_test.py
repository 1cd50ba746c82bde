"""The self-test of a folder finds what is missing there, and leaves nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from proxx_engine import try_folder
from proxx_engine.system import publishing, self_test


def test_a_good_folder_holds_everything_and_is_left_as_it_was(tmp_path: Path) -> None:
    trials = try_folder(tmp_path)
    assert [trial.name for trial in trials if not trial.works] == []
    assert any(trial.found == "by rename" for trial in trials)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_one_finding(tmp_path: Path) -> None:
    (trial,) = try_folder(tmp_path / "gone")
    assert (trial.works, trial.found) == (False, "No such file or directory")


def test_a_place_whose_locks_do_not_exclude_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(path: Path, data: bytes, *, durable: bool = True) -> None:
        path.write_bytes(data)

    monkeypatch.setattr(self_test, "create_exclusive", create)
    failing = {trial.name: trial.found for trial in try_folder(tmp_path) if not trial.works}
    assert failing == {"claim: exclusive create has one winner": "a second claim was granted"}
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_a_publish_replaces_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(hidden: Path, final: Path) -> str:
        os.replace(hidden, final)
        return "rename"

    monkeypatch.setattr(self_test, "publish", replace)
    failing = [trial.found for trial in try_folder(tmp_path) if not trial.works]
    assert failing == ["a published file was replaced"]


def test_the_rung_that_a_place_has_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_hidden: Path, _final: Path) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(publishing, "_LADDER", (("rename", missing), *publishing._LADDER[1:]))
    assert "by link" in [trial.found for trial in try_folder(tmp_path)]


@pytest.mark.parametrize(
    ("age", "works", "found"),
    [
        pytest.param(0.2, True, "agrees with this machine's within 3 s", id="alike"),
        pytest.param(-12.0, True, "12 s ahead of this machine's", id="a little ahead"),
        pytest.param(95.0, False, "95 s behind this machine's", id="far behind"),
        pytest.param(-7200.0, False, "7200 s ahead of this machine's", id="far ahead"),
    ],
)
def test_how_far_the_clock_of_a_place_is_from_ours_is_told(
    age: float, works: bool, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "age_seconds", lambda _path: age)
    (trial,) = (trial for trial in try_folder(tmp_path) if trial.name == "clock")
    assert (trial.works, trial.found) == (works, found)
    assert works or "set their clocks" in trial.cure
