"""A watcher that stands still is not gone; one that a person calls gone publishes nothing more."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.faults.scenes import ffmpegs_below, running_below, wait_until
from tests.faults.watch_frozen import Frozen, calls_of_first_job, freeze_at, release_and_wake
from tests.faults.watch_rounds import Rounds
from tests.faults.watch_scene import make_scene, start_watch, wrap


def call_before_publishing(rounds: Rounds) -> int:
    """Return the call that gives the first proxy its final name."""
    calls = enumerate(rounds.trace, 1)
    return next(n for n, c in calls if c.op == "rename" and c.path.endswith("/one.mov"))


def wrong(frozen: list[Frozen]) -> list[str]:
    return [f"{one.call}: {'; '.join(one.found)}" for one in frozen if one.found]


def test_a_watcher_asleep_right_before_it_publishes_publishes_nothing(rounds: Rounds) -> None:
    frozen = freeze_at(rounds, call_before_publishing(rounds))
    assert wrong([frozen]) == []
    assert frozen.status == "FAILED"
    assert "CLAIM_LOST" in frozen.owner.out


@pytest.mark.slow
def test_a_watcher_asleep_in_mid_encode_is_not_gone_and_finds_its_claim_gone(
    rounds: Rounds, tmp_path: Path
) -> None:
    slow = 'exec "$real" -readrate 0.02 -readrate_initial_burst 0.001 "$@"'
    scene = make_scene(tmp_path / "asleep", rounds.footage, encode=slow)
    owner = start_watch(scene)
    wait_until(lambda: ffmpegs_below(scene.root))
    owner.send_signal(signal.SIGSTOP)
    wrap(rounds.footage, scene.base)
    frozen = release_and_wake(scene, rounds, owner)
    assert wrong([frozen]) == []
    assert frozen.status == "FAILED"
    assert "CLAIM_LOST" in frozen.owner.out
    assert running_below(scene.root) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_wherever_a_watcher_sleeps_no_second_record_is_made(rounds: Rounds) -> None:
    frozen = [freeze_at(rounds, at) for at in calls_of_first_job(rounds)[::9]]
    statuses = [one.status for one in frozen]
    print(len(frozen), "points;", {status: statuses.count(status) for status in set(statuses)})
    assert wrong(frozen) == []
    assert {"FAILED", "COMPLETED"} <= set(statuses)
