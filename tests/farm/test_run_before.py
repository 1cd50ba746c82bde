"""A bundle that is run a second time here: a person sees which lines tell of an earlier run."""

from __future__ import annotations

from tests.farm.runs import Scene
from tests.farm.runs import scene as scene
from tests.farm.runs import sources as sources
from tests.faults.warm_proxx import run_warm as proxx


def test_a_line_says_whether_its_task_ran_before(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w w b"))
    proxx("farm", "run", bundle, "--tasks", "1")
    said = proxx("farm", "run", bundle).stdout.splitlines()
    told = [line.split("  ")[0] for line in said if line.endswith("  (ran before)")]
    assert told == ["[1/3]"]
    said = proxx("farm", "run", bundle).stdout.splitlines()
    told = [line.split("  ")[0] for line in said if line.endswith("  (ran before)")]
    assert told == ["[1/3]", "[2/3]", "[3/3]"]
