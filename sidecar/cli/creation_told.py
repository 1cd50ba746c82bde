"""What `proxx create` came to, in words and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import CreatedJob, Creation, CreationRequest
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align, plural
from sidecar.cli.paths import next_for


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
    data = {
        "jobs": jobs,
        "left_out": [{"path": str(e.path), "reason": e.reason} for e in creation.left_out],
        "done_before": done,
        "waiting": [
            {"path": str(e.path), "proxy": str(e.proxy), "job_file": str(e.job_file)}
            for e in creation.waiting
        ],
        "without_timecode": [str(path) for path in creation.without_timecode],
        "timecode_differs": [{"path": path, "says": says} for path, says in _differing(creation)],
        "unused_timecodes": list(creation.unused_timecodes),
    }
    lines = [f"{_count(creation)} in {request.out}"] if jobs else []
    folders = Counter(path.parent for _job, path in written)
    lines += [f"  {plural(count, 'job file')} in {folder}" for folder, count in folders.items()]
    lines += _asides(creation, request)
    if not jobs:
        if done or creation.waiting:
            every = "every clip was proven before"
            every += ", or a job waits for it" if creation.waiting else ""
            return Outcome(DONE, data, (*lines, f"nothing to do: {every}"))
        complaint = "proxx: there is no footage to make proxies of"
        return Outcome(REQUEST_WRONG, data, tuple(lines), (complaint,))
    batch = written[0][0].spec.batch
    lines += [f"batch: {batch}"]
    lines += [next_for(folder) for folder in folders]
    return Outcome(DONE, {"batch": batch} | data, tuple(lines))


def _asides(creation: Creation, request: CreationRequest) -> Iterator[str]:
    """Yield what a person should know beside the jobs."""
    if creation.done_before:
        yield f"proven before, left out: {len(creation.done_before)}"
        rows = [(_shown(entry.path, request), entry.proven_at) for entry in creation.done_before]
        yield from align(rows, indent="  ")
    if creation.waiting:
        yield f"waiting for a job, left out: {len(creation.waiting)}"
        rows = [(_shown(entry.path, request), str(entry.job_file)) for entry in creation.waiting]
        yield from align(rows, indent="  ")
    if creation.without_timecode:
        yield f"in the footage, but not in the timecode list: {len(creation.without_timecode)}"
        yield from (f"  {_shown(path, request)}" for path in creation.without_timecode)
    differing = list(_differing(creation))
    if differing:
        yield f"timecodes that differ: {len(differing)}"
        yield from align(
            [(_shown(Path(path), request), says) for path, says in differing], indent="  "
        )
    if creation.unused_timecodes:
        yield f"in the timecode list, but not in the footage: {len(creation.unused_timecodes)}"
        yield from (f"  {name}" for name in creation.unused_timecodes)
    if creation.left_out:
        yield f"left out: {len(creation.left_out)}"
        rows = [(_shown(entry.path, request), entry.reason) for entry in creation.left_out]
        yield from align(rows, indent="  ")


def _differing(creation: Creation) -> Iterator[tuple[str, str]]:
    for job in creation.jobs:
        for clip in job.spec.clips:
            timecode = clip.source.timecode
            if timecode is not None and timecode.differs:
                yield clip.source.path, f"{timecode.start} taken; {timecode.differs}"


def _count(creation: Creation) -> str:
    clips = sum(len(job.spec.clips) for job in creation.jobs)
    engines = Counter(job.engine for job in creation.jobs)
    parts = ", ".join(f"{count} for {name}" for name, count in sorted(engines.items()))
    return f"{plural(clips, 'clip')}, {plural(len(creation.jobs), 'job')} ({parts or 'none'})"


def _shown(path: Path, request: CreationRequest) -> str:
    """Return a path as short as it still tells one file of the footage from another."""
    for named in request.paths:
        if path != named and path.is_relative_to(named):
            several = len(request.paths) > 1
            return str(path.relative_to(named.parent if several else named))
    return path.name
