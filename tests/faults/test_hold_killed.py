"""`proxx batch stop` and `start` are killed: each job lies in one place, and is run once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.shim import Fault, read_calls
from tests.faults.warm_proxx import run_warm
from tests.faults.watch_rounds import KILLED, Rounds
from tests.faults.watch_scene import Scene, heal, make_scene
from tests.faults.watch_truth import breaches, breaches_now, places_of
from tests.folders.scenes import submit

DAY = "day 12"


def give(rounds: Rounds, base: Path, action: str) -> Scene:
    """A scene whose jobs are of one batch; held already where they are to be let go."""
    scene = make_scene(base, rounds.footage, submitted=False)
    scene = replace(
        scene, specs=tuple(spec.model_copy(update={"batch": DAY}) for spec in scene.specs)
    )
    submit(scene.folder, *scene.specs)
    if action == "start":
        assert steer(scene, "stop") == 0
    return scene


def steer(scene: Scene, action: str, rounds: Rounds | None = None, at: Fault | None = None) -> int:
    """Stop or start the batch, with a fault; return how it ended."""
    words = ("batch", action, scene.folder.root, DAY)
    if rounds is None or at is None:
        return run_warm(*words).returncode
    told = rounds.shim.environment(at, root=scene.root, log=scene.calls)
    return run_warm(*words, library=rounds.shim.library, **told).returncode


def kill_and_go_on(rounds: Rounds, base: Path, action: str, at: int) -> list[str]:
    """Kill it at a call, watch what waits, let go what is held, watch that."""
    scene = give(rounds, base, action)
    code = steer(scene, action, rounds, Fault("KILL", at))
    found = breaches_now(scene, rounds.proxies)
    there = {place for spec in scene.specs for place in places_of(scene.folder, spec.job_id)}
    found += [f"something lies in {there}"] if there - {"pending", "held"} else []
    heal(scene)
    again = steer(scene, "start")
    heal(scene)
    found += breaches(scene, rounds.proxies)
    found += [f"ended with {code}, then {again}"] if (code, again) != (KILLED, 0) else []
    return [f"{action} at {at}: {breach}" for breach in found]


def count_calls(rounds: Rounds, base: Path, action: str) -> int:
    scene = give(rounds, base, action)
    assert steer(scene, action, rounds, Fault()) == 0
    return len(read_calls(scene.calls))


@pytest.mark.slow
@pytest.mark.parametrize("action", ["stop", "start"])
def test_killed_at_any_call_a_batch_that_is_stopped_or_started_loses_no_job(
    rounds: Rounds, tmp_path: Path, action: str
) -> None:
    calls = count_calls(rounds, tmp_path / "whole", action)
    places = [(tmp_path / f"at-{at:02d}", at) for at in range(1, calls + 1, 2)]
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda place: kill_and_go_on(rounds, place[0], action, place[1]), places)
        )
    print(len(found), "of", calls, "calls")
    assert calls > 10
    assert [breach for one in found for breach in one] == []
