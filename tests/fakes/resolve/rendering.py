"""Carries out render jobs one by one: files grow while time passes, and end as a test said."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .footage import FootageError
from .outcomes import RIGHT, Outcome
from .render_plan import plan_files

if TYPE_CHECKING:
    from .render_queue import RenderJob
    from .resolve import FakeResolve


@dataclass(frozen=True, slots=True)
class Growing:
    """A file that is being written, and all it will hold."""

    path: Path
    content: bytes


class Rendering:
    """The render that is going on in this Resolve, if one is."""

    def __init__(self, root: FakeResolve, *, seconds_per_job: float) -> None:
        self.root = root
        self.seconds_per_job = seconds_per_job
        self.outcomes: deque[Outcome] = deque()
        """How the next jobs end, the first first; when it is empty, as they should."""
        self.job: RenderJob | None = None
        self.asks_a_person = False
        """Interactive mode: a failed job leaves a dialog open, and nothing is answered any more."""
        self.begun: list[str] = []
        """The ids of all jobs that ever began."""
        self._waiting: list[RenderJob] = []
        self._outcome = RIGHT
        self._growing: list[Growing] = []
        self._began_at = 0.0

    @property
    def in_progress(self) -> bool:
        return self.job is not None

    def start(self, jobs: list[RenderJob]) -> bool:
        """Begin with some jobs; refused while others render."""
        if self.in_progress or not jobs:
            return False
        if self.root.quirks.starts_nothing:
            return True
        self._waiting = list(jobs)
        self._begin_next(self.root.clock.now())
        if self.root.clock.runs_alone:
            threading.Thread(target=self._carry_on, daemon=True).start()
        return True

    def stop(self) -> None:
        """End the job that renders, by a person or a script; those that wait stay in the queue."""
        if self.job is not None:
            self.job.state = "cancelled"
        self.job, self._waiting = None, []

    def catch_up(self) -> None:
        """Bring jobs and files to what they are by now."""
        while (job := self.job) is not None:
            ends_at = self._began_at + self.seconds_per_job * self._outcome.ends_at
            try:
                if not self._is_over(job):
                    return
            except OSError as error:
                self._fail(job, str(error))
            self._begin_next(ends_at)

    def _is_over(self, job: RenderJob) -> bool:
        share = (self.root.clock.now() - self._began_at) / self.seconds_per_job
        stalls_at = self._outcome.stalls_at
        if stalls_at is not None and share * 100 >= stalls_at:
            self._show(job, stalls_at / 100)
            return False
        if share < self._outcome.ends_at:
            self._show(job, share)
            return False
        self._end(job)
        return True

    def _begin_next(self, now: float) -> None:
        self.job = None
        while self._waiting and self.job is None:
            job = self._waiting.pop(0)
            self.begun.append(job.id)
            self._outcome = self.outcomes.popleft() if self.outcomes else RIGHT
            self._began_at = now
            try:
                self._growing = self._contents(job)
            except (FootageError, OSError) as error:
                self._fail(job, str(error))
                continue
            job.state, job.percentage, job.error = "rendering", 0, ""
            self.job = job
            self._show(job, 0.0)

    def _contents(self, job: RenderJob) -> list[Growing]:
        if job.timeline.gone:
            raise FootageError("The timeline of the job is not there")
        if not Path(job.asked.settings["TargetDir"]).is_dir():
            raise FootageError("The folder of the job is not there")
        found: list[Growing] = []
        for planned in plan_files(job, job.timeline.project):
            path = planned.path
            if self._outcome.numbered:
                path = path.with_stem(f"{path.stem}{job.timeline.start_frame:08d}")
            if self._outcome.file in ("none", "empty"):
                content = b""
            else:
                spec = self._outcome.bent(planned.spec)
                content = self.root.footage.bytes_of(path.suffix, spec)
            if self._outcome.file != "none":
                found.append(Growing(path, content))
        return found

    def _show(self, job: RenderJob, share: float) -> None:
        shown = int(share * 100) - self.root.quirks.percentage_lag
        job.percentage = min(max(0, shown), 100)
        job.left_ms = round((1 - share) * self.seconds_per_job * 1000)
        self._write(share)

    def _write(self, share: float) -> None:
        for growing in self._growing:
            whole = len(growing.content)
            size = whole if share >= 1 else int(whole * share)
            # Who takes the file or its folder away meanwhile shall find it gone.
            if growing.path.parent.is_dir():
                growing.path.write_bytes(growing.content[:size])

    def _end(self, job: RenderJob) -> None:
        torn = self._outcome.file == "torn"
        self._write(0.5 if torn else 1.0)
        job.took_ms = round(self.seconds_per_job * 1000)
        if self._outcome.never_says_complete:
            job.percentage = 100
            return
        match self._outcome.says:
            case "failed":
                self._fail(job, self._outcome.error)
            case "complete":
                job.state, job.percentage = "complete", 100
            case "cancelled":
                job.state = "cancelled"

    def _fail(self, job: RenderJob, error: str) -> None:
        job.state, job.error = "failed", error
        if self.asks_a_person:
            self.root.modal = error

    def _carry_on(self) -> None:
        while True:
            with self.root.lock:
                self.catch_up()
                if not self.in_progress or self.root.has_quit:
                    return
            time.sleep(0.01)
