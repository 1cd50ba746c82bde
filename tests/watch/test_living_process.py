"""Faults that pass while the same watch goes on: no job may lie in running/ that nobody has."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxx_engine import JobSpec
from sidecar.folders.actions import ActionLog
from sidecar.folders.layout import WatchFolder
from sidecar.folders.stopping import StopLevel
from sidecar.watch import settling_rounds, workers
from sidecar.watch.loop import WatchOutcome, run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from tests.faults.scenes import wait_until
from tests.folders.scenes import make_spec, submit
from tests.watch.looking import homes


class Wish:
    """A person who can say stop."""

    level = StopLevel.GO_ON


class Heard(Teller):
    """Remembers the troubles that were told."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def trouble(self, sentence: str) -> None:
        self.troubles.append(sentence)


class Watch:
    """A watch that goes on in a thread of this process."""

    def __init__(self, folder: WatchFolder, heard: Heard) -> None:
        self.wish = Wish()
        self.outcome: WatchOutcome | None = None
        self._thread = threading.Thread(target=self._run, args=(folder, heard))
        self._thread.start()

    def _run(self, folder: WatchFolder, heard: Heard) -> None:
        options = WatchOptions(poll_seconds=0.2, threads_per_job=1)
        self.outcome = run_watch_loop(folder, options, wish=self.wish, teller=heard)

    def end(self) -> WatchOutcome:
        self.wish.level = StopLevel.SOFT
        self._thread.join(60)
        assert self.outcome is not None
        return self.outcome


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watching(folder: WatchFolder, heard: Heard) -> Iterator[Callable[[], Watch]]:
    started: list[Watch] = []

    def start() -> Watch:
        started.append(Watch(folder, heard))
        return started[-1]

    yield start
    for watch in started:
        watch.end()


def test_a_log_that_fails_at_a_jobs_end_leaves_it_with_its_worker(
    folder: WatchFolder,
    good: JobSpec,
    watching: Callable[[], Watch],
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    true_note, failed = ActionLog.note, []

    def note(self: ActionLog, action: str, **facts: object) -> None:
        if action == "file" and not failed:
            failed.append(action)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "log")
        true_note(self, action, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(ActionLog, "note", note)
    watching()
    submit(folder, good)
    wait_until(lambda: homes(folder, "completed"), 30)
    assert failed
    assert any("No space left" in trouble for trouble in heard.troubles)


def test_a_folder_that_was_away_for_a_moment_gets_its_job_filed(
    folder: WatchFolder,
    good: JobSpec,
    watching: Callable[[], Watch],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = folder.root.with_name("away")
    true_execute = workers.execute_jobspec

    def execute(*arguments: object, **options: object) -> object:
        result = true_execute(*arguments, **options)  # type: ignore[arg-type]
        folder.root.rename(away)
        threading.Timer(1.0, lambda: away.rename(folder.root)).start()
        return result

    monkeypatch.setattr(workers, "execute_jobspec", execute)
    watching()
    submit(folder, good)
    wait_until(lambda: folder.root.is_dir() and homes(folder, "completed"), 30)
    wait_until(lambda: not list(folder.claims.iterdir()))  # it follows its job


def test_a_job_whose_worker_died_of_a_defect_is_settled_by_its_own_process(
    folder: WatchFolder,
    good: JobSpec,
    watching: Callable[[], Watch],
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    def execute(*_arguments: object, **_options: object) -> object:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(workers, "execute_jobspec", execute)
    monkeypatch.setattr(settling_rounds, "_EVERY_SECONDS", 0.5)
    submit(folder, good)
    watch = watching()
    outcome = (
        watch.end() if not wait_until(lambda: homes(folder, "failed") or watch.outcome) else None
    )
    outcome = outcome or watch.end()
    assert homes(folder, "failed") == ["good"]
    assert any("ZeroDivisionError" in trouble for trouble in heard.troubles)
    assert outcome.defects


def test_a_file_that_cannot_be_moved_costs_only_itself(
    folder: WatchFolder,
    good: JobSpec,
    tmp_path: Path,
    watching: Callable[[], Watch],
    monkeypatch: pytest.MonkeyPatch,
    heard: Heard,
) -> None:
    (stuck, _free) = submit(folder, make_spec(tmp_path / "proxies", 1), good)
    true_rename = os.rename

    def rename(source: object, target: object) -> None:
        if os.fspath(source) == os.fspath(stuck):  # type: ignore[call-overload]
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(source))
        true_rename(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", rename)
    watching()
    wait_until(lambda: homes(folder, "completed"), 30)
    time.sleep(1)
    assert stuck.exists()
    told = [trouble for trouble in heard.troubles if stuck.name in trouble]
    assert len(told) == 1
    # It is tried again each round, and claimed for that moment.
    wait_until(lambda: not list(folder.claims.iterdir()))


def test_a_source_volume_that_is_away_empties_no_queue(
    folder: WatchFolder, good: JobSpec, watching: Callable[[], Watch]
) -> None:
    source = Path(good.clips[0].source.path)
    card, away = source.parent, source.parent.with_name("unmounted")
    card.rename(away)
    try:
        submit(folder, good)
        watch = watching()
        time.sleep(1.5)
        assert len(list(folder.pending.iterdir())) == 1
    finally:
        away.rename(card)
    wait_until(lambda: homes(folder, "completed"), 30)
    assert watch.end().tally.proven == 1
