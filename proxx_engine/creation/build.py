"""Footage → frozen JobSpecs: probe, resolve, compute, name, route, freeze."""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.probing import beyond_the_contract, probe_source
from proxx_engine.creation.targets import target_for
from proxx_engine.creation.walk import Found, LeftOut, walk_footage
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError, ProbeError
from proxx_engine.planning.naming import collision_key, output_path
from proxx_engine.planning.routing import route_source, source_format
from proxx_engine.planning.validation import validate_job
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.decoding import encode_json
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, ExecutionLimits, JobSpec, Output, Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.timecode import timecode_problem
from proxx_engine.spec.tokens import check_template, expand_template, format_index
from proxx_engine.system.clock import now_utc
from proxx_engine.system.files import write_whole
from proxx_engine.system.probe import Prober

LEAST_TIMEOUT_SECONDS = 3600
TIMEOUT_PER_SECOND = 30
STALL_SECONDS = 300
_MAX_LABEL_BYTES = 190

Looking = Callable[[Path, int, int], None]
"""Told before each file is looked at: its path, its number, how many there are."""


@dataclass(frozen=True)
class CreationRequest:
    """What a person asks `create` for."""

    paths: tuple[Path, ...]
    out: Path
    profile: ProfileSpec
    created_by: CreatedBy
    naming_template: str = "{source_name}"
    clips_per_job: int = 1
    batch: str | None = None
    verification: str = "conform"
    looking: Looking = field(default=lambda _path, _number, _total: None, repr=False)


@dataclass(frozen=True, slots=True)
class CreatedJob:
    """One JobSpec and the engine that it goes to."""

    spec: JobSpec
    engine: Engine

    @property
    def file_name(self) -> str:
        """Return the job file's name."""
        return f"{self.spec.label}.{self.spec.job_id}.job.json"


