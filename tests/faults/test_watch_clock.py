"""The clock of the wall jumps by years while a folder is watched: nothing is decided by it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.scenes import running_below, wait_until
from tests.faults.shim import build_library, why_no_shim
from tests.faults.watch_rounds import Rounds
from tests.faults.watch_scene import (
    Scene,
    ended,
    make_scene,
    open_jobs,
    start_watch,
    watch_words,
    wrap,
)
from tests.faults.watch_truth import breaches, told_result

SLOW = 'sleep 3; exec "$real" "$@"'
TEN_YEARS = 315_360_000


@dataclass(frozen=True)
class Clock:
    """A clock that may be set."""

    library: Path
    dial: Path

    def set_ahead(self, seconds: int) -> None:
        """Set it; behind where it is negative."""
        self.dial.write_text(f"{seconds:<31}")

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to go by it."""
        return {"LD_PRELOAD": str(self.library), "CLOCK_AHEAD": str(self.dial)}


@pytest.fixture
def clocks(tmp_path: Path) -> tuple[Clock, Clock]:
    """Two clocks that go right."""
    reason = why_no_shim()
    if reason is not None:
        pytest.skip(reason)
    library = build_library(tmp_path, "clockshim")
    made = Clock(library, tmp_path / "clock"), Clock(library, tmp_path / "another clock")
    for clock in made:
        clock.set_ahead(0)
    return made


def started(scene: Scene) -> list[str]:
    """The labels of the jobs in the order in which their encodes were begun."""
    ids = {f".proxx-{spec.job_id[:8]}/": spec.label for spec in scene.specs}
    return [label for line in scene.encodes() for mark, label in ids.items() if mark in line]


def start_lasting(scene: Scene, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    words = [word for word in watch_words(scene, "--poll-seconds", "0.2") if word != "--once"]
    return start_watch(scene, environment, words)


def filed_in_order(scene: Scene) -> list[str]:
    """The labels of the jobs, as their claims came to them; no clock of a watcher tells it."""
    claims = scene.folder.root.glob("*/*/*/*.claim")
    told = [(path.stat().st_ctime_ns, path.name.split(".")[0]) for path in claims]
    return [label for _moment, label in sorted(told) if label != "0"]


def statuses(scene: Scene) -> list[str]:
    return [told_result(scene, spec).status for spec in scene.specs]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(TEN_YEARS, id="ahead"),
        pytest.param(-TEN_YEARS, id="behind", marks=pytest.mark.slow),
    ],
)
def test_a_clock_that_jumps_while_jobs_run_ends_none_and_settles_none(
    rounds: Rounds, tmp_path: Path, clocks: tuple[Clock, Clock], first: int
) -> None:
    mine, others = clocks
    scene = make_scene(tmp_path / "jumping", rounds.footage, encode=SLOW)
    watcher = start_lasting(scene, mine.environment)
    try:
        wait_until(lambda: len(started(scene)) == 1)
        mine.set_ahead(first)
        others.set_ahead(-2 * first)
        came = ended(start_watch(scene, others.environment, [*watch_words(scene)]))
        mine.set_ahead(-first)
        wait_until(lambda: not open_jobs(scene), 60)
    finally:
        watcher.send_signal(signal.SIGINT)
        story = ended(watcher)
    assert "was interrupted" not in came.out + story.out
    assert "Traceback" not in came.err + story.err
    assert sorted(started(scene)) == ["one", "two"]
    assert breaches(scene, rounds.proxies) == [], story.story
    assert statuses(scene) == ["COMPLETED", "FAILED", "COMPLETED"]
    years = {path.name[:4] for path in scene.folder.log.iterdir()}
    assert len(years) >= 4, "the clock never jumped"


@pytest.mark.slow
def test_the_order_is_kept_while_the_clock_jumps(
    rounds: Rounds, tmp_path: Path, clocks: tuple[Clock, Clock]
) -> None:
    mine, _ = clocks
    scene = make_scene(tmp_path / "order", rounds.footage, encode=SLOW)
    watcher = start_lasting(scene, mine.environment)
    try:
        for label, ahead in (("one", TEN_YEARS), ("two", -TEN_YEARS)):
            wait_until(lambda label=label: label in started(scene))
            mine.set_ahead(ahead)
        wait_until(lambda: not open_jobs(scene), 60)
    finally:
        watcher.send_signal(signal.SIGINT)
        story = ended(watcher)
    assert story.code == 130
    assert started(scene) == ["one", "two"]
    assert filed_in_order(scene) == ["one", "A00003", "two"]
    assert breaches(scene, rounds.proxies) == [], story.story
    assert statuses(scene) == ["COMPLETED", "FAILED", "COMPLETED"]


def test_what_a_dead_watcher_left_is_settled_by_one_whose_clock_is_years_behind(
    rounds: Rounds, tmp_path: Path, clocks: tuple[Clock, Clock]
) -> None:
    mine, others = clocks
    scene = make_scene(tmp_path / "behind", rounds.footage, encode=SLOW)
    mine.set_ahead(TEN_YEARS)
    watcher = start_lasting(scene, mine.environment)
    wait_until(lambda: started(scene))
    watcher.kill()
    ended(watcher)
    wrap(rounds.footage, scene.base)
    others.set_ahead(-TEN_YEARS)
    healed = ended(start_watch(scene, others.environment))
    assert breaches(scene, rounds.proxies) == [], healed.story
    assert statuses(scene) == ["FAILED", "FAILED", "COMPLETED"]
    assert "was interrupted" in healed.out
    assert running_below(scene.root) == []
