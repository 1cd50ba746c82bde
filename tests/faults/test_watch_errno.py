"""Calls of `proxx watch` fail, once or from then on; nothing is lost by it, and nothing lies.

It never ends as if all were well, and never as by a defect of its own; when the fault is gone, the
next watch ends what was left.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.shim import Fault
from tests.faults.watch_rounds import Rounds, calls_that_count, play, wrong_ones

FAULTS = (
    pytest.param(Fault("ENOSPC"), 13, id="full once"),
    pytest.param(Fault("ENOSPC", sticky=True), 25, id="full from then on"),
    pytest.param(Fault("EIO"), 17, id="broken once"),
    pytest.param(Fault("EACCES"), 29, id="forbidden once"),
    pytest.param(Fault("ESTALE", sticky=True), 31, id="gone from then on"),
    pytest.param(Fault("SHORT", ops="write"), 11, id="a short write"),
    pytest.param(Fault("TORN", ops="write"), 7, id="half a write"),
    pytest.param(Fault("EIO", ops="fsync"), 7, id="a failing fsync"),
    pytest.param(Fault("EIO", ops="fsync", sticky=True), 13, id="failing fsyncs"),
    pytest.param(Fault("EIO", looks=True), 71, id="unreadable once"),
    pytest.param(Fault("ESTALE", looks=True, sticky=True), 89, id="away from then on"),
)


@pytest.mark.slow
def test_a_sync_that_fails_where_files_are_moved_loses_none(rounds: Rounds) -> None:
    moving = [
        number + 1
        for number, call in enumerate(rounds.trace, start=1)
        if call.op == "rename" and call.path.endswith(".job.json")
    ]
    played = play(rounds.fail, [Fault("EIO", at) for first in moving for at in (first, first + 1)])
    assert {one.call.op for one in played if one.call} == {"fsync"}
    assert wrong_ones(played) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("fault", "every"), FAULTS)
def test_whatever_call_fails_nothing_is_lost_and_nothing_lies(
    rounds: Rounds, fault: Fault, every: int
) -> None:
    calls = calls_that_count(rounds, fault)
    played = play(rounds.fail, [fault.at_call(at) for at in range(3, calls + 1, every)])
    print(f"{len(played)} of {calls} calls; it ended with", Counter(p.seen[0].code for p in played))
    assert wrong_ones(played) == []
    assert all(one.call for one in played), "a fault that never came proves nothing"
