"""Looked-at clips → JobSpecs: names resolved, limits computed, engines kept apart. Frozen."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Literal

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.output_rules import DEFAULT_RULE, Placement, find_rule
from proxx_engine.creation.timecodes.lists import TimecodeList
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, ExecutionLimits, JobSpec, Output, Target
from proxx_engine.spec.media import Source
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.tokens import expand_template, format_index
from proxx_engine.system.clock import now_utc

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
    rule: str = DEFAULT_RULE
    """A key of RULES_BY_NAME: where proxies go and what they may be called."""
    sequence_rate: Fraction | None = None
    """Pictures a second of numbered pictures; None leaves them out."""
    timecodes: TimecodeList | None = None
    """Timecodes that a person gives; they stand above what the files say."""
    skip_done: Literal["proven", "trusted"] | None = None
    """Leave out what was proven before: its proxy hashed again, or told by size and time."""
    replace: bool = False
    """Whether proxies that Proxx made, and that are unchanged, may be made anew."""
    side_by_side: int = 1
    """How many files are looked at at a time."""
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
class LookedAt:
    """One clip: where it was found, what it is, what its proxy must be."""

    found: Found
    source: Source
    target: Target | None
    engine: Engine
    placement: Placement


def freeze_jobs(request: CreationRequest, clips: list[LookedAt]) -> Iterator[CreatedJob]:
    """Cut the clips into jobs, each of one engine and one output folder."""
    if not clips:
        return
    created_at = now_utc()
    act = f"{_plain(request.out.name)}-{_date(created_at)}-{_time(created_at)}"
    batch = request.batch or act
    together: dict[tuple[Engine, Path], list[LookedAt]] = defaultdict(list)
    for clip in clips:
        together[clip.engine, clip.placement.directory].append(clip)
    number = 0
    for (engine, _directory), members in together.items():
        for start in range(0, len(members), request.clips_per_job):
            number += 1
            group = members[start : start + request.clips_per_job]
            yield CreatedJob(_job(request, group, created_at, batch, number), engine)


def _job(
    request: CreationRequest, group: list[LookedAt], created_at: str, batch: str, number: int
) -> JobSpec:
    job_id = str(uuid.uuid4())
    clips = tuple(
        _clip_spec(request, clip, index, len(group), job_id, created_at)
        for index, clip in enumerate(group)
    )
    stem = clips[0].output_name.rpartition(".")[0]
    several = f"{_plain(request.out.name)}-{number:04d}"
    label = _shorten(stem if len(clips) == 1 else several)
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
            directory=str(group[0].placement.directory),
            naming_template=request.naming_template,
            on_existing="replace" if request.replace else "refuse",
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
    request: CreationRequest, clip: LookedAt, index: int, count: int, job_id: str, created_at: str
) -> ClipSpec:
    beside = find_rule(request.rule).beside is not None
    values = {
        # What is found by its place beside the original is found by the file's own name.
        "source_name": clip.found.path.stem if beside else clip.found.name,
        "source_ext": clip.found.path.suffix.lstrip("."),
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
        output_subdirectory=clip.placement.subdirectory,
        source=clip.source,
        target=clip.target,
        resolve=None,
    )


def _date(created_at: str) -> str:
    return created_at[:10].replace("-", "")


def _time(created_at: str) -> str:
    return created_at[11:19].replace(":", "")


def _plain(name: str) -> str:
    return "".join(c if c.isprintable() else "_" for c in name).strip(". ") or "proxies"


def _shorten(stem: str) -> str:
    cut = stem.encode("utf-8")[:_MAX_LABEL_BYTES].decode("utf-8", "ignore")
    return cut.rstrip(". ") or "job"
