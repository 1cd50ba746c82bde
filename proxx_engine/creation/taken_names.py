"""Names that would meet over all jobs of one act, and names that are taken: refused or replaced."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from proxx_engine.creation.freezing import CreatedJob
from proxx_engine.errors import CreationError, Issue
from proxx_engine.planning.naming import collision_key, output_path
from proxx_engine.result_store.proven import ProvenProxies
from proxx_engine.spec.job_spec import ClipSpec, JobSpec


def settle_replacements(jobs: tuple[CreatedJob, ...]) -> tuple[CreatedJob, ...]:
    """Write down, by content, which proxy each clip replaces: only what Proxx made, unchanged."""
    folders = {job.spec.output.directory for job in jobs}
    proven = {folder: ProvenProxies(Path(folder)) for folder in folders}
    return tuple(
        replace(job, spec=_with_replacements(job.spec, proven[job.spec.output.directory]))
        for job in jobs
    )


def _with_replacements(spec: JobSpec, proven: ProvenProxies) -> JobSpec:
    clips = tuple(
        clip.model_copy(update={"replaces": _replaced(Path(output_path(spec, clip)), proven)})
        for clip in spec.clips
    )
    return spec.model_copy(update={"clips": clips})


def _replaced(output: Path, proven: ProvenProxies) -> str | None:
    made = proven.find_unchanged(output) if os.path.lexists(output) else None
    return made.output_sha256 if made else None


def check_names(jobs: tuple[CreatedJob, ...]) -> None:
    """Refuse names that would meet, or that are taken. Raises: CreationError with all of them."""
    places: dict[str, list[tuple[JobSpec, ClipSpec]]] = defaultdict(list)
    for job in jobs:
        for clip in job.spec.clips:
            places[
                collision_key(job.spec.output.directory, clip.output_subdirectory, clip.output_name)
            ].append((job.spec, clip))
    issues = [
        _taken(output_path(spec, clip), spec)
        for entries in places.values()
        for spec, clip in entries
        if clip.replaces is None and os.path.lexists(output_path(spec, clip))
    ]
    for entries in places.values():
        if len(entries) > 1:
            sources = " and ".join(clip.source.path for _spec, clip in entries[:3])
            sentence = f"{sources} would all become {entries[0][1].output_name}"
            issues.append(Issue("OUTPUT_NAME_COLLISION", "--name", sentence))
    if issues:
        raise CreationError(tuple(issues))


def _taken(path: str, spec: JobSpec) -> Issue:
    if spec.output.on_existing == "replace":
        sentence = "is no proxy that a result beside it tells of; only such are replaced"
    else:
        sentence = "is already there, and nothing is overwritten"
    return Issue("OUTPUT_EXISTS", path, sentence)
