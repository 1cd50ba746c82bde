"""Results among files and folders → the failed jobs that are resubmitted, and those left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine.creation.job_files import read_jobspec_file
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError
from proxx_engine.journal import place_of_job
from proxx_engine.planning.fingerprint import fingerprint_job
from proxx_engine.result_store.finding import find_results
from proxx_engine.result_store.jobs import JobIndex
from proxx_engine.result_store.joining import JoinedJob, StoredResult
from proxx_engine.result_store.proxies import output_directory, same_path
from proxx_engine.results.execution_results import JobExecutionResult, PathMap
from proxx_engine.spec.file_names import JOB
from proxx_engine.spec.job_spec import ClipSpec, JobSpec
from proxx_engine.system.locks import is_abandoned


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job as it was asked, and what came of it."""

    spec: JobSpec
    result: JobExecutionResult
    job_file: Path
    named: bool
    """Whether a person named it or its result, and not only a folder around it."""
    directory_here: Path | None = None
    """Its output folder, as the places of its results tell it."""

    @property
    def lacking(self) -> tuple[ClipSpec, ...]:
        """The clips that failed or did not run."""
        done = {clip.index for clip in self.result.clips if clip.status == "COMPLETED"}
        return tuple(clip for clip in self.spec.clips if clip.index not in done)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A job in a folder that is not resubmitted, and why."""

    path: Path
    reason: str
    code: str
    """A key of failures.toml."""


@dataclass(frozen=True)
class Choice:
    """What is resubmitted of the paths that a person gave."""

    failed: tuple[FailedJob, ...]
    left_alone: tuple[LeftAlone, ...]


@dataclass
class _Choosing:
    names: frozenset[str]
    """What was named, and the results of jobs that were named by their files."""
    again: bool
    index: JobIndex
    path_maps: tuple[PathMap, ...]
    failed: list[FailedJob] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def is_named(self, *paths: Path) -> bool:
        return any(same_path(path) in self.names for path in paths)

    def set_aside(self, path: Path, reason: str, *, code: str, named: bool) -> None:
        """A job that was named is refused; one that lies in a folder costs no other."""
        if named:
            self.issues.append(Issue(code, str(path), reason))
        else:
            self.left.append(LeftAlone(path, reason, code))


def choose_failed(
    paths: tuple[Path, ...],
    *,
    job_folders: tuple[Path, ...] = (),
    newer_in: tuple[Path, ...] = (),
    again: bool = False,
    batch: str | None = None,
    path_maps: tuple[PathMap, ...] = (),
) -> Choice:
    """Find the failed jobs among result files, job files and folders; read each one's JobSpec.

    `job_folders`: where job files also lie. `newer_in`: where a job that repeats one may also
    lie; with `again` one that was not begun stands in no one's way. `batch`: only jobs of this one.
    `path_maps`: how the paths of jobs are called on this machine.
    Raises: CreationError with every problem of what was named: a job that is completed or was
    resubmitted, a job file that is missing or is not the one that ran.
    """
    names = {same_path(name) for path in paths for name in (path, _result_of(path))}
    choosing = _Choosing(frozenset(names), again, JobIndex(), path_maps)
    found = find_results(paths)
    for entry in found.unread:
        named = choosing.is_named(entry.path)
        choosing.set_aside(entry.path, entry.sentence, code="SPEC_UNREADABLE", named=named)
    for mark in found.waiting:
        if batch not in (None, mark.batch):
            continue
        sentence = "has no result; `proxx run` runs it, or settles it if it was interrupted"
        named = choosing.is_named(mark.path)
        choosing.set_aside(mark.path, sentence, code="SPEC_JOB_NOT_RUN", named=named)
    folders = [path for path in paths if path.is_dir()]
    choosing.index.read([*folders, *job_folders, *newer_in], below=True)
    for job in found.jobs:
        if batch in (None, job.stored.result.batch):
            _choose(choosing, job)
    if choosing.issues:
        raise CreationError(tuple(choosing.issues))
    return Choice(tuple(choosing.failed), tuple(choosing.left))


def _result_of(path: Path) -> Path:
    """Return the result of a job that was named by its own file."""
    return place_of_job(path).result if path.name.endswith(JOB) else path


def _choose(choosing: _Choosing, job: JoinedJob) -> None:
    stored, result = job.stored, job.stored.result
    choosing.index.read(_near(stored, choosing.path_maps))
    job_file = choosing.index.find(result.job_id) if result.job_id else None
    named = choosing.is_named(*stored.copies, *([job_file] if job_file else []))
    path = next((copy for copy in stored.copies if choosing.is_named(copy)), stored.copies[0])
    bar = _why_not(choosing, job)
    if bar is not None:
        choosing.set_aside(path, bar[1], code=bar[0], named=named)
    elif job_file is None:
        sentence = (
            f"job {result.job_id} is in no *{JOB} beside it or in its output folder; "
            "--jobs DIR says where it lies"
        )
        choosing.set_aside(path, sentence, code="SPEC_JOB_MISSING", named=named)
    else:
        _take(choosing, job_file, stored, named=named)


def _why_not(choosing: _Choosing, job: JoinedJob) -> tuple[str, str] | None:
    """Return the code and the reason why a result asks for nothing; None when it does."""
    stored, result = job.stored, job.stored.result
    if stored.differing:
        copies = ", ".join(map(str, stored.copies))
        return "SPEC_UNREADABLE", f"its copies differ ({copies}); keep the true one"
    if result.status == "COMPLETED":
        return "CLAIM_COMPLETED", "is COMPLETED"
    if job.is_done_again:
        others = [entry.instead.result.job_id or "" for entry in job.tries if entry.instead]
        listed = ", ".join(dict.fromkeys(other[:8] for other in others))
        return "CLAIM_RESUBMITTED", f"was tried again or made by another job: {listed}"
    if result.job_id is None:
        return "SPEC_JOB_MISSING", "names no job"
    newer = choosing.index.repeats_of(result.job_id)
    ran = [path for path in newer if place_of_job(path).result.exists()]
    if ran:
        return "CLAIM_RESUBMITTED", f"was resubmitted as {ran[-1]}, which has run"
    if running := [path for path in newer if _runs(path)]:
        return "CLAIM_RESUBMITTED", f"was resubmitted as {running[-1]}, which runs now"
    if newer and not choosing.again:
        return "CLAIM_RESUBMITTED", f"was resubmitted as {newer[-1]}"
    return None


def _runs(job_file: Path) -> bool:
    """Whether somebody works on a job, as far as can be told from here."""
    lock = place_of_job(job_file).lock
    return os.path.lexists(lock) and not is_abandoned(lock)


def _take(choosing: _Choosing, job_file: Path, stored: StoredResult, *, named: bool) -> None:
    result = stored.result
    try:
        spec = read_jobspec_file(job_file)
    except JobSpecValidationError as error:
        for issue in error.issues:
            sentence = f"{issue.path}: {issue.sentence}".removeprefix(": ")
            choosing.set_aside(job_file, sentence, code=issue.code, named=named)
        return
    asked = result.jobspec_fingerprint
    if asked is not None and asked != fingerprint_job(spec):
        sentence = "was changed since it ran: its fingerprint is not the result's"
        choosing.set_aside(job_file, sentence, code="SPEC_JOB_CHANGED", named=named)
    else:
        choosing.failed.append(FailedJob(spec, result, job_file, named, stored.directory_here))


def _near(stored: StoredResult, path_maps: tuple[PathMap, ...]) -> Iterator[Path]:
    yield from (copy.parent for copy in stored.copies)
    directory = output_directory(stored, path_maps)
    if directory is not None:
        yield directory
