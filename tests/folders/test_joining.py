"""One job's story out of pieces: whose order holds, and what is said to be missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.filing import file_job
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.views.finding import find_jobs
from sidecar.folders.views.history import tell_history
from sidecar.folders.views.repeating import find_repeats
from sidecar.folders.views.tops import read_top
from tests.folders.scenes import here, make_folder, make_spec, submit, take_first


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def test_the_logs_own_order_holds_when_the_clock_was_set_back(folder: WatchFolder) -> None:
    _worker, process = here()
    taken = take_first(folder)
    file_job(folder, taken.claim, made_on(taken.spec), "failed", log=ActionLog(folder, process))
    (log,) = folder.log.iterdir()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    lines[-1]["time"] = "2001-01-01T00:00:00.000Z"
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (found,) = find_jobs(folder, taken.spec.job_id)
    told = [event for event in tell_history(folder, found).events if event.told_by == "log"]
    assert [event.what for event in told] == ["submit", "claim", "take", "file"]


def test_lines_about_a_job_are_read_without_the_others(tmp_path: Path, folder: WatchFolder) -> None:
    submit(folder, *(make_spec(tmp_path, number) for number in range(5)))
    everything = list(read_actions(folder))
    assert len(everything) == 6
    for line in everything:
        assert list(read_actions(folder, [line["job_id"]])) == [line]
    ids = [everything[4]["job_id"], everything[1]["job_id"], "nothing"]
    assert list(read_actions(folder, ids)) == [everything[1], everything[4]]
    (log, *_rest) = sorted(folder.log.iterdir())
    with log.open("a") as stream:
        stream.write(f"cut off {everything[4]['job_id']}")
    assert list(read_actions(folder, ids)) == [everything[1], everything[4]]


def test_a_name_that_is_no_ascii_is_found_in_the_log(tmp_path: Path, folder: WatchFolder) -> None:
    spec = make_spec(tmp_path).model_copy(update={"label": 'ä"\\場面'})
    (path,) = submit(folder, spec)
    (line,) = read_actions(folder, [path.name])
    assert line["job_file"] == path.name


def test_repeats_are_told_as_far_as_they_were_read(tmp_path: Path, folder: WatchFolder) -> None:
    first = make_spec(tmp_path, 1)
    (path,) = submit(folder, first)
    again = [make_spec(tmp_path, number, retried_from=first.job_id) for number in (2, 3)]
    submit(folder, *again, make_spec(tmp_path, 4, retried_from="1" * 8 + first.job_id[8:]))
    told = find_repeats(folder, first.job_id, read_top(path))
    assert set(told.by) == {spec.job_id for spec in again}
    assert (told.of, told.unread) == (None, 0)
    hurried = find_repeats(folder, first.job_id, read_top(path), patience_seconds=-1.0)
    assert (hurried.by, hurried.unread) == ((), 5)


def test_a_claim_that_stands_alone_names_who_has_the_job(folder: WatchFolder) -> None:
    taken = take_first(folder)
    (found,) = find_jobs(folder, taken.spec.job_id[:8])
    told = tell_history(folder, found)
    assert (told.state, told.worker) == ("running", taken.claim.worker)
    assert told.stale is None
    assert told.missing == ()


def test_how_a_running_job_is_looked_at_is_told_by_its_file(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box")
    limits = {"clip_timeout_seconds": 3600, "stall_seconds": 300}
    submit(folder, make_spec(tmp_path, execution=limits | {"verification": "exists"}))
    taken = take_first(folder)
    (found,) = find_jobs(folder, taken.spec.job_id)
    assert tell_history(folder, found).verification == "exists"
