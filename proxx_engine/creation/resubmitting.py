"""Jobs that failed → new JobSpecs of what they did not complete. The old record is never touched.

Names, index, batch, label, profile and output are carried over unchanged; a source that changed
since, copied anew from its card, is looked at anew.
"""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.freezing import (
    LEAST_TIMEOUT_SECONDS,
    TIMEOUT_PER_SECOND,
    CreatedJob,
)
from proxx_engine.creation.sources.probing import beyond_the_contract, probe_clip
from proxx_engine.creation.targets import target_for
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError, ProbeError
from proxx_engine.planning.naming import collision_key, output_path
from proxx_engine.planning.routing import SPANNED, route_job
from proxx_engine.planning.validation import validate_job
from proxx_engine.results.execution_results import JobExecutionResult
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, JobSpec
from proxx_engine.spec.media import Source, Timecode
from proxx_engine.system.clock import now_utc
from proxx_engine.system.files import hash_file, hash_samples, total_size
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job as it was asked, and what came of it."""

    spec: JobSpec
    result: JobExecutionResult

    @property
    def lacking(self) -> tuple[ClipSpec, ...]:
        """The clips that failed or did not run."""
        done = {clip.index for clip in self.result.clips if clip.status == "COMPLETED"}
        return tuple(clip for clip in self.spec.clips if clip.index not in done)


def resubmit_jobs(
    failed: tuple[FailedJob, ...], *, created_by: CreatedBy, prober: Prober
) -> tuple[CreatedJob, ...]:
    """Return one new job for each that failed; nothing is written.

    Raises: CreationError with every problem: a source that is missing or cannot be used, an
    output that exists or that two of the jobs would make.
    """
    created_at = now_utc()
    issues: list[Issue] = []
    jobs = []
    for job in failed:
        try:
            jobs.append(_resubmit(job, created_at, created_by, prober))
        except (CreationError, JobSpecValidationError) as error:
            issues += error.issues
    issues += _check_outputs(jobs)
    if issues:
        raise CreationError(tuple(issues))
    return tuple(CreatedJob(spec, route_job(spec)[0]) for spec in jobs)


def _resubmit(job: FailedJob, created_at: str, created_by: CreatedBy, prober: Prober) -> JobSpec:
    clips, issues = [], []
    for clip in job.lacking:
        try:
            clips.append(_look_again(clip, job.spec, prober))
        except ProbeError as error:
            path = clip.source.path
            issues.append(Issue(error.code, path, error.detail.removeprefix(f"{path}: ")))
        except FileNotFoundError as error:
            issues.append(Issue("SOURCE_MISSING", str(error.filename), "does not exist"))
        except OSError as error:
            sentence = error.strerror or str(error)
            issues.append(Issue("SOURCE_UNREADABLE", clip.source.path, sentence))
    if issues:
        raise CreationError(tuple(issues))
    longest = max(float(clip.source.duration_seconds or 0) for clip in clips)
    timeout = max(
        job.spec.execution.clip_timeout_seconds,
        LEAST_TIMEOUT_SECONDS,
        ceil(TIMEOUT_PER_SECOND * longest),
    )
    spec = job.spec.model_copy(
        update={
            "job_id": str(uuid.uuid4()),
            "created_at": created_at,
            "created_by": created_by,
            "retried_from": job.spec.job_id,
            "clips": tuple(clips),
            "execution": job.spec.execution.model_copy(update={"clip_timeout_seconds": timeout}),
        }
    )
    validate_job(spec, name=spec.label)
    return spec


def _look_again(clip: ClipSpec, job: JobSpec, prober: Prober) -> ClipSpec:
    """Return the clip, its source and target as they are now. Raises: ProbeError, OSError."""
    old = clip.source
    files = tuple(Path(name) for name in old.files)
    if total_size(files) == old.size_bytes and hash_samples(files) == old.sample_sha256:
        return clip
    rate = old.video.frame_rate if old.sequence and old.video else None
    source = probe_clip(_as_found(old), prober, sequence_rate=rate)
    source = _keep_what_was_given(old, source)
    try:
        target = target_for(source, job.profile) if source.video else None
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    return clip.model_copy(update={"source": source, "target": target})


def _as_found(old: Source) -> Found:
    """Return the clip as it was found when its job was made."""
    path, files = Path(old.path), tuple(Path(name) for name in old.files)
    sound = {audio.file_index for audio in old.audio} - {old.files.index(old.path)}
    return Found(
        path=path,
        subdirectory="",
        name=path.stem,
        files=files,
        audio_files=tuple(files[index] for index in sorted(sound)),
        sequence=old.sequence,
        spanned=old.container == SPANNED,
    )


def _keep_what_was_given(old: Source, new: Source) -> Source:
    """Keep a timecode and reel that did not come from the file: the file cannot give them back."""
    given = old.timecode
    if given is None or given.source == "file":
        return new
    if new.timecode is not None and new.timecode.source != "file":
        return new
    return new.model_copy(
        update={"timecode": _differing(given, new.timecode), "reel": old.reel or new.reel}
    )


def _differing(given: Timecode, seen: Timecode | None) -> Timecode:
    differs = None if seen is None or seen.start == given.start else f"file says {seen.start}"
    return given.model_copy(update={"differs": differs})


def _check_outputs(jobs: list[JobSpec]) -> Iterator[Issue]:
    """Yield outputs that are there, that meet, and folders that are away."""
    makers = defaultdict(list)
    for job in jobs:
        if not Path(job.output.directory).is_dir():
            yield Issue("STORAGE_OUTPUT_MISSING", job.output.directory, "is not there")
        for clip in job.clips:
            path = output_path(job, clip)
            directory, below = job.output.directory, clip.output_subdirectory
            makers[collision_key(directory, below, clip.output_name)].append(path)
            if os.path.lexists(path) and not _may_be_replaced(job, clip, Path(path)):
                yield Issue("OUTPUT_EXISTS", path, "is already there, and nothing is overwritten")
    for paths in makers.values():
        if len(paths) > 1:
            sentence = f"{len(paths)} of these jobs would make it; resubmit one of them"
            yield Issue("OUTPUT_NAME_COLLISION", paths[0], sentence)


def _may_be_replaced(job: JobSpec, clip: ClipSpec, path: Path) -> bool:
    if job.output.on_existing != "replace" or clip.replaces is None:
        return False
    return path.is_file() and hash_file(path) == clip.replaces
