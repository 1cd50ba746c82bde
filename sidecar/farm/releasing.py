"""A person's word that the worker of a bundle's job is gone: its result is written, nothing run.

A bundle has no heartbeats. What a living worker shows is that its files grow: journal and log with
the job, hidden files beside the proxies. One that shows nothing may still live, and read: then it
finds its lock gone and publishes nothing more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    CreationError,
    Issue,
    JobExecutionResult,
    JobSpec,
    PathMap,
    PlaceError,
    ProcessIdentity,
    WorkerIdentity,
    identify_process,
    is_foreign,
    last_owner,
    place_of_job,
    plan_here,
    plan_job,
    read_jobspec_file,
    read_journal,
    read_lock,
    settle_job,
)
from sidecar.farm.task import jobs_of_task
from sidecar.folders.names import JOB
from sidecar.folders.settling_locks import alone, forget_strangers, held_by

LISTEN_SECONDS = 60.0
"""Another machine keeps what it writes to a share for up to half a minute (Linux, over NFS)."""
_LOOK_SECONDS = 0.5

_Signs = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job that somebody began, and nobody who lives holds, as far as it can be told."""

    job_file: Path
    spec: JobSpec
    owner: ProcessIdentity | None
    """None where it cannot be told who it was."""


def job_named(named: Path) -> Path | None:
    """Return the job file that a person named, or the folder of one; None where it is neither."""
    if named.is_dir():
        jobs = jobs_of_task(named)
        return named / jobs[0] if len(jobs) == 1 else None
    return named if named.name.endswith(JOB) and named.is_file() else None


def find_held(job_file: Path, path_maps: tuple[PathMap, ...]) -> HeldJob:
    """Return a job whose worker is gone, or was not heard of while we listened.

    Raises: CreationError: nobody began it, it has its result, or its worker lives;
    JobSpecValidationError; OSError.
    """
    spec = read_jobspec_file(job_file)
    place = place_of_job(job_file)
    locked = os.path.lexists(place.lock)
    if not locked and os.path.lexists(place.result):
        raise _refusal("CLAIM_SETTLED", job_file, "has its result; there is nothing to release")
    begun = any(fact["event"] == "job_started" for fact in read_journal(place.journal))
    if not (locked or begun):
        raise _refusal("SPEC_JOB_NOT_RUN", job_file, "was begun by nobody")
    held = HeldJob(job_file, spec, owner_of(job_file))
    if held.owner is None or not held.owner.is_near():
        if _is_heard_of(held, path_maps):
            host = held.owner.host if held.owner else "another machine"
            sentence = f"its worker on {host} lives: its files grow; end that process first"
            raise _refusal("CLAIM_LOCKED", job_file, sentence)
    elif not held.owner.is_gone() and held.owner != identify_process():
        sentence = f"its worker, process {held.owner.pid}, is alive on this machine; end it first"
        raise _refusal("CLAIM_LOCKED", job_file, sentence)
    return held


def release(
    held: HeldJob, reason: str, *, worker: WorkerIdentity, path_maps: tuple[PathMap, ...]
) -> JobExecutionResult | None:
    """Write the truth about a job in a person's name; None where another did meanwhile.

    Raises: PlaceError (CLAIM_LOCKED where another is at it; STORAGE_OUTPUT_MISSING), OSError.
    """
    place = place_of_job(held.job_file)
    forget_strangers(place.lock)
    with alone(place.lock) as ours:
        if not ours:
            raise PlaceError("CLAIM_LOCKED", held_by(place.lock))
        settled = not os.path.lexists(place.lock) and os.path.lexists(place.result)
        if settled or owner_of(held.job_file) != held.owner:
            return None
        return settle_job(
            held.spec,
            journal_path=place.journal,
            worker=worker,
            release_reason=reason,
            path_maps=path_maps,
        )


def owner_of(job_file: Path) -> ProcessIdentity | None:
    """Return the process that holds a job, or held it last; None where it cannot be told."""
    place = place_of_job(job_file)
    record = read_lock(place.lock)
    return record.owner if record is not None else last_owner(place.journal)


def _is_heard_of(held: HeldJob, path_maps: tuple[PathMap, ...]) -> bool:
    """Whether anything of the job's changes while we wait: clocks of two machines tell nothing."""
    folders = [held.job_file.parent]
    work = plan_here(plan_job(held.spec), path_maps).work_folder
    if not is_foreign(work):
        folders.append(Path(work))
    before, until = _signs(folders), time.monotonic() + LISTEN_SECONDS
    while time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        if _signs(folders) != before:
            return True
    return False


def _signs(folders: list[Path]) -> _Signs:
    return {file: sign for folder in folders for file, sign in _signs_in(folder)}


def _signs_in(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for place, _folders, names in os.walk(folder):
        for file in (Path(place, name) for name in names):
            try:
                # Opened: a share tells the size that it remembers otherwise.
                descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            except OSError:
                continue
            seen = os.fstat(descriptor)
            os.close(descriptor)
            yield file, (seen.st_size, seen.st_mtime_ns)


def _refusal(code: str, job_file: Path, sentence: str) -> CreationError:
    return CreationError((Issue(code, str(job_file), sentence),), subject="release")
