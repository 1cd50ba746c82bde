"""Where jobs go, and whether one was written: so that a death neither loses nor doubles one.

The names are known and noted before anything is written. Whether a job was written is told by
looking for it in every state that it may have come to since, in the order of the states: what
moves on meanwhile is found further on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import CreatedJob, PlaceError
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB, job_stem, made_on
from sidecar.folders.pending import open_job_folders
from sidecar.folders.submitting import NamedJob, name_jobs
from sidecar.intake.knowledge import Clip, IntendedJob


@dataclass(frozen=True, slots=True)
class Homes:
    """Where jobs go."""

    ffmpeg: WatchFolder
    resolve: WatchFolder | None
    """None: they wait where the proxies go until a person runs them."""

    def why_not_there(self) -> str | None:
        """Return which watch folder is away now."""
        away = (folder.root for folder in self._folders() if not folder.is_there())
        return next((f"{root}: the watch folder is not there" for root in away), None)

    def job_folders(self, out: Path) -> tuple[Path, ...]:
        """Return every folder in which a job may lie that has not ended. Raises: OSError."""
        try:
            waiting = [place for each in self._folders() for place in open_job_folders(each.root)]
        except PlaceError as error:  # it went away since it was looked for
            raise FileNotFoundError(2, "the watch folder is not there", error.detail) from error
        return tuple(dict.fromkeys((out, *waiting)))

    def name(self, jobs: Sequence[CreatedJob], out: Path) -> list[NamedJob]:
        """Return each job with the place that it will wait in."""
        other = self.resolve or out
        return name_jobs([(job, other if job.engine == "resolve" else self.ffmpeg) for job in jobs])

    def is_there(self, job: IntendedJob) -> bool:
        """Whether a job was written, wherever it is now."""
        if os.path.lexists(job.job_file):
            return True
        return any(_went_on(job, folder) for folder in self._folders())

    def _folders(self) -> list[WatchFolder]:
        return [folder for folder in (self.ffmpeg, self.resolve) if folder is not None]


def intended(named: NamedJob, clips: tuple[Clip, ...]) -> IntendedJob:
    """Return what must be noted of a job before it is written."""
    spec = named.job.spec
    return IntendedJob(spec.job_id, job_stem(spec), made_on(spec), str(named.path), clips)


def _went_on(job: IntendedJob, folder: WatchFolder) -> bool:
    # A worker makes a job's folder before it moves the job into it.
    taken = folder.running.glob(f"*/*{job.job_id}/*{job.job_id}{JOB}")
    filed = (folder.filed(outcome, job.made_on) / job.stem for outcome in ("completed", "failed"))
    return any(taken) or any(map(os.path.lexists, filed))