@dataclass(frozen=True, slots=True)
class Creation:
    """What one act of creation came to."""

    jobs: tuple[CreatedJob, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Clip:
    found: Found
    source: Source
    target: Target | None
    engine: Engine


def create_jobs(request: CreationRequest, *, prober: Prober) -> Creation:
    """Look at the footage and freeze it into JobSpecs; nothing is written.

    Raises: CreationError with every problem (no footage path, template, names that would meet);
    JobSpecValidationError when a made JobSpec breaks a rule.
    """
    _check_request(request)
    seen = list(walk_footage(request.paths, out=request.out))
    left_out = [entry for entry in seen if isinstance(entry, LeftOut)]
    found = [entry for entry in seen if isinstance(entry, Found)]
    clips = []
    for number, entry in enumerate(found, start=1):
        request.looking(entry.path, number, len(found))
        try:
            clips.append(_look_at(entry, request.profile, prober))
        except ProbeError as error:
            left_out.append(LeftOut(entry.path, error.detail.removeprefix(f"{entry.path}: ")))
        except OSError as error:
            left_out.append(LeftOut(entry.path, error.strerror or str(error)))
    jobs = tuple(_freeze(request, clips))
    _check_collisions(jobs)
    problems = tuple(_check_rules(jobs))
    if problems:
        raise JobSpecValidationError(problems, subject="footage")
    return Creation(jobs, tuple(sorted(left_out, key=lambda entry: str(entry.path))))


def write_job(job: CreatedJob, folder: Path) -> Path:
    """Write one job file, whole or not at all. Raises: FileExistsError, OSError."""
    path = folder / job.file_name
    write_whole(path, encode_json(job.spec))
    return path


def _check_request(request: CreationRequest) -> None:
    issues = [
        Issue("SOURCE_MISSING", str(path), "does not exist")
        for path in request.paths
        if not path.exists()
    ]
    issues += check_template(
        request.naming_template, clip_count=request.clips_per_job, path="--name"
    )
    if issues:
        raise CreationError(tuple(issues))


def _look_at(found: Found, profile: ProfileSpec, prober: Prober) -> _Clip:
    source = probe_source(found.path, prober)
    _check_timecode(source)
    engine = route_source(source_format(source)).engine
    try:
        target = target_for(source, profile) if source.video else None
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    return _Clip(found, source, target, engine)


def _check_timecode(source: Source) -> None:
    """Leave out a clip whose timecode no proxy could carry, rather than fail the whole act."""
    if source.timecode is None or source.video is None:
        return
    timecode, rate = source.timecode, source.video.frame_rate
    problem = timecode_problem(timecode.start, drop_frame=timecode.drop_frame, rate=rate)
    if problem:
        raise ProbeError("SOURCE_UNREADABLE", f"its timecode {timecode.start} {problem}")


def _freeze(request: CreationRequest, clips: list[_Clip]) -> Iterator[CreatedJob]:
    """Cut the clips into jobs, each of one engine."""
    created_at = now_utc()
    batch = request.batch or f"{request.out.name}-{_date(created_at)}-{_time(created_at)}"
    by_engine: dict[Engine, list[_Clip]] = defaultdict(list)
    for clip in clips:
        by_engine[clip.engine].append(clip)
    number = 0
    for engine, members in by_engine.items():
        for start in range(0, len(members), request.clips_per_job):
            number += 1
            group = members[start : start + request.clips_per_job]
            yield CreatedJob(_job(request, group, created_at, batch, number), engine)


def _job(
    request: CreationRequest, group: list[_Clip], created_at: str, batch: str, number: int
) -> JobSpec:
    job_id = str(uuid.uuid4())
    clips = tuple(
        _clip_spec(request, clip, index, len(group), job_id, created_at)
        for index, clip in enumerate(group)
    )
    stem = clips[0].output_name.rpartition(".")[0]
    label = _shorten(stem) if len(clips) == 1 else _shorten(f"{request.out.name}-{number:04d}")
    longest = max(float(clip.source.duration_seconds or 0) for clip in group)
    return JobSpec(
        spec_version="1.0",
        job_id=job_id,
        created_at=created_at,
        created_by=request.created_by,
        batch=batch,
        label=label,
        retried_from=None,
        clips=clips,
        profile=request.profile,
        output=Output(
            directory=str(request.out),
            naming_template=request.naming_template,
            on_existing="refuse",
        ),
        execution=ExecutionLimits.model_validate(
            {
                "clip_timeout_seconds": max(
                    LEAST_TIMEOUT_SECONDS, ceil(TIMEOUT_PER_SECOND * longest)
                ),
                "stall_seconds": STALL_SECONDS,
                "verification": request.verification,
            }
        ),
    )


def _clip_spec(
    request: CreationRequest, clip: _Clip, index: int, count: int, job_id: str, created_at: str
) -> ClipSpec:
    path = clip.found.path
    values = {
        "source_name": path.stem,
        "source_ext": path.suffix.lstrip("."),
        "job_id": job_id[:8],
        "date": _date(created_at),
        "time": _time(created_at),
        "index": format_index(index, clip_count=count),
        "codec": request.profile.codec,
        "resolution": f"{clip.target.width}x{clip.target.height}" if clip.target else "unknown",
    }
    name = expand_template(request.naming_template, values)
    return ClipSpec(
        index=index,
        output_name=f"{name}.{request.profile.container}",
        output_subdirectory=clip.found.subdirectory,
        source=clip.source,
        target=clip.target,
        resolve=None,
    )


def _date(created_at: str) -> str:
    return created_at[:10].replace("-", "")


def _time(created_at: str) -> str:
    return created_at[11:19].replace(":", "")


def _shorten(stem: str) -> str:
    cut = stem.encode("utf-8")[:_MAX_LABEL_BYTES].decode("utf-8", "ignore")
    return cut.rstrip(". ") or "job"


def _check_collisions(jobs: tuple[CreatedJob, ...]) -> None:
    """Refuse names that would meet over all jobs of this act, or that are taken."""
    places = defaultdict(list)
    for job in jobs:
        for clip in job.spec.clips:
            places[
                collision_key(job.spec.output.directory, clip.output_subdirectory, clip.output_name)
            ].append(clip)
    issues = [
        Issue("OUTPUT_EXISTS", str(path), "is already there, and nothing is overwritten")
        for job in jobs
        for clip in job.spec.clips
        if os.path.lexists(path := output_path(job.spec, clip))
    ]
    for clips in places.values():
        if len(clips) > 1:
            sources = " and ".join(clip.source.path for clip in clips[:3])
            sentence = f"{sources} would all become {clips[0].output_name}"
            issues.append(Issue("OUTPUT_NAME_COLLISION", "--name", sentence))
    if issues:
        raise CreationError(tuple(issues))


def _check_rules(jobs: tuple[CreatedJob, ...]) -> Iterator[Issue]:
    for job in jobs:
        try:
            validate_job(job.spec)
        except JobSpecValidationError as error:
            source = job.spec.clips[0].source.path
            for issue in error.issues:
                yield Issue(issue.code, f"{source}: {issue.path}", issue.sentence)
