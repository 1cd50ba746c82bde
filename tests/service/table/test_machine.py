"""Whatever is asked of a job table, in any order and by anybody, it answers as a model does."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from sidecar.service.rows import Beat, Claimant, Ending, Status
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, FAILED, claimant, empty, new_id, new_job

CLAIMANTS = (claimant("w1", pid=1), claimant("w1", pid=2), claimant("w2", pid=1))
who = st.sampled_from(CLAIMANTS)
endings = st.sampled_from((DONE, FAILED))


@dataclass
class Modelled:
    """A job as it must be."""

    status: Status = "pending"
    held_by: Claimant | None = None
    ended: tuple[Ending, Claimant] | None = None
    history: list[tuple[Status, Claimant | None]] = field(
        default_factory=lambda: [("pending", None)]
    )


class TableMachine(RuleBasedStateMachine):
    """One table and its model."""

    table: JobTable
    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Modelled] = {}
        self.beats: dict[str, Beat] = {}

    @rule(target=ids)
    def submit(self) -> str:
        """A new job."""
        job_id = new_id()
        assert self.table.submit(new_job(job_id))
        self.model[job_id] = Modelled()
        return job_id

    @rule(target=ids)
    def nowhere(self) -> str:
        """An id that was never submitted."""
        return new_id()

    @rule(target=ids, job_id=ids)
    def submit_again(self, job_id: str) -> object:
        """The same job."""
        known = job_id in self.model
        assert self.table.submit(new_job(job_id)) is not known
        self.model.setdefault(job_id, Modelled())
        return multiple()

    @rule(job_id=ids, by=who)
    def claim(self, job_id: str, by: Claimant) -> None:
        """A claim by anybody."""
        job = self.model.get(job_id)
        wins = job is not None and job.status == "pending"
        stands = job is not None and job.status == "running" and job.held_by == by
        assert self.table.claim(job_id, by) is (wins or stands)
        if job and wins:
            job.status, job.held_by = "running", by
            job.history.append(("running", by))

    @rule(job_id=ids, ending=endings, by=who, of=who)
    def settle(self, job_id: str, ending: Ending, by: Claimant, of: Claimant) -> None:
        """An ending told by anybody, of anybody's claim."""
        job = self.model.get(job_id)
        wins = job is not None and job.status == "running" and job.held_by == of
        stands = job is not None and job.held_by == of and job.ended == (ending, by)
        assert self.table.settle(job_id, ending, by=by, of=of) is (wins or stands)
        if job and wins:
            job.status, job.ended = ending.status, (ending, by)
            job.history.append((ending.status, by))

    @rule(job_id=ids, by=who)
    def beat(self, job_id: str, by: Claimant) -> None:
        """A worker speaks."""
        self.beats[by.worker] = Beat(by, "running", job_id, 1, 2)
        self.table.beat(self.beats[by.worker])

    @rule(by=who)
    def bury(self, by: Claimant) -> None:
        """A worker ends."""
        self.beats.pop(by.worker, None)
        self.table.bury(by.worker)

    @rule(job_id=ids, by=who)
    def look_at(self, job_id: str, by: Claimant) -> None:
        """One job is looked at whole."""
        job, row = self.model.get(job_id), self.table.row(job_id)
        told = self.table.history(job_id)
        held = job is not None and job.status == "running" and job.held_by == by
        assert self.table.is_held(job_id, by) is held
        if job is None:
            assert (row, told) == (None, ())
            return
        assert row is not None
        assert row.status == job.status
        ending = job.ended[0] if job.ended else Ending("completed", None, None)
        assert (row.output_path, row.error_message) == (ending.output_path, ending.error_message)
        assert [(each.after, each.by) for each in told] == job.history
        befores = [None, *(after for after, _by in job.history[:-1])]
        assert [each.before for each in told] == befores

    @invariant()
    def lists_are_true(self) -> None:
        """All lists agree with the model."""
        of = {
            status: [each for each, job in self.model.items() if job.status == status]
            for status in ("pending", "running", "completed", "failed")
        }
        assert self.table.counts() == {status: len(each) for status, each in of.items()}
        assert self.table.pending_ids() == tuple(of["pending"])
        running = {each.row.job_id: each for each in self.table.running()}
        assert running.keys() == set(of["running"])
        for job_id, each in running.items():
            assert each.by == self.model[job_id].held_by
            beat = self.beats.get(each.by.worker)
            heard = beat is not None and beat.claimant == each.by
            assert (each.seen.beat if each.seen else None) == (beat if heard else None)
        assert [each.beat for each in self.table.workers()] == [
            self.beats[name] for name in sorted(self.beats)
        ]


QUICK = settings(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_table_answers_as_the_model(url: str) -> None:
    with JobTable(url) as opened:

        class Machine(TableMachine):
            table = opened

            def __init__(self) -> None:
                super().__init__()
                empty(url)

        run_state_machine_as_test(Machine, settings=QUICK)
