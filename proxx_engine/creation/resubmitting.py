"""Jobs that failed → new JobSpecs of what they did not complete. The old record is never touched.

Names, index, batch, label, profile and output are carried over unchanged; a source that changed
since, copied anew from its card, is probed anew. Only where the output folder is gone, and the
results tell that its tree was moved as a whole, is the new place written down.
"""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.burning_in import with_burn_ins
from proxx_engine.creation.failed_jobs import FailedJob, LeftAlone
from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.freezing import clip_timeout
from proxx_engine.creation.request import CreatedJob
from proxx_engine.creation.sources.probing import beyond_the_contract, probe_clip
from proxx_engine.creation.targets import target_for
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError, ProbeError
from proxx_engine.planning.arguments.laid import any_altered
from proxx_engine.planning.naming import collision_key, output_path, path_below
from proxx_engine.planning.path_maps import local_path
from proxx_engine.planning.routing import SPANNED, route_job
from proxx_engine.planning.validation import validate_job
from proxx_engine.planning.written_paths import written_paths
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, JobSpec, Output
from proxx_engine.spec.media import Source, Timecode
from proxx_engine.system.clock import now_utc
from proxx_engine.system.files import hash_file, hash_samples, total_size
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True)
class ResubmittedJob:
    """A job that failed, and the one that asks for the rest of it again."""

    failed: FailedJob
    job: CreatedJob


@dataclass(frozen=True, slots=True)
class Resubmission:
    """New jobs, and those in a folder that cannot be made again as things are."""

    jobs: tuple[ResubmittedJob, ...]
    left_alone: tuple[LeftAlone, ...]


def resubmit_jobs(
    failed: tuple[FailedJob, ...],
    *,
    created_by: CreatedBy,
    prober: Prober,
    path_maps: tuple[PathMap, ...] = (),
) -> Resubmission:
    """Return one new job for each that failed; nothing is written.

    `path_maps`: how the paths of the jobs are called on this machine; they stay as written.
    Raises: CreationError with every problem of the jobs that were named: a source that is missing
    or cannot be used, an output that exists or that two of the jobs would make.
    """
    created_at = now_utc()
    problems: list[tuple[FailedJob, Issue]] = []
    made: list[tuple[FailedJob, JobSpec]] = []
    for job in failed:
        try:
            spec = _resubmit(job, created_at, created_by, prober, path_maps)
        except (CreationError, JobSpecValidationError) as error:
            problems += [(job, issue) for issue in error.issues]
        else:
            taken = [(job, issue) for issue in _check_output(spec, path_maps)]
            problems += taken
            made += [(job, spec)] * (not taken)
    problems += _meeting(made, path_maps)
    refused = dict.fromkeys(issue for job, issue in problems if job.named)
    if refused:
        raise CreationError(tuple(refused))
    barred = {job.spec.job_id for job, _issue in problems}
    return Resubmission(
        jobs=tuple(
            ResubmittedJob(job, CreatedJob(spec, route_job(spec)[0]))
            for job, spec in made
            if job.spec.job_id not in barred
        ),
        left_alone=tuple(
            LeftAlone(job.job_file, f"{issue.path}: {issue.sentence}", issue.code)
            for job, issue in problems
        ),
    )


def _resubmit(
    job: FailedJob,
    created_at: str,
    created_by: CreatedBy,
    prober: Prober,
    path_maps: tuple[PathMap, ...],
) -> JobSpec:
    clips, issues = [], []
    for clip in job.lacking:
        try:
            clips.append(_inspect_again(clip, job.spec, prober, path_maps))
        except ProbeError as error:
            path = local_path(clip.source.path, path_maps)
            issues.append(Issue(error.code, path, error.detail.removeprefix(f"{path}: ")))
        except FileNotFoundError as error:
            issues.append(Issue("SOURCE_MISSING", str(error.filename), "does not exist"))
        except OSError as error:
            sentence = error.strerror or str(error)
            place = local_path(clip.source.path, path_maps)
            issues.append(Issue("SOURCE_UNREADABLE", place, sentence))
    if issues:
        raise CreationError(tuple(issues))
    timeout = max(job.spec.execution.clip_timeout_seconds, clip_timeout(clips))
    spec = job.spec.model_copy(
        update={
            "job_id": str(uuid.uuid4()),
            "created_at": created_at,
            "created_by": created_by,
            "retried_from": job.spec.job_id,
            "clips": tuple(clips),
            "output": _output_now(job, path_maps),
            "execution": job.spec.execution.model_copy(update={"clip_timeout_seconds": timeout}),
        }
    )
    validate_job(spec, name=spec.label)
    return spec


