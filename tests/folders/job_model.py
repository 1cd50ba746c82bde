"""What a test knows of each file that was put into `pending/`, and what must be true of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from proxx_engine import JobExecutionResult, JobSpec, place_of_job, plan_job, read_journal
from sidecar.folders.filing import TakenJob
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB, job_stem, made_on
from tests.folders.played_runs import BEGUN, ENDED, PUBLISHED, TOLD

Stage = Literal["half", "waiting", "held", "claimed", "moved", "filed", "done"]
"""Half written; whole; held back by a person; claimed, but still in `pending/`; in its worker's
folder; filed, but its claim is not with it; filed."""
Owner = Literal["nobody", "ours", "alive", "strange", "gone", "nameless"]


@dataclass
class Submitted:
    """One file that was put into `pending/`."""

    name: str
    data: bytes
    """What it holds once it is whole."""
    spec: JobSpec | None
    """None for one that is no job."""
    stage: Stage = "waiting"
    owner: Owner = "nobody"
    rejecting: bool = False
    """Whether it is being filed unrun."""
    taken: TakenJob | None = None
    run: Iterator[str] | None = None
    steps: list[str] = field(default_factory=list)
    failing: int | None = None
    place: str = ""
    """Where its folder lies or will lie, from the root of the watch folder."""
    code: str | None = None
    """The failure that its result must tell."""
    resubmitted: bool = False
    asleep: bool = False
    """Whether its worker sleeps on another host, and does not know that it was released."""

    @property
    def key(self) -> str:
        """What its claim is called."""
        if self.rejecting or self.spec is None:
            return hashlib.sha256(self.name.encode()).hexdigest()[:32]
        return self.spec.job_id

    @property
    def is_claimed(self) -> bool:
        """Whether its claim stands in `claims/`."""
        return self.owner != "nobody"

    @property
    def is_open(self) -> bool:
        """Whether somebody may still run it."""
        return self.stage == "moved" and self.owner in ("ours", "alive", "strange")

    @property
    def ran(self) -> bool:
        """Whether its run has ended."""
        return self.steps[-1:] == [ENDED]

    def files(self) -> Iterator[str]:
        """Yield where its job file and its claim must lie."""
        stem = self.place.rpartition("/")[2]
        yield self.room_file or f"{self.place}/{stem}{JOB}"
        if self.is_claimed:
            yield f"claims/{self.key}{CLAIM}"
        if self.stage == "done":
            yield f"{self.place}/{stem}{CLAIM}"

    @property
    def room_file(self) -> str:
        """Where it must lie as long as nobody has moved it to a worker; empty afterwards."""
        if self.stage == "held":
            return f"held/{self.name}"
        return f"pending/{self.name}" * (self.stage in ("half", "waiting", "claimed"))

    @property
    def is_being_moved(self) -> bool:
        """Whether somebody who is no more was about to hold it, or to let it go."""
        return self.stage in ("waiting", "held") and self.is_claimed

    def be_claimed(self, worker: str, owner: Owner) -> None:
        """A worker has the right to it."""
        assert self.spec is not None
        self.stage, self.owner = "claimed", owner
        self.place = f"running/{worker}/{job_stem(self.spec)}"

    def end(self, why: str) -> None:
        """Its story is over; `why`: the code of what is not complete, if it told nothing itself."""
        assert self.spec is not None
        count, made = len(self.spec.clips), self.steps.count(PUBLISHED)
        if TOLD in self.steps or "clip failed" in self.steps:
            self.code = None if self.failing is None else "ENCODE_FAILED"
        else:
            self.code = None if made == count else why
        self.be_filed()
        self.stage, self.owner = "done", "nobody"

    def be_filed(self) -> None:
        """It lies where it ends, and its claim is not with it."""
        assert self.spec is not None
        whole = self.steps.count(PUBLISHED) == len(self.spec.clips)
        outcome = "completed" if whole else "failed"
        self.place = f"{outcome}/{made_on(self.spec)}/{job_stem(self.spec)}"
        self.stage = "filed"

    def wake_in_pending(self) -> None:
        """Nothing came of its claim."""
        self.stage, self.owner, self.rejecting, self.place = "waiting", "nobody", False, ""

    @property
    def has_begun_a_clip(self) -> bool:
        """Whether something may lie beside its proxies."""
        return BEGUN in self.steps

    @property
    def status(self) -> str:
        """What its result must say."""
        made = self.steps.count(PUBLISHED)
        if self.place.startswith("completed/"):
            return "COMPLETED"
        return "PARTIAL" if made and not self.rejecting else "FAILED"


def untrue(folder: WatchFolder, job: Submitted) -> Iterator[str]:
    """Yield what a filed job's record says and the disk, or the model, does not."""
    home = folder.root / job.place
    job_file = home / f"{home.name}{JOB}"
    if job_file.read_bytes() != job.data:
        yield "its job file was changed"
    place = place_of_job(job_file)
    result = JobExecutionResult.model_validate_json(place.result.read_bytes())
    code = result.failure.code if result.failure else None
    if (result.status, code) != (job.status, job.code):
        yield f"its result says {result.status}, {code}, expected {job.status}, {job.code}"
    if json.loads((home / f"{home.name}{CLAIM}").read_bytes())["job_file"] != job.name:
        yield "its claim is another's"
    if job.spec is not None and not job.rejecting:
        yield from _untrue_of_job(job.spec, result, job_file)


def _untrue_of_job(spec: JobSpec, result: JobExecutionResult, job_file: Path) -> Iterator[str]:
    place, plan = place_of_job(job_file), plan_job(spec)
    if result.job_id != spec.job_id:
        yield f"its result is that of {result.job_id}"
    beside = Path(plan.result_path)
    alone = any("only record" in issue.sentence for issue in result.issues)
    if not alone and beside.read_bytes() != place.result.read_bytes():
        yield "its two results differ"
    for clip, told in zip(plan.clips, result.clips, strict=True):
        final = Path(clip.output_path)
        there = hashlib.sha256(final.read_bytes()).hexdigest() if final.exists() else None
        if (told.status == "COMPLETED", told.output_sha256) != (there is not None, there):
            yield f"{final.name} is told as {told.status}, and its name has {there}"
    begun = [fact["event"] for fact in read_journal(place.journal)].count("job_started")
    if begun > 1:
        yield f"it was begun {begun} times"
