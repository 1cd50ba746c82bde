"""Footage → frozen JobSpecs: look, admit, freeze, refuse names that meet; and write them."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.freezing import CreatedJob, CreationRequest, LookedAt, freeze_jobs
from proxx_engine.creation.probing import beyond_the_contract, probe_source
from proxx_engine.creation.targets import target_for
from proxx_engine.creation.walk import Found, LeftOut, walk_footage
from proxx_engine.errors import CreationError, Issue, JobSpecValidationError, ProbeError
from proxx_engine.planning.naming import collision_key, name_problem, output_path
from proxx_engine.planning.routing import route_source, source_format
from proxx_engine.planning.validation import validate_job
from proxx_engine.spec.decoding import encode_json
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.tokens import TOKENS, check_template, expand_template
from proxx_engine.system.files import write_whole
from proxx_engine.system.probe import Prober


@dataclass(frozen=True, slots=True)
class Creation:
    """What one act of creation came to."""

    jobs: tuple[CreatedJob, ...]
    left_out: tuple[LeftOut, ...]


def create_jobs(request: CreationRequest, *, prober: Prober) -> Creation:
    """Look at the footage and freeze it into JobSpecs; nothing is written.

    Raises: CreationError with every problem (no footage path, template, names that would meet);
    JobSpecValidationError when the profile or the output folder breaks a rule.
    """
    _check_request(request)
    seen = list(walk_footage(request.paths, out=request.out))
    left_out = [entry for entry in seen if isinstance(entry, LeftOut)]
    found = list(
        {entry.path: entry for entry in reversed(seen) if isinstance(entry, Found)}.values()
    )
    found.reverse()
    clips = []
    for number, entry in enumerate(found, start=1):
        request.looking(entry.path, number, len(found))
        try:
            clips.append(_admit(request, _look_at(entry, request.profile, prober)))
        except ProbeError as error:
            left_out.append(LeftOut(entry.path, error.detail.removeprefix(f"{entry.path}: ")))
        except OSError as error:
            left_out.append(LeftOut(entry.path, error.strerror or str(error)))
    jobs = tuple(freeze_jobs(request, clips))
    _check_collisions(jobs)
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
    issues += _check_template(request)
    if issues:
        raise CreationError(tuple(issues))


def _check_template(request: CreationRequest) -> list[Issue]:
    template = request.naming_template
    issues = check_template(template, clip_count=request.clips_per_job, path="--name")
    if issues:
        return issues
    problem = name_problem(expand_template(template, dict.fromkeys(TOKENS, "x")))
    sentence = f"found {template!a}, which {problem}"
    return [Issue("SPEC_BAD_TEMPLATE", "--name", sentence)] if problem else []


def _look_at(found: Found, profile: ProfileSpec, prober: Prober) -> LookedAt:
    source = probe_source(found.path, prober)
    engine = route_source(source_format(source)).engine
    try:
        target = target_for(source, profile) if source.video else None
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    return LookedAt(found, source, target, engine)


def _admit(request: CreationRequest, clip: LookedAt) -> LookedAt:
    """Hold a clip to every rule of a JobSpec; one that breaks a rule costs only itself.

    Raises: ProbeError for the clip, JobSpecValidationError for what all clips share.
    """
    try:
        [job] = freeze_jobs(request, [clip])
        validate_job(job.spec)
    except ValidationError as error:
        raise beyond_the_contract(error) from error
    except JobSpecValidationError as error:
        own = [i for i in error.issues if i.path.startswith(("clips[", "label"))]
        if len(own) < len(error.issues):
            raise
        own = [i for i in own if i.path != "label"] or own
        told = dict.fromkeys(issue.sentence for issue in own)
        raise ProbeError("SOURCE_UNREADABLE", "; ".join(told)) from error
    return clip


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
