"""`proxx submit` is killed: no job waits half-written, and none is lost or run twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, read_jobspec_file, write_job
from sidecar.folders.names import JOB, job_id_in
from tests.faults.shim import Fault, Shim, read_calls
from tests.faults.warm_proxx import run_warm
from tests.faults.watch_rounds import KILLED, Rounds
from tests.faults.watch_scene import WRONG, Scene, an_hour_passes, heal, make_scene
from tests.faults.watch_truth import breaches


@dataclass(frozen=True)
class Given:
    """Job files of a person, and the watch folder that they are for."""

    scene: Scene
    files: tuple[Path, ...]

    def submit(self, *files: Path, shim: Shim | None = None, fault: Fault | None = None) -> int:
        """Submit them, and return how it ended."""
        told = shim.environment(fault, root=self.scene.root, log=self.scene.calls) if fault else {}
        words = ("submit", *files, "--into", self.scene.folder.root)
        return run_warm(*words, library=shim and shim.library, **told).returncode

    def waiting(self) -> set[str]:
        """The ids of the jobs that wait, each of them whole."""
        names = [path for path in self.scene.folder.pending.glob(f"*{JOB}") if path.name != WRONG]
        return {read_jobspec_file(path).job_id for path in names if path.name[0] != "."}


def give(rounds: Rounds, base: Path) -> Given:
    scene = make_scene(base, rounds.footage, submitted=False)
    (base / "jobs").mkdir()
    files = [write_job(CreatedJob(spec, "ffmpeg"), base / "jobs") for spec in scene.specs]
    return Given(scene, tuple(files))


def kill_and_go_on(rounds: Rounds, base: Path, at: int) -> list[str]:
    """Kill a submission at a call, submit what does not wait, and watch."""
    given = give(rounds, base)
    code = given.submit(*given.files, shim=rounds.shim, fault=Fault("KILL", at))
    there = given.waiting()
    rest = [path for path in given.files if job_id_in(path.name) not in there]
    again = given.submit(*rest) if rest else 0
    heal(given.scene)
    an_hour_passes(given.scene.folder.pending)
    run_warm("clean", given.scene.folder.root)
    found = breaches(given.scene, rounds.proxies)
    found += [f"ended with {code}, then {again}"] if (code, again) != (KILLED, 0) else []
    return [f"at {at}: {breach}" for breach in found]


def count_calls(rounds: Rounds, base: Path) -> int:
    given = give(rounds, base)
    assert given.submit(*given.files, shim=rounds.shim, fault=Fault()) == 0
    assert len(given.waiting()) == len(given.files)
    return len(read_calls(given.scene.calls))


@pytest.mark.slow
def test_killed_at_any_call_a_submission_leaves_whole_jobs_or_none(
    rounds: Rounds, tmp_path: Path
) -> None:
    calls = count_calls(rounds, tmp_path / "whole")
    places = [(tmp_path / f"at-{at:02d}", at) for at in range(1, calls + 1, 3)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda place: kill_and_go_on(rounds, *place), places))
    print(len(found), "of", calls, "calls")
    assert calls > 15
    assert [breach for one in found for breach in one] == []
