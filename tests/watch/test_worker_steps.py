"""The steps of a worker around `execute_jobspec`: what it asks, keeps and files, and when."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobExecutionResult, execute_jobspec, place_of_job
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.claims import claim_path, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.settling import Settler
from sidecar.folders.stopping import StopLevel
from sidecar.watch import workers
from sidecar.watch.loop import WatchOutcome, run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from tests.folders.scenes import here, leave, make_spec, submit, tree


class NoWish:
    """Nobody asks for anything."""

    level = StopLevel.GO_ON


def watch_once(folder: WatchFolder) -> WatchOutcome:
    options = WatchOptions(once=True, poll_seconds=0.1, threads_per_job=1)
    return run_watch_loop(folder, options, wish=NoWish(), teller=Teller())


@pytest.fixture
def job_id(folder: WatchFolder, tmp_path: Path) -> str:
    """A waiting job that ends before its first frame."""
    spec = make_spec(tmp_path / "proxies")
    submit(folder, spec)
    return spec.job_id


def test_a_result_lies_with_its_job_before_the_job_is_filed(
    folder: WatchFolder, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    true_rename = os.rename

    def rename(source: Path, target: Path) -> None:
        if Path(target).parent.parent.name in ("completed", "failed"):
            told.append(place_of_job(Path(source) / f"{Path(source).name}{JOB}").result.exists())
        true_rename(source, target)

    def fail(*_arguments: object, **_named: object) -> JobExecutionResult:
        raise OSError(5, "as a disk says")

    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(workers, "execute_jobspec", fail)
    watch_once(folder)
    assert told == [True]
    assert {line["action"] for line in read_actions(folder)} >= {"take", "run", "file"}


def test_a_worker_whose_job_a_person_released_is_told_so_and_files_nothing(
    folder: WatchFolder, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed: list[list[str]] = []
    lost: list[bool] = []

    def run_and_be_released(*arguments: Any, stop: Any, **named: Any) -> JobExecutionResult:
        lost.append(stop.lost)
        result = execute_jobspec(*arguments, stop=stop, **named)
        claim = read_claim(claim_path(folder, job_id))
        assert claim is not None
        worker, process = here()
        strange = leave(folder, claim, host="elsewhere")
        settler = Settler(folder, worker, ActionLog(folder, process))
        assert settler.settle(strange, release_reason="as a test says") is not None
        lost.append(stop.lost)
        filed.append(tree(folder))
        return result

    monkeypatch.setattr(workers, "execute_jobspec", run_and_be_released)
    outcome = watch_once(folder)
    assert lost == [False, True]
    assert tree(folder) == filed[0]
    assert outcome.troubles == ()
    assert [line["action"] for line in read_actions(folder)].count("file") == 1


@pytest.mark.parametrize(
    "name", ["A001 (conflicted copy 2026-02-13).job.json", "right\u202eto left.job.json"]
)
def test_a_file_of_an_unsafe_name_is_refused_unread(
    folder: WatchFolder, job_id: str, name: str
) -> None:
    (path,) = folder.pending.iterdir()
    path.rename(path.with_name(name))
    outcome = watch_once(folder)
    assert (outcome.rejected, outcome.tally.jobs) == (1, 0)
    (record,) = folder.root.glob("failed/*/*/*.result.json")
    result = JobExecutionResult.model_validate_json(record.read_bytes())
    assert result.failure is not None
    assert result.failure.code == "SPEC_BAD_NAME"
