"""The part of the state machine in which people and programs put files into `pending/`."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from proxx_engine import Tools, choose_failed, encode_json, now_utc, resubmit_jobs
from sidecar.folders.names import JOB, order_names
from tests.folders.job_model import Submitted
from tests.folders.modelled_folder import ModelledFolder
from tests.spec.samples import encoded
from tests.support import CREATED_BY

PICK = st.integers(0, 7)


def may_be_resubmitted(job: Submitted) -> bool:
    ended = job.stage == "done" and job.place.startswith("failed/")
    return ended and not job.rejecting and not job.resubmitted


class JobsAreGiven(RuleBasedStateMachine):
    """A watch folder into which jobs come: new ones, known ones, halves, and what is none."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.known = ModelledFolder(tools)
        self.folder = self.known.folder
        self.ended: dict[str, list[tuple[str, int, int]]] = {}
        """What lies in each folder that was filed: names, sizes, times of change."""

    @initialize(clips=st.lists(st.integers(1, 2), min_size=2, max_size=4))
    def begin(self, clips: list[int]) -> None:
        self.known.give(*[self.known.make_spec(count) for count in clips])

    @rule(clips=st.lists(st.integers(1, 2), min_size=1, max_size=3))
    def submit(self, clips: list[int]) -> None:
        self.known.give(*[self.known.make_spec(count) for count in clips])

    @precondition(lambda self: self.known.some(lambda job: job.spec is not None))
    @rule(pick=PICK)
    def submit_the_same_again(self, pick: int) -> None:
        before = [job.spec for job in self.known.jobs if job.spec is not None]
        self.known.give(before[pick % len(before)])

    @rule(clips=st.integers(1, 2), share=st.floats(0, 0.999))
    def begin_to_write_a_job(self, clips: int, share: float) -> None:
        spec = self.known.make_spec(clips)
        (name,) = order_names([spec], at=now_utc())
        data = encode_json(spec)
        (self.folder.pending / name).write_bytes(data[: int(len(data.rstrip()) * share)])
        self.known.jobs.append(Submitted(name, data, spec, stage="half"))

    @precondition(lambda self: self.known.some(lambda job: job.stage == "half"))
    @rule(pick=PICK)
    def write_the_rest_of_it(self, pick: int) -> None:
        halves = self.known.some(lambda job: job.stage == "half")
        half = halves[pick % len(halves)]
        (self.folder.pending / half.name).write_bytes(half.data)
        half.stage = "waiting"

    @rule()
    def drop_what_is_no_job(self) -> None:
        self.known.count += 1
        name, data = f"{self.known.count}{JOB}", encoded({})
        (self.folder.pending / name).write_bytes(data)
        self.known.jobs.append(Submitted(name, data, None))

    @precondition(lambda self: self.known.mounted and self.known.some(may_be_resubmitted))
    @rule(pick=PICK)
    def resubmit(self, pick: int) -> None:
        failed = self.known.some(may_be_resubmitted)
        old = failed[pick % len(failed)]
        assert old.spec is not None
        for clip in old.spec.clips:
            self.known.bring(Path(clip.source.path).stem)
        choice = choose_failed((self.folder.root / old.place,))
        prober = self.known.tools.prober
        (made,) = resubmit_jobs(choice.failed, created_by=CREATED_BY, prober=prober).jobs
        for path in self.known.card.iterdir():
            path.unlink()
        assert made.job.spec.retried_from == old.spec.job_id
        assert made.job.spec.job_id not in {job.key for job in self.known.jobs}
        old.resubmitted = True
        self.known.give(made.job.spec)
