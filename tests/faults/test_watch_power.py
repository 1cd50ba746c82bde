"""The power is cut at calls of `proxx watch`: what was acknowledged is there when it is back."""

from __future__ import annotations

import pytest

from tests.faults.power_cut import cut_power, why_no_disk, why_not_mounted
from tests.faults.shim import Fault
from tests.faults.watch_rounds import Rounds, play, wrong_ones


@pytest.fixture(autouse=True, scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip, by what is missing, where no disk can be made."""
    reason = why_no_disk() or why_not_mounted(tmp_path_factory.mktemp("disk"))
    if reason is not None:
        pytest.skip(reason)


def calls_after(rounds: Rounds, op: str) -> list[int]:
    """The calls right after those of a kind: what these did is the last thing that was done."""
    return [number + 1 for number, call in enumerate(rounds.trace, 1) if call.op == op]


def test_what_was_moved_last_is_there_or_not_and_never_half(rounds: Rounds) -> None:
    moved = [at for at in calls_after(rounds, "rename") if at <= len(rounds.trace)]
    played = play(
        lambda fault: cut_power(rounds, fault), [Fault("POWERCUT", at) for at in moved[::4]]
    )
    assert wrong_ones(played) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("mode", "every"), [("POWERCUT", 11), ("POWERCUT1", 29)])
def test_the_power_is_cut_and_what_was_acknowledged_is_there(
    rounds: Rounds, mode: str, every: int
) -> None:
    points = [Fault(mode, at) for at in range(5, len(rounds.trace), every)]
    played = play(lambda fault: cut_power(rounds, fault), points)
    print(len(played), "of", len(rounds.trace), "calls")
    assert wrong_ones(played) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_disk_that_lies_of_what_it_keeps_is_caught(rounds: Rounds) -> None:
    """So that the tests above prove something: without fsync they would fail."""
    every = range(40, len(rounds.trace), 23)
    lied = [Fault("POWERCUT", at, no_sync=True) for at in every]
    assert len(wrong_ones(play(lambda fault: cut_power(rounds, fault), lied))) > len(lied) / 2
