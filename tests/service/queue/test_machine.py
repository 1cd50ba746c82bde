"""Whatever is pushed, taken, ended and given back, in any order: the line is the model's list."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sidecar.service.queue.contract import Consumer, JobQueue
from tests.service.queue.ids import new_ids

IDS = new_ids(4)
WORKER = st.integers(0, 1)
PICK = st.integers(0, 100)


class QueueMachine(RuleBasedStateMachine):
    """Two workers at one line, and a list that says what waits."""

    def __init__(self, queue: JobQueue) -> None:
        super().__init__()
        self.queue = queue
        self.line: list[str] = []
        self.consumers: list[Consumer] = [queue.consumer(f"worker {n}") for n in range(2)]
        self.taken: list[list[str]] = [[], []]

    @rule(job_id=st.sampled_from(IDS))
    def push(self, job_id: str) -> None:
        self.queue.push(job_id)
        self.line.append(job_id)

    @rule(worker=WORKER)
    def pop(self, worker: int) -> None:
        job_id = self.consumers[worker].pop(0)
        assert job_id == (self.line.pop(0) if self.line else None)
        if job_id is not None:
            self.taken[worker].append(job_id)

    @precondition(lambda self: any(self.taken))
    @rule(pick=PICK)
    def done(self, pick: int) -> None:
        worker, job_id = self._choose(pick)
        self.consumers[worker].done(job_id)

    @precondition(lambda self: any(self.taken))
    @rule(pick=PICK)
    def give_back(self, pick: int) -> None:
        worker, job_id = self._choose(pick)
        self.consumers[worker].give_back(job_id)
        self.line.insert(0, job_id)

    @rule(worker=WORKER)
    def a_worker_ends_and_another_of_its_name_begins(self, worker: int) -> None:
        self.consumers[worker].close()
        self.consumers[worker] = self.queue.consumer(f"worker {worker}")
        self.taken[worker] = []

    @rule(worker=WORKER)
    def a_worker_dies_and_another_of_its_name_begins(self, worker: int) -> None:
        self.consumers[worker] = self.queue.consumer(f"worker {worker}")
        self.taken[worker] = []

    @invariant()
    def the_line_is_the_list(self) -> None:
        assert self.queue.waiting() == tuple(self.line)

    def teardown(self) -> None:
        for consumer in self.consumers:
            while consumer.pop(0) is not None:
                pass
            consumer.close()

    def _choose(self, pick: int) -> tuple[int, str]:
        all_taken = [(worker, job_id) for worker in (0, 1) for job_id in self.taken[worker]]
        worker, job_id = all_taken[pick % len(all_taken)]
        self.taken[worker].remove(job_id)
        return worker, job_id


def test_whatever_is_done_the_line_is_as_the_model_says(queue: JobQueue) -> None:
    # `queue` is emptied by each example's end, so that one serves all of them.
    run_state_machine_as_test(
        lambda: QueueMachine(queue),
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
