"""Names that would meet over all jobs of one act, and names that are taken: refused or replaced."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from proxx_engine.creation.made_before import MadeBefore
from proxx_engine.creation.output_rules import find_rule
from proxx_engine.creation.request import CreatedJob, CreationRequest
from proxx_engine.errors import Issue
from proxx_engine.planning.fingerprint import fingerprint_clip, fingerprint_profile
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


def check_names(jobs: tuple[CreatedJob, ...], request: CreationRequest) -> Iterator[Issue]:
    """Yield the names that are taken, and those that would meet."""
    made = MadeBefore()
    places: dict[str, list[tuple[JobSpec, ClipSpec]]] = defaultdict(list)
    for job in jobs:
        for clip in job.spec.clips:
            path = output_path(job.spec, clip)
            key = collision_key(
                job.spec.output.directory, clip.output_subdirectory, clip.output_name
            )
            places[key].append((job.spec, clip))
            if clip.replaces is None and os.path.lexists(path):
                sentence = _why_taken(path, job.spec, clip, request, made)
                yield Issue("OUTPUT_EXISTS", path, sentence)
    for entries in places.values():
        if len(entries) > 1:
            clips = [clip for _spec, clip in entries]
            yield _meeting(output_path(*entries[0]), clips, request)


def _why_taken(
    path: str, spec: JobSpec, clip: ClipSpec, request: CreationRequest, made: MadeBefore
) -> str:
    """Return why a name cannot be had, and the way on. By the name and size alone: to hash what
    may be thousands of proxies takes hours.
    """
    if request.replace:
        return "is no proxy that a result beside it tells of; only such are replaced"
    for folder in {Path(spec.output.directory), Path(path).parent}:
        made.read_folder(folder)
    before = made.find(path) if os.path.isfile(path) else None
    if before is None:
        return "is already there, and nothing is overwritten"
    if before.clip_fingerprint != fingerprint_clip(clip, fingerprint_profile(spec.profile)):
        return "was made by Proxx for another source, profile or timecode; --replace makes it anew"
    if request.skip_done is None:
        return "was made by Proxx before; --skip-done leaves out what is proven"
    return "was made by Proxx, but is not proven as it stands; --replace makes it anew"


def _meeting(output: str, clips: list[ClipSpec], request: CreationRequest) -> Issue:
    """Return what is told of clips that would get one name, with a way on that the rule allows."""
    sources = [Path(clip.source.path) for clip in clips]
    would = f"{' and '.join(map(str, sources[:3]))} would all become {clips[0].output_name}"
    rule = find_rule(request.rule)
    if rule.beside is not None:
        way = f"with --rule {rule.name} only one of them can have a proxy: name that one alone"
        return Issue("OUTPUT_NAME_COLLISION", output, f"{would}; {way}")
    if len({source.name.casefold() for source in sources}) == len(sources):
        if rule.other_names is None:
            way = "tell them apart, such as by {source_name}_{source_ext}"
            return Issue("OUTPUT_NAME_COLLISION", "--name", f"{would}; {way}")
    elif len({source.parent for source in sources}) > 1:
        way = "name their folders instead of the files, or give each an --out of its own"
        return Issue("OUTPUT_NAME_COLLISION", output, f"{would}; {way}")
    way = "create them apart, each with an --out of its own"
    return Issue("OUTPUT_NAME_COLLISION", output, f"{would}; {way}")
