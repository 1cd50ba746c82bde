"""Results among files and folders → the failed jobs that are resubmitted, and those left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine.creation.job_files import read_jobspec_file
from proxx_engine.creation.resubmitting import FailedJob
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError
from proxx_engine.journal import place_of_job
from proxx_engine.planning.fingerprint import fingerprint_job
from proxx_engine.result_store.finding import find_results
from proxx_engine.result_store.jobs import JobIndex
from proxx_engine.result_store.joining import JoinedJob, StoredResult
from proxx_engine.result_store.proxies import output_directory, same_path
from proxx_engine.result_store.reading import JOB


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A job in a folder that is not resubmitted, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Choice:
    """What is resubmitted of the paths that a person gave."""

    failed: tuple[FailedJob, ...]
    left_alone: tuple[LeftAlone, ...]


@dataclass
class _Choosing:
    named: set[str]
    again: bool
    index: JobIndex
    failed: list[FailedJob] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def set_aside(self, path: Path, reason: str, *, code: str, always: bool = False) -> None:
        """A file that was named is refused; one that lies in a folder is left alone."""
        if always or same_path(path) in self.named or same_path(_result_of(path)) in self.named:
            self.issues.append(Issue(code, str(path), reason))
        else:
            self.left.append(LeftAlone(path, reason))


def choose_failed(
    paths: tuple[Path, ...],
    *,
    job_folders: tuple[Path, ...] = (),
    newer_in: tuple[Path, ...] = (),
    again: bool = False,
) -> Choice:
    """Find the failed jobs among result files, job files and folders; read each one's JobSpec.

    `job_folders`: where job files also lie. `newer_in`: where a job that repeats one may also
    lie; with `again` it stands in no one's way.
    Raises: CreationError with every problem: a named job that is completed or was resubmitted, a
    job file that is missing or is not the one that ran.
    """
    choosing = _Choosing({same_path(_result_of(path)) for path in paths}, again, JobIndex())
    found = find_results(paths)
    for entry in found.unread:
        choosing.set_aside(entry.path, entry.sentence, code="SPEC_UNREADABLE")
    for mark in found.waiting:
        sentence = "has no result; `proxx run` runs it, or settles it if it was interrupted"
        choosing.set_aside(mark.path, sentence, code="SPEC_JOB_NOT_RUN")
    folders = [path for path in paths if path.is_dir()]
    choosing.index.read([*folders, *job_folders, *newer_in], below=True)
    _choose(choosing, found.jobs)
    if choosing.issues:
        raise CreationError(tuple(choosing.issues))
    return Choice(tuple(choosing.failed), tuple(choosing.left))


def _result_of(path: Path) -> Path:
    """Return the result of a job that was named by its own file."""
    return place_of_job(path).result if path.name.endswith(JOB) else path


def _choose(choosing: _Choosing, jobs: tuple[JoinedJob, ...]) -> None:
    for job in jobs:
        stored, result = job.stored, job.stored.result
        path = next(
            (copy for copy in stored.copies if same_path(copy) in choosing.named),
            stored.copies[0],
        )
        if stored.differing:
            sentence = (
                f"its copies differ ({', '.join(map(str, stored.copies))}); keep the true one"
            )
            choosing.set_aside(path, sentence, code="SPEC_UNREADABLE", always=True)
        elif result.status == "COMPLETED":
            choosing.set_aside(path, "is COMPLETED", code="CLAIM_COMPLETED")
        elif job.is_done_again and not choosing.again:
            choosing.set_aside(path, "was tried again by a later job", code="CLAIM_RESUBMITTED")
        elif result.job_id is None:
            choosing.set_aside(path, "names no job", code="SPEC_JOB_MISSING")
        else:
            _choose_one(choosing, stored, result.job_id, path)


def _choose_one(choosing: _Choosing, stored: StoredResult, job_id: str, path: Path) -> None:
    choosing.index.read(_near(stored))
    newer = choosing.index.repeats_of(job_id)
    if newer and not choosing.again:
        choosing.set_aside(path, f"was resubmitted as {newer[-1]}", code="CLAIM_RESUBMITTED")
        return
    job_file = choosing.index.find(job_id)
    if job_file is None:
        sentence = f"job {job_id} is in no *.job.json beside it or in its output folder"
        choosing.set_aside(path, sentence, code="SPEC_JOB_MISSING", always=True)
        return
    try:
        spec = read_jobspec_file(job_file)
    except JobSpecValidationError as error:
        choosing.issues += [
            Issue(i.code, f"{job_file}: {i.path}", i.sentence) for i in error.issues
        ]
        return
    asked = stored.result.jobspec_fingerprint
    if asked is not None and asked != fingerprint_job(spec):
        sentence = "was changed since it ran: its fingerprint is not the result's"
        choosing.set_aside(job_file, sentence, code="SPEC_JOB_CHANGED", always=True)
        return
    choosing.failed.append(FailedJob(spec, stored.result))


def _near(stored: StoredResult) -> Iterator[Path]:
    yield from (copy.parent for copy in stored.copies)
    directory = output_directory(stored)
    if directory is not None:
        yield directory
