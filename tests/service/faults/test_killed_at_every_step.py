"""A worker, or whoever settles after it, is killed before each thing that it does to the world."""

from __future__ import annotations

import itertools
import json
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools, decode_jobspec, encode_json
from sidecar.service.refilling import lost_ids, refill
from tests.faults.watch_scene import a_minute_passes
from tests.service.faults.dying import Dying, Question
from tests.service.faults.scene import Counted, settings_file
from tests.service.faults.truth import untruths
from tests.service.worker.scenes import Service
from tests.support import make_job

FEW = 9
"""Every so manieth step in the ordinary form."""


@dataclass
class Rounds:
    """One service, one job a round."""

    service: Service
    spec: JobSpec
    counted: Counted
    dying: Dying
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_job(self) -> str:
        """Submit the same clip as another job."""
        value = json.loads(encode_json(self.spec))
        number = next(self._numbers)
        value |= {"job_id": str(uuid.uuid4()), "label": f"K{number:04}"}
        value["clips"][0]["output_name"] = f"K{number:04}.mov"
        return self.service.submit(decode_jobspec(json.dumps(value).encode()))

    def steps(self, thread: str) -> list[str]:
        """Return what a thread does when nobody kills it."""
        trace = self.service.folder / f"{thread}.txt"
        self._ask(thread, trace=str(trace))
        return trace.read_text("utf-8").splitlines()

    def kill(self, thread: str, at: int) -> bool:
        """Run what waits until a thread comes to a step; whether it did."""
        return self._ask(thread, at=at) == -signal.SIGKILL

    def _ask(self, thread: str, *, at: int = 0, trace: str | None = None) -> int:
        options = ("--once", "--json", "--ffmpeg", str(self.counted.ffmpeg))
        words = ("worker", str(settings_file(self.service)), *options)
        log = str(self.service.folder / "logs" / "dying.txt")
        return self.dying.ask(Question(words, log, thread, at, trace))

    def end(self, job_id: str) -> Iterator[str]:
        """Let the host's next worker come, then a second message; yield what is not right then."""
        a_minute_passes(self.service.folder)
        before, encodes = self.service.row(job_id).status, len(self.counted.begun())
        self.service.run(ffmpeg=self.counted.ffmpeg)
        if self.service.row(job_id).status == "pending":
            if lost_ids(self.service.parts) != (job_id,) or refill(self.service.parts) != (job_id,):
                yield "it waits, and is not shown as lost"
            self.service.run(ffmpeg=self.counted.ffmpeg)
        self.service.parts.queue.push(job_id)
        self.service.run(ffmpeg=self.counted.ffmpeg)
        yield from untruths(self.service, [job_id])
        after = self.service.row(job_id).status
        if before == "pending" and after != "completed":
            yield f"nothing of it had begun, and it is {after}"
        if before == "completed" != after:
            yield f"it was completed, and is {after}"
        if before != "pending" and len(self.counted.begun()) != encodes:
            yield "it was encoded again"
        if self.service.parts.table.running() or self.service.parts.table.workers():
            yield "something runs"


@pytest.fixture
def rounds(
    real_service: Service, counted: Counted, place_clip: Callable[[Service], Path], tools: Tools
) -> Iterator[Rounds]:
    """Rounds on real servers."""
    dying = Dying()
    try:
        spec = make_job(place_clip(real_service), real_service.out, tools)
        yield Rounds(real_service, spec, counted, dying)
    finally:
        dying.end()


def kill_at(rounds: Rounds, every: int) -> None:
    rounds.new_job()
    steps = rounds.steps("Worker")
    assert steps[0] == "BLMOVE"
    assert {"claim", "settle", "S3 put", "publish", "new process"} <= set(steps), steps
    wrong = []
    chosen = range(1, len(steps) + 1, every)
    for at in chosen:
        job_id = rounds.new_job()
        assert rounds.kill("Worker", at), f"it never came to {steps[at - 1]}"
        found = list(rounds.end(job_id))
        wrong += [f"killed before step {at}, {steps[at - 1]}: {what}" for what in found]
    assert wrong == [], "\n".join(wrong)
    print(f"killed at {len(chosen)} of {len(steps)} steps")


def kill_settling_at(rounds: Rounds, worker_at: int, every: int) -> None:
    """Kill a worker, and then at each of its steps whoever settles what it left."""
    rounds.new_job()
    assert rounds.kill("Worker", worker_at)
    steps = rounds.steps("SettlingRounds")
    assert {"settle", "S3 put"} <= set(steps), steps
    wrong, hit = [], 0
    for at in range(1, len(steps) + 1, every):
        job_id = rounds.new_job()
        assert rounds.kill("Worker", worker_at)
        hit += rounds.kill("SettlingRounds", at)
        found = list(rounds.end(job_id))
        wrong += [f"killed before {at}, {steps[at - 1]}, of settling: {what}" for what in found]
    assert wrong == [], "\n".join(wrong)
    print(f"killed twice at {hit} of {len(steps)} steps of settling")


def test_killed_at_some_steps_the_next_worker_of_the_host_tells_the_truth(rounds: Rounds) -> None:
    kill_at(rounds, FEW)


@pytest.mark.slow
def test_killed_at_every_step_the_next_worker_of_the_host_tells_the_truth(rounds: Rounds) -> None:
    kill_at(rounds, 1)


@pytest.mark.slow
@pytest.mark.parametrize("after", ["claim", "publish"])
def test_killed_while_it_settles_the_next_one_tells_the_truth(rounds: Rounds, after: str) -> None:
    rounds.new_job()
    steps = rounds.steps("Worker")
    last = max(number for number, step in enumerate(steps, 1) if step == after)
    kill_settling_at(rounds, last + 1, 2)
