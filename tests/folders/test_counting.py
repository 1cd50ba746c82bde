"""Views over many files: what ended is counted by listing, what waits is read once, never long."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sidecar.folders.batches import Batch
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import list_pending
from sidecar.folders.views import ended, tops
from sidecar.folders.views.ended import Ended
from sidecar.folders.views.looking import Looker
from sidecar.folders.views.tops import read_top
from tests.folders.scenes import make_folder, make_spec, submit


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box")


def file_away(folder: WatchFolder, outcome: str, name: str, *, day: str, at: float) -> Path:
    home = folder.root / outcome / day / name
    home.mkdir(parents=True)
    told = {"status": "PARTIAL", "failure": {"code": "ENCODE_FAILED", "sentence": name}}
    (home / f"{name}.result.json").write_text(json.dumps(told))
    os.utime(home, (at, at))
    os.utime(home.parent, (at, at))
    return home


def test_days_that_have_not_changed_are_listed_once(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        file_away(folder, "completed", f"j{number}", day=f"2026-01-0{1 + number % 2}", at=1000)
    listed: list[str] = []
    whole = ended.list_folders

    def note(place: str | Path) -> list[str]:
        listed.append(os.path.basename(place))
        return whole(place)

    monkeypatch.setattr(ended, "list_folders", note)
    now = [0.0]
    days = Ended(folder, clock=lambda: now[0])
    for now[0] in (0.0, 1.0, 10.0, 20.0):
        listed.clear()
        assert days.count("completed") == 6
    assert listed == ["completed"]
    file_away(folder, "completed", "j9", day="2026-01-02", at=2000)
    assert days.count("completed") == 7


def test_the_latest_failures_are_those_that_were_filed_last(folder: WatchFolder) -> None:
    for number in range(4):
        file_away(folder, "failed", f"old{number}", day="2026-03-01", at=5000 + number)
    file_away(folder, "failed", "x.job", day="2026-01-01", at=9000)
    (folder.filed("failed", "2026-02-01")).mkdir()
    os.utime(folder.filed("failed", "2026-02-01"), (1, 1))
    days = Ended(folder)
    assert [failure.name for failure in days.latest_failures(3)] == ["x.job", "old3", "old2"]
    (first, *_rest) = days.latest_failures(1)
    assert (first.status, first.code, first.sentence) == ("PARTIAL", "ENCODE_FAILED", "x.job")


def test_a_failure_without_a_result_is_told_as_such(folder: WatchFolder) -> None:
    home = file_away(folder, "failed", "x", day="2026-03-01", at=5000)
    for text in ("", "[]", '{"failure": 7}', "[" * 100_000):
        (home / "x.result.json").write_text(text)
        (failure,) = Ended(folder).latest_failures(1)
        assert (failure.status, failure.code) == ("WITHOUT A RESULT", "")


def test_a_batch_is_what_one_act_made(tmp_path: Path, folder: WatchFolder) -> None:
    """Two acts of one day under one label are two batches."""
    times = ("2026-02-13T20:15:00.000Z", "2026-02-13T21:00:00.000Z")
    for number, at in enumerate((times[0], times[0], times[1])):
        submit(folder, make_spec(tmp_path, number, batch="day 12", created_at=at))
    first, second = Looker(folder).look().batches
    assert [(batch.made_at, batch.waiting) for batch in (first, second)] == [
        (times[0], 2),
        (times[1], 1),
    ]


def test_the_top_of_a_job_is_read_however_it_is_written(tmp_path: Path) -> None:
    top = {"job_id": "i", "created_at": "t", "batch": "clips", "label": "l", "retried_from": None}
    path = tmp_path / "x.job.json"
    written = [
        json.dumps(top | {"clips": []}),
        json.dumps({"clips": [{"clips": 1}]} | top),
        json.dumps(top | {"notes": "x" * 10_000, "clips": []}, indent=2),
        json.dumps(top | {"clips": ["x" * 10_000]}) + "\n\n",
    ]
    for text in written:
        path.write_text(text)
        found = read_top(path)
        assert found is not None
        assert (found.job_id, found.batch) == ("i", Batch("clips", "t"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"job_id": 1, "clips": []}', "[" * 9000 + "}"])
def test_what_is_no_job_has_no_top(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.job.json"
    path.write_text(text)
    assert read_top(path) is None
    assert read_top(tmp_path) is None
    assert read_top(tmp_path / "nowhere") is None


def test_a_job_that_is_cut_off_has_no_top(tmp_path: Path, folder: WatchFolder) -> None:
    (path,) = submit(folder, make_spec(tmp_path))
    path.write_bytes(path.read_bytes()[:-20])
    assert read_top(path) is None


def test_what_waits_is_read_once(
    tmp_path: Path, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(folder, *(make_spec(tmp_path, number, batch="b") for number in range(5)))
    read: list[str] = []
    monkeypatch.setattr(tops, "read_top", lambda path: read.append(path) or read_top(path))
    looker = Looker(folder)
    assert [batch.waiting for batch in looker.look().batches] == [5]
    (folder.pending / list_pending(folder)[0]).unlink()
    submit(folder, make_spec(tmp_path, 9, batch="b"))
    assert sum(batch.waiting for batch in looker.look().batches) == 5
    assert len(read) == 6


def test_nobody_waits_long_for_a_slow_share(tmp_path: Path, folder: WatchFolder) -> None:
    """What there is no time to read is read at the next look, and said so until then."""
    submit(folder, *(make_spec(tmp_path, number, batch="b") for number in range(5)))
    now = [0.0]

    def tick() -> float:
        now[0] += 1.0
        return now[0]

    looker = Looker(folder, patience_seconds=4.0, clock=tick)
    counts = []
    for _look in range(4):
        seen = looker.look()
        counts.append((seen.waiting, sum(batch.waiting for batch in seen.batches), seen.unread))
    assert [count[0] for count in counts] == [5] * 4
    assert counts[0][1] < 5
    assert counts[0][2] > 0
    assert counts[-1] == (5, 5, 0)
