"""Running rows whose worker is gone → the truth about each, and nothing run again.

A worker settles what processes of its own host left, and only that; another host's are shown as
stale, and a person releases them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from proxx_engine import (
    JobSpec,
    PathMap,
    PlaceError,
    RequestError,
    WorkerIdentity,
    identify_process,
    place_of_job,
    reject,
    settle_job,
)
from sidecar.folders.names import JOB
from sidecar.service.keys import measures_key, result_key
from sidecar.service.parts import Parts
from sidecar.service.rows import Claimant, Ending, JobRow, RunningJob, WorkerSeen
from sidecar.service.settling.endings import Came, came_of, failed, store
from sidecar.service.settling.homes import (
    home_of,
    job_file_in,
    make_home,
    measures_in,
    read_own_jobspec,
)
from sidecar.service.settling.jobspecs import stored_jobspec
from sidecar.service.settling.travelling import (
    carry_back,
    forget_scratch,
    maps_of_media,
    scratch_in,
)

INTERRUPTED = "CLAIM_INTERRUPTED"
IsGone = Callable[[Claimant], bool]


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A row that was settled in the place of its worker."""

    row: JobRow
    ending: Ending


@dataclass(frozen=True, slots=True)
class UnsettledRow:
    """A row whose worker is gone, and why the truth about it cannot be told now."""

    row: JobRow
    sentence: str


@dataclass(frozen=True, slots=True)
class RowSettler:
    """Who settles, and with what of this machine."""

    parts: Parts
    by: Claimant
    worker: WorkerIdentity
    """Who the results say that it was."""
    path_maps: tuple[PathMap, ...] = ()

    def settle_gone(self, is_gone: IsGone) -> Iterator[SettledRow | UnsettledRow]:
        """Settle every running row whose claimant is gone; one that cannot be costs no other.

        Raises: PlaceError where the table does not answer.
        """
        for job in self.parts.table.running():
            if not is_gone(job.by) or is_of_a_clone(job.by, job.seen):
                continue
            try:
                settled = self.settle(job)
            except (PlaceError, RequestError) as error:
                yield UnsettledRow(job.row, " ".join(str(error).split()))
            except OSError as error:
                yield UnsettledRow(job.row, f"{error.filename}: {error.strerror or error}")
            else:
                if settled is not None:
                    yield settled

    def settle(self, job: RunningJob, *, release_reason: str | None = None) -> SettledRow | None:
        """Settle one row; None where it is settled by now.

        `release_reason`: a person says that its worker is gone. Raises: PlaceError (CLAIM_LOCKED
        where another is at it); RequestError where the settings contradict the job; OSError.
        """
        if not self.parts.table.is_held(job.row.job_id, job.by):
            return None
        came = self._find_truth(job, release_reason)
        return self.close(job, came, release_reason or INTERRUPTED)

    def close(self, job: RunningJob, came: Came, reason: str) -> SettledRow | None:
        """Keep what came of a job, and end its row; None where it was ended by now."""
        ending = store(self.parts.storage, came)
        job_id = job.row.job_id
        won = self.parts.table.settle(job_id, ending, by=self.by, of=job.by, reason=reason)
        if won:
            forget_scratch(came)
        return SettledRow(job.row, ending) if won else None

    def _find_truth(self, job: RunningJob, release_reason: str | None) -> Came:
        base = Path(job.by.home)
        if not base.is_dir():
            detail = f"{base}, where its worker kept the job, is not there"
            raise PlaceError("STORAGE_NOT_WRITABLE", detail)
        row = job.row
        scratch = scratch_in(home_of(base, row.job_id), job.by.worker)
        if row.pipeline_id == "qc":
            came = _truth_of_measuring(row, home_of(base, row.job_id), release_reason)
            return replace(came, scratch=scratch)
        try:
            spec = self._find_jobspec(row, base)
        except RequestError as error:
            result = reject(error, worker=self.worker, job_id=row.job_id)
            return came_of(row, result, result_key(row.job_id))
        return self._settle_proxies(row, spec, base, scratch, release_reason)

    def _find_jobspec(self, row: JobRow, base: Path) -> JobSpec:
        spec = read_own_jobspec(home_of(base, row.job_id))
        if spec is None:  # it died between the claim and its first file, or that is broken
            spec, data = stored_jobspec(self.parts, row)
            make_home(base, row.job_id, spec, data)
        return spec

    def _settle_proxies(
        self, row: JobRow, spec: JobSpec, base: Path, scratch: Path, release_reason: str | None
    ) -> Came:
        place = place_of_job(job_file_in(home_of(base, row.job_id), spec))
        maps = maps_of_media(self.parts, spec, scratch, self.path_maps)
        result = settle_job(
            spec,
            journal_path=place.journal,
            worker=self.worker,
            owner_gone=True,
            release_reason=release_reason,
            path_maps=maps,
        )
        came = came_of(row, result, result_key(row.job_id), place.result)
        return carry_back(self.parts, came, spec, result, scratch, maps)


def _truth_of_measuring(row: JobRow, home: Path, release_reason: str | None) -> Came:
    """What was measured whole lies in the job's folder with how it ended; else nothing is known."""
    found = measures_in(home)
    if found is not None:
        ending, data = found
        return Came(row, replace(ending, output_path=measures_key(row.job_id)), data)
    code = INTERRUPTED if release_reason is None else "CLAIM_RELEASED"
    return Came(row, failed(code, release_reason or "it had measured nothing whole"), None)


def home_is_here(job: RunningJob) -> bool:
    """Whether a running job's own folder can be read from this process.

    Without a job file it is none: a worker of this host may have had the job in hand, and left a
    folder of the same path.
    """
    if not job.by.home:
        return False
    return any(home_of(Path(job.by.home), job.row.job_id).glob(f"*{JOB}"))


def is_of_a_clone(by: Claimant, seen: WorkerSeen | None) -> bool:
    """Whether a worker of what seems this machine before its last start speaks on all the same.

    Then it lives on another one, made from the same image and called alike.
    """
    lives = seen is not None and not seen.is_silent
    return lives and by.owner.boot_id != identify_process().boot_id
