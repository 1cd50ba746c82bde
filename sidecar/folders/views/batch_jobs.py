"""Every job of a folder with its batch and its state: of a watch folder, or of any folder of jobs
and results.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from proxx_engine import (
    JobMark,
    JoinedJob,
    PlaceError,
    Unread,
    find_results,
    is_interrupted,
    place_of_job,
)
from sidecar.folders.claims import claim_path, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB, judge_name
from sidecar.folders.views.ended import list_folders
from sidecar.folders.views.hearing import Hearing
from sidecar.folders.views.seen import StaleJob, WorkerSeen
from sidecar.folders.views.stale import Listener, find_stale, id_of_home, list_claimed
from sidecar.folders.views.tops import read_top
from sidecar.folders.views.tried_again import EndedJob, find_tried_again
from sidecar.words import same_label

JobState = Literal[
    "failed", "stale", "interrupted", "running", "held", "waiting", "repeated", "completed"
]
STATES: tuple[JobState, ...] = (
    *("failed", "stale", "interrupted", "running"),
    *("held", "waiting", "repeated", "completed"),
)
"""What needs a person first. One that was made again, or is asked for again, is `repeated`."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """One job, as far as its place tells."""

    job_id: str
    label: str
    batch: str | None
    made_at: str
    state: JobState
    job_file: Path | None
    """None where only its result was found."""
    result_file: Path | None = None
    ended_at: str | None = None
    worker: str = ""
    told: str = ""
    """Why nobody works on it any more."""
    repeats: str | None = None


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """All jobs of a folder."""

    root: Path
    jobs: tuple[BatchJob, ...]
    workers: tuple[WorkerSeen, ...] = ()
    """Those that live and may take a job."""
    unread: tuple[Unread, ...] = ()

    def labels(self) -> list[str | None]:
        """Return the batches, the latest last; None stands for jobs of no batch."""
        latest: dict[str | None, str] = {}
        for job in self.jobs:
            latest[job.batch] = max(latest.get(job.batch, ""), job.made_at)
        return sorted(latest, key=lambda label: latest[label])

    def meant(self, typed: str) -> str | None:
        """Return the label of a batch as it is written; None when none is called so."""
        labels = {label for label in self.labels() if label is not None}
        alike = [label for label in labels if same_label(label, typed)]
        return typed if typed in labels else alike[0] if len(alike) == 1 else None

    def of(self, label: str | None) -> tuple[BatchJob, ...]:
        """Return the jobs of a batch: what needs a person first, then the oldest."""
        jobs = (job for job in self.jobs if job.batch == label)
        return tuple(sorted(jobs, key=lambda job: (STATES.index(job.state), job.made_at)))


def see_watch_folder(folder: WatchFolder) -> JobsSeen:
    """Read the top of every job of a watch folder.

    Raises: PlaceError when it is away, OSError when it does not work.
    """
    heard = Hearing(folder).listen().values()
    workers = {worker.name: worker for _beat, worker in heard}
    listener = Listener(workers, [beat.owner for beat, worker in heard if worker.alive])
    seen: dict[str, BatchJob] = {}
    # In the order in which a job moves on: where one moves meanwhile, the later place counts.
    refused = _filed(folder, refused=True)
    for job in (*refused, *_in_rooms(folder), *_running(folder), *_filed(folder)):
        seen[job.job_id] = job
    homes = [home for worker in list_folders(folder.running) for home in list_folders(worker)]
    claimed = list_claimed(folder)
    stale = {job.job_id: job for job in find_stale(folder, claimed, homes, listener)}
    ids = set(claimed)
    jobs = [_by_claim(folder, job, ids, stale.get(job.job_id)) for job in seen.values()]
    watching = tuple(w for w in workers.values() if w.alive and w.state != "stopping")
    if not folder.is_there():  # a volume that went away is no folder with nothing in it
        raise PlaceError("STORAGE_WATCH_FOLDER_MISSING", str(folder.root))
    again = find_tried_again(
        EndedJob(job.job_id, job.label, job.made_at, job.state == "failed", job.result_file)
        for job in jobs
        if job.state in ("failed", "completed") and job.result_file is not None
    )
    return JobsSeen(folder.root, tuple(_repeated(jobs, set(again))), watching)


def _in_rooms(folder: WatchFolder) -> Iterator[BatchJob]:
    held: tuple[Path, JobState] = (folder.held, "held")
    # What a person lets go meanwhile is found further on, and so is what they hold.
    rooms: tuple[tuple[Path, JobState], ...] = (held, (folder.pending, "waiting"), held)
    for room, state in rooms:
        for name in sorted(os.listdir(room)) if room.is_dir() else ():
            job = _read(room / name, state) if judge_name(name) == "job" else None
            if job is not None:
                yield job


def _running(folder: WatchFolder) -> Iterator[BatchJob]:
    for worker in sorted(list_folders(folder.running)):
        for home in filter(id_of_home, sorted(list_folders(worker))):
            job = _read(_file_in(home), "running")
            if job is not None:
                yield replace(job, worker=os.path.basename(worker))


def _filed(folder: WatchFolder, *, refused: bool = False) -> Iterator[BatchJob]:
    """Yield the jobs that ended, or what was refused unrun: no id names the folders of such."""
    outcomes: tuple[JobState, ...] = ("failed", "completed")
    for outcome in outcomes:
        for day in sorted(list_folders(folder.root / outcome)):
            for home in sorted(list_folders(day)):
                right = bool(id_of_home(home)) != refused
                job = _read(_file_in(home), outcome) if right else None
                if job is not None:
                    yield replace(
                        job,
                        result_file=place_of_job(_file_in(home)).result,
                        ended_at=_time_of(home),
                    )


def _file_in(home: str) -> Path:
    return Path(home, f"{os.path.basename(home)}{JOB}")


def _time_of(home: str) -> str | None:
    """Return when a job's folder was filed, by the clock of the disk."""
    try:
        moment = datetime.fromtimestamp(os.stat(home).st_mtime, UTC)
    except OSError:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(path: Path, state: JobState) -> BatchJob | None:
    top = read_top(path)
    if top is None:
        return None
    batch = top.batch.label if top.batch else None
    return BatchJob(
        top.job_id, top.label, batch, top.created_at, state, path, repeats=top.retried_from
    )


