"""Clips that need no job: their proxy is proven, or a job that waits will make it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from proxx_engine.creation.admission import Admitted
from proxx_engine.creation.request import CreationRequest
from proxx_engine.creation.waiting_jobs import WaitingJobs
from proxx_engine.errors import Issue
from proxx_engine.result_store.proven import ProvenProxies


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """One clip that needs no new proxy."""

    path: Path
    proxy: Path
    proven_at: str
    """When the proxy was proven, in UTC."""


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """One clip whose proxy a job will make that has not run yet."""

    path: Path
    proxy: Path
    job_file: Path


def find_done(request: CreationRequest, clips: list[Admitted]) -> dict[Admitted, DoneBefore]:
    """Return the clips that need no new proxy, where a person asked to leave them out."""
    if request.skip_done is None:
        return {}
    folders = {clip.inspected.placement.directory for clip in clips}
    trust = request.skip_done == "trusted"
    proven = {folder: ProvenProxies(folder, trust=trust) for folder in folders}
    done = {}
    for clip in clips:
        made = proven[clip.inspected.placement.directory].find(clip.fingerprint, clip.output)
        if made is not None:
            path = clip.inspected.found.path
            done[clip] = DoneBefore(path, clip.output, made.completed_at or "")
    return done


def find_waiting(
    request: CreationRequest, clips: list[Admitted]
) -> tuple[dict[Admitted, WaitingFor], list[Issue]]:
    """Return the clips that jobs wait for, where a person asked to leave them out; else refuse."""
    folders = (request.out,) if request.job_folders is None else request.job_folders
    jobs = WaitingJobs(folders if clips else (), request.path_maps)
    waiting: dict[Admitted, WaitingFor] = {}
    issues = []
    for clip in clips:
        job_file = jobs.find(clip.output)
        if job_file is None:
            continue
        same = jobs.asks_for(clip.fingerprint, clip.output)
        if same and request.skip_done is not None:
            waiting[clip] = WaitingFor(clip.inspected.found.path, clip.output, job_file)
            continue
        to_do = (
            "run that job, or leave out with --skip-done what waits"
            if same
            else "of another source, profile or timecode; run that job or delete it"
        )
        sentence = f"a job waits to make it: {job_file}; {to_do}"
        issues.append(Issue("OUTPUT_NAME_COLLISION", str(clip.output), sentence))
    return waiting, issues
