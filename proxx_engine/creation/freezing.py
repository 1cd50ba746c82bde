"""Inspected clips → JobSpecs: names resolved, limits computed, engines kept apart. Frozen."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

from proxx_engine.creation.output_rules import find_rule
from proxx_engine.creation.request import CreatedJob, CreationRequest, Inspected
from proxx_engine.planning.naming import MAX_LABEL_BYTES, short_id
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.job_spec import ClipSpec, ExecutionLimits, JobSpec, Output
from proxx_engine.spec.tokens import expand_template, format_index
from proxx_engine.system.clock import now_utc

LEAST_TIMEOUT_SECONDS = 3600
TIMEOUT_PER_SECOND = 30
STALL_SECONDS = 300


def freeze_jobs(request: CreationRequest, clips: list[Inspected]) -> Iterator[CreatedJob]:
    """Cut the clips into jobs, each of one engine and one output folder.

    Beside originals a job stays in one of their folders: its result lies with its proxies, where
    a later act over a part of the footage finds it.
    """
    if not clips:
        return
    created_at = now_utc()
    act = f"{_plain(request.out.name)}-{_date(created_at)}-{_time(created_at)}"
    batch = request.batch or act
    beside = find_rule(request.rule).beside is not None
    together: dict[tuple[Engine, Path, str], list[Inspected]] = defaultdict(list)
    for clip in clips:
        placement = clip.placement
        below = placement.subdirectory if beside else ""
        together[clip.engine, placement.directory, below].append(clip)
    number = 0
    for (engine, *_place), members in together.items():
        for start in range(0, len(members), request.clips_per_job):
            number += 1
            group = members[start : start + request.clips_per_job]
            yield CreatedJob(_job(request, group, created_at, batch, number), engine)


def clip_timeout(clips: Iterable[ClipSpec]) -> int:
    """Return the seconds that each clip of a job may take: by the longest, 30 for each of its."""
    longest = max(_duration(clip) for clip in clips)
    return max(LEAST_TIMEOUT_SECONDS, ceil(TIMEOUT_PER_SECOND * longest))


def _duration(clip: ClipSpec) -> Fraction:
    said = clip.resolve
    if clip.source.duration_seconds is None and said and said.frames and said.frame_rate:
        return said.frames / said.frame_rate
    return clip.source.duration_seconds or Fraction(0)


def _job(
    request: CreationRequest, group: list[Inspected], created_at: str, batch: str, number: int
) -> JobSpec:
    job_id = str(uuid.uuid4())
    clips = tuple(
        _clip_spec(request, clip, index, len(group), job_id, created_at)
        for index, clip in enumerate(group)
    )
    stem = clips[0].output_name.rpartition(".")[0]
    several = f"{_plain(request.out.name)}-{number:04d}"
    label = _shorten(stem if len(clips) == 1 else several)
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
            directory=str(group[0].placement.directory),
            naming_template=request.naming_template,
            on_existing="replace" if request.replace else "refuse",
        ),
        execution=ExecutionLimits.model_validate(
            {
                "clip_timeout_seconds": clip_timeout(clips),
                "stall_seconds": STALL_SECONDS,
                "verification": request.verification,
            }
        ),
    )


def _clip_spec(
    request: CreationRequest, clip: Inspected, index: int, count: int, job_id: str, created_at: str
) -> ClipSpec:
    beside = find_rule(request.rule).beside is not None
    values = {
        # What is found by its place beside the original is found by the file's own name.
        "source_name": clip.found.path.stem if beside else clip.found.name,
        "source_ext": clip.found.path.suffix.lstrip("."),
        "job_id": short_id(job_id),
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
        output_subdirectory=clip.placement.subdirectory,
        source=clip.source,
        target=clip.target,
        resolve=clip.resolve,
    )


def _date(created_at: str) -> str:
    return created_at[:10].replace("-", "")


def _time(created_at: str) -> str:
    return created_at[11:19].replace(":", "")


def _plain(name: str) -> str:
    return "".join(c if c.isprintable() else "_" for c in name).strip(". ") or "proxies"


def _shorten(stem: str) -> str:
    cut = stem.encode("utf-8")[:MAX_LABEL_BYTES].decode("utf-8", "ignore")
    return cut.rstrip(". ") or "job"
