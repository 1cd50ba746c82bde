"""What `proxx create` came to, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from proxx_engine import (
    CreatedJob,
    Creation,
    CreationRequest,
    PathMap,
    local_path,
    used_maps,
)
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome
from sidecar.cli.paths import next_for
from sidecar.creation_words import asides, describe_jobs, differing_timecodes


def tell_creation(
    creation: Creation, written: list[tuple[CreatedJob, Path]], request: CreationRequest
) -> Outcome:
    """Return what a person and a program are told of one act of creation."""
    jobs = [
        {
            "job_file": str(path),
            "job_id": job.spec.job_id,
            "engine": job.engine,
            "clips": [clip.source.path for clip in job.spec.clips],
        }
        for job, path in written
    ]
    done = [
        {"path": str(entry.path), "proxy": str(entry.proxy), "proven_at": entry.proven_at}
        for entry in creation.done_before
    ]
    differing = [{"path": path, "says": says} for path, says in differing_timecodes(creation)]
    maps = request.path_maps
    held = {each for job in creation.jobs for each in used_maps(job.spec, maps)}
    used = [each for each in dict.fromkeys(maps) if each in held]
    data = {
        "jobs": jobs,
        "path_maps": [{"from": each.written, "to": each.local} for each in used],
        "left_out": [{"path": str(e.path), "reason": e.reason} for e in creation.left_out],
        "done_before": done,
        "waiting": [
            {"path": str(e.path), "proxy": str(e.proxy), "job_file": str(e.job_file)}
            for e in creation.waiting
        ],
        "without_timecode": [str(path) for path in creation.without_timecode],
        "timecode_differs": differing,
        "unused_timecodes": list(creation.unused_timecodes),
        "sound": [
            {"path": str(e.path), "files": [str(file) for file in e.files], "says": e.said}
            for e in creation.sounds
        ],
    }
    lines = list(describe_jobs(creation, written, request.out))
    lines += [line for aside in asides(creation, request) for line in aside.lines]
    if not jobs:
        if done or creation.waiting:
            every = "every clip was proven before"
            every += ", or a job waits for it" if creation.waiting else ""
            return Outcome(DONE, data, (*lines, f"nothing to do: {every}"))
        complaint = "proxx: there is no footage to make proxies of"
        return Outcome(REQUEST_WRONG, data, tuple(lines), (complaint,))
    batch = written[0][0].spec.batch
    lines += _tell_names(creation, maps, used)
    lines += [f"batch: {batch}"]
    lines += [next_for(folder) for folder in dict.fromkeys(path.parent for _job, path in written)]
    return Outcome(DONE, {"batch": batch} | data, tuple(lines))


def _tell_names(
    creation: Creation, maps: tuple[PathMap, ...], used: list[PathMap]
) -> Iterator[str]:
    """Yield how the jobs call what has another name here, and what has none."""
    for each in used:
        yield f"in the jobs {each.local} is called {each.written}"
    if used:
        yield "  run them where it is called so, or with the same --path-map"
    specs = [job.spec for job in creation.jobs]
    paths = [spec.output.directory for spec in specs]
    paths += [clip.source.path for spec in specs for clip in spec.clips]
    alike = [path for path in dict.fromkeys(paths) if maps and local_path(path, maps) == path]
    if alike:
        more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
        yield f"in the jobs as here, as no --path-map holds for it: {alike[0]}{more}"
