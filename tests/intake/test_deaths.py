"""kill -9 before any call that touches the disk: no clip is lost, and none becomes two jobs."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proxx_engine.system.identity import identify_process
from sidecar.folders import submitting
from tests.intake.scene import Scene

_CALLS = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.replace"}
SOURCES = ["CARD/A.mov", "CARD/B.mov", "loose.mov"]
_UNASKED = {"request": {"skip_done": None}}
"""The ledger alone must know: jobs that wait are not asked."""
STEP = 5
"""Of the points, the ordinary suite takes one in so many."""


def die_at(scene: Scene, number: int) -> bool:
    """Run intake in a forked process that is killed at its number-th call; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            identify_process.cache_clear()
            _arm(number, (str(scene.watch), str(scene.out)))
            scene.run(**_UNASKED)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            os._exit(70)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _arm(number: int, places: tuple[str, ...]) -> None:
    """Die before the number-th call that names something at one of the places."""
    count = 0

    def count_calls(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in _CALLS or not _is_at(arguments, places):
            return
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_calls)
    # What publishes asks the system itself, unseen by Python; and a name may not be durable yet.
    for module, name in ((submitting, "publish"), (os, "fsync")):
        setattr(module, name, _counting(getattr(module, name), count_calls, places[0]))


def _counting(
    true: Callable[..., Any], count: Callable[[str, tuple[object, ...]], None], place: str
) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        count("open", (place,))
        return true(*arguments, **named)

    return call


def _is_at(arguments: tuple[object, ...], places: tuple[str, ...]) -> bool:
    texts = (os.fspath(each) for each in arguments if isinstance(each, str | os.PathLike))
    return any(str(text).startswith(places) for text in texts)


def _scenes(scene: Scene) -> Iterator[tuple[int, Scene]]:
    """Yield a scene of its own for each point, until one is not reached."""
    number = 0
    while True:
        number += 1
        folder = scene.folder / f"{number:03d}"
        folder.mkdir()
        fresh = Scene(folder, scene.clip)
        fresh.copy(*SOURCES)
        yield number, fresh


def test_the_points_where_intake_dies_are_many(scene: Scene) -> None:
    """What is enumerated below is what a real run does."""
    scene.copy(*SOURCES)
    assert die_at(scene, 30)
    assert not die_at(scene, 10_000)


@pytest.mark.parametrize(
    "step",
    [pytest.param(1, marks=pytest.mark.slow, id="every call"), pytest.param(STEP, id="some")],
)
def test_a_death_at_any_call_neither_loses_nor_doubles(scene: Scene, step: int) -> None:
    points = 0
    for number, fresh in _scenes(scene):
        if number % step:
            continue
        died = die_at(fresh, number)
        outcome = fresh.run(**_UNASKED)
        assert sorted(fresh.sources()) == SOURCES, f"died at call {number}"
        assert outcome is not None
        assert outcome.refused == ()
        fresh.run()
        assert sorted(fresh.sources()) == SOURCES, f"died at call {number}, third run"
        points += died
        if not died:
            break
    print(f"{points} points")
    assert points > 60 // step


@pytest.mark.parametrize(
    "where",
    ["running", *(pytest.param(end, marks=pytest.mark.slow) for end in ("completed", "failed"))],
)
def test_jobs_that_went_on_while_intake_was_dead_are_found(scene: Scene, where: str) -> None:
    """A worker took, ran and filed what had just been written when intake died."""
    scene.copy("CARD/A.mov", "CARD/B.mov")
    number = next(n for n in range(1, 200) if _dies_between_writing_and_noting(scene, n))
    assert number
    jobs = scene.jobs()
    for job in jobs:
        stem = f"{job['label']}.{job['job_id']}"
        day = job["created_at"][:10]
        home = scene.watch / where / ("worker-1" if where == "running" else day) / stem
        home.mkdir(parents=True)
        [file] = (scene.watch / "pending").glob(f"*{job['job_id']}.job.json")
        file.rename(home / f"{stem}.job.json")
    scene.run()
    assert scene.jobs() == []
    assert scene.heard.of("settled") == [(2, 0)]


def _dies_between_writing_and_noting(scene: Scene, number: int) -> bool:
    """Die at a call, and begin anew unless all jobs were written and nothing was noted of it."""
    died = die_at(scene, number)
    if died and len(scene.jobs()) == 2 and '"done"' not in _ledger(scene):
        return True
    for path in (scene.watch, scene.out):
        _empty(path)
    return False


def _ledger(scene: Scene) -> str:
    return "".join(path.read_text() for path in scene.watch.glob("intake/*/ledger.jsonl"))


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_line_of_the_ledger_that_was_cut_off_is_none(scene: Scene) -> None:
    scene.copy("CARD/A.mov", "CARD/B.mts")
    scene.run()
    [ledger] = scene.watch.glob("intake/*/ledger.jsonl")
    whole = ledger.read_bytes()
    jobs = scene.sources()
    for cut in range(0, len(whole), 41):
        ledger.write_bytes(whole[:cut])
        scene.run()
        assert scene.sources() == jobs, f"cut at {cut}"
        scene.run()
        assert scene.heard.said == [("started", scene.hot, 1, 1)], f"cut at {cut}"