def _by_claim(
    folder: WatchFolder, job: BatchJob, claimed: set[str], stale: StaleJob | None
) -> BatchJob:
    """Return a job as its claim tells: once claimed it is a worker's, though not moved yet."""
    if job.state not in ("held", "waiting", "running"):
        return job
    if stale is not None:
        return replace(job, state="stale", worker=stale.worker, told=stale.reason)
    if job.state != "waiting" or job.job_id not in claimed:
        return job
    claim = read_claim(claim_path(folder, job.job_id))
    if claim is not None and claim.is_for_holding:
        return job
    return replace(job, state="running", worker=claim.worker if claim else "")


def see_folder(root: Path) -> JobsSeen:
    """Read every job and result below a folder."""
    found = find_results([root])
    jobs = [*map(_with_result, found.jobs), *map(_without_result, found.waiting)]
    return JobsSeen(root, tuple(_repeated(jobs)), unread=found.unread)


def _with_result(job: JoinedJob) -> BatchJob:
    stored, result = job.stored, job.stored.result
    files = [place for copy in stored.copies if (place := _job_file_of(copy)).is_file()]
    top = read_top(files[0]) if files else None
    state: JobState = "completed" if result.status == "COMPLETED" else "failed"
    return BatchJob(
        job_id=result.job_id or str(stored.copies[0]),
        label=result.label or stored.copies[0].name,
        batch=result.batch,
        made_at=top.created_at if top else result.started_at,
        state="repeated" if job.is_done_again else state,
        job_file=files[0] if files else None,
        result_file=stored.copies[0],
        ended_at=result.completed_at,
        repeats=top.retried_from if top else None,
    )


def _job_file_of(result: Path) -> Path:
    return result.with_name(f"{result.name.removesuffix('.result.json')}{JOB}")


def _without_result(mark: JobMark) -> BatchJob:
    place = place_of_job(mark.path)
    state: JobState = "running" if place.lock.exists() else "waiting"
    if is_interrupted(place.journal):
        state = "interrupted"
    return BatchJob(
        mark.job_id,
        mark.label,
        mark.batch,
        mark.created_at,
        state,
        mark.path,
        repeats=mark.retried_from,
    )


def _repeated(jobs: Iterable[BatchJob], tried_again: Set[str] = frozenset()) -> Iterator[BatchJob]:
    """Yield the jobs; one that failed and that another repeats needs nobody any more."""
    jobs = list(jobs)
    again = {job.repeats for job in jobs} | tried_again
    for job in jobs:
        repeated = job.state == "failed" and job.job_id in again
        yield replace(job, state="repeated") if repeated else job