def _output_now(job: FailedJob, path_maps: tuple[PathMap, ...]) -> Output:
    """Return where the proxies go: as written, or where the tree of the old ones was moved to."""
    output, here = job.spec.output, job.directory_here
    if here is None or Path(local_path(output.directory, path_maps)).is_dir():
        return output
    try:
        [directory] = written_paths([str(here)], path_maps)
    except ValueError as error:
        raise CreationError((Issue("SPEC_BAD_PATH", str(here), str(error)),)) from error
    return output.model_copy(update={"directory": directory})


def _inspect_again(
    clip: ClipSpec, job: JobSpec, prober: Prober, path_maps: tuple[PathMap, ...]
) -> ClipSpec:
    """Return the clip, its source and target as they are now. Raises: ProbeError, OSError."""
    written = clip.source
    names = tuple(local_path(name, path_maps) for name in written.files)
    old = written.model_copy(update={"path": local_path(written.path, path_maps), "files": names})
    files = tuple(Path(name) for name in names)
    if total_size(files) == old.size_bytes and hash_samples(files) == old.sample_sha256:
        return clip
    if clip.target and any_altered(clip.target):
        detail = f"{old.path}: it or sound that was recorded apart is not what it was"
        raise ProbeError("SOURCE_CHANGED", f"{detail}; create its job anew")
    rate = old.video.frame_rate if old.sequence and old.video else None
    source = probe_clip(_as_found(old), prober, sequence_rate=rate)
    source = _keep_what_was_given(old, source)
    source = source.model_copy(update={"path": written.path, "files": written.files})
    try:
        target = target_for(source, job.profile, clip.resolve) if source.video else None
        if target is not None:
            told = clip.resolve.clip_name if clip.resolve else None
            called = told or _as_found(old).name
            here = Path(old.path)
            target = with_burn_ins(target, source, job.profile, name=called, here=here)
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


def _check_output(job: JobSpec, path_maps: tuple[PathMap, ...]) -> Iterator[Issue]:
    """Yield outputs that are there, and a folder that is away."""
    directory = local_path(job.output.directory, path_maps)
    if not Path(directory).is_dir():
        yield Issue("STORAGE_OUTPUT_MISSING", directory, "is not there")
    for clip in job.clips:
        path = path_below(directory, clip.output_subdirectory, clip.output_name)
        if os.path.lexists(path) and not _may_be_replaced(job, clip, Path(path)):
            yield Issue("OUTPUT_EXISTS", path, "is already there, and nothing is overwritten")


def _meeting(
    made: list[tuple[FailedJob, JobSpec]], path_maps: tuple[PathMap, ...]
) -> Iterator[tuple[FailedJob, Issue]]:
    """Yield the jobs that would make one proxy; the only one of them that was named may."""
    makers: dict[str, list[tuple[FailedJob, str]]] = defaultdict(list)
    for failed, job in made:
        directory = local_path(job.output.directory, path_maps)
        for clip in job.clips:
            key = collision_key(directory, clip.output_subdirectory, clip.output_name)
            makers[key].append((failed, output_path(job, clip)))
    for entries in makers.values():
        named = [failed for failed, _path in entries if failed.named]
        if len(entries) == 1:
            continue
        for failed, path in entries:
            if named != [failed]:
                sentence = f"{len(entries)} of these jobs would make it; name one of them"
                yield failed, Issue("OUTPUT_NAME_COLLISION", path, sentence)


def _may_be_replaced(job: JobSpec, clip: ClipSpec, path: Path) -> bool:
    if job.output.on_existing != "replace" or clip.replaces is None:
        return False
    return path.is_file() and hash_file(path) == clip.replaces
