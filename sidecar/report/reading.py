"""Results → their rows: each try of a clip, each job without a result, each file that is none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from proxx_engine import (
    ClipTry,
    Failure,
    FoundResults,
    JobMark,
    JoinedJob,
    PathMap,
    ProxySeen,
    Unread,
    inspect_proxy,
    is_interrupted,
    is_proven,
    place_of_job,
    read_journal,
)
from sidecar.folders.layout import MARKER
from sidecar.report.rows import QUIET, Inspecting, Row, moment_of
from sidecar.resolve.linking.records import LinkRecords, read_records, records_path, told_links

_ON_DISK: Mapping[str, str] = MappingProxyType(
    {
        "gone": "gone",
        "size differs": "changed",
        "content differs": "changed",
        "unreadable": "changed",
    }
)


def read_rows(
    found: FoundResults,
    *,
    rehash: bool,
    inspecting: Inspecting,
    path_maps: tuple[PathMap, ...] = (),
) -> Iterator[Row]:
    """Yield a row for each try of a clip, each job without a result, each file that cannot be read.

    With `rehash` every proxy is read whole. `path_maps`: how recorded paths are called here.
    """
    total = sum(len(job.tries) for job in found.jobs)
    repeated = {mark.retried_from: mark.job_id for mark in found.waiting if mark.retried_from}
    number = 0
    for job in found.jobs:
        links = read_records(records_path(job.stored))
        for entry in job.tries:
            number += 1
            inspecting(Path(entry.clip.output.path), number, total)
            again = repeated.get(entry.stored.result.job_id or "")
            seen = None
            if entry.clip.status == "COMPLETED" and entry.instead is None:
                seen = inspect_proxy(entry.stored, entry.clip, rehash=rehash, path_maps=path_maps)
            yield _clip_row(entry, again, links, seen)
        if not job.tries:
            yield _clipless_row(job)
    yield from map(_waiting_row, found.waiting)
    yield from map(_unread_row, found.unread)


def _clip_row(
    entry: ClipTry, repeated: str | None, links: LinkRecords, seen: ProxySeen | None
) -> Row:
    result, clip = entry.stored.result, entry.clip
    attempts = links.of_clip(clip.index)
    state = _state(entry, seen.state if seen else None)
    failure = why_not(entry)
    return Row(
        state=state,
        job_status=result.status,
        name=clip.output.relative_path,
        told=_told(entry, state, seen.state if seen else None, failure),
        code=failure.code if failure else None,
        batch=result.batch,
        size_bytes=clip.output_size_bytes,
        duration_seconds=clip.duration_seconds,
        ended=moment_of(clip.completed_at or result.completed_at),
        data={
            "state": state,
            "name": clip.output.relative_path,
            "job_id": result.job_id,
            "batch": result.batch,
            "label": result.label,
            "job_status": result.status,
            "verification_level": result.verification_level,
            "index": clip.index,
            "status": clip.status,
            "source": clip.source,
            "proxy": str(seen.path) if seen else clip.output.path,
            "on_disk": seen.state if seen else None,
            "counting_job": entry.instead.result.job_id if entry.instead else None,
            "waiting_job": repeated,
            "failure": failure.model_dump() if failure else None,
            "output_size_bytes": clip.output_size_bytes,
            "output_sha256": clip.output_sha256,
            "duration_seconds": clip.duration_seconds,
            "completed_at": clip.completed_at,
            "result_files": [str(copy) for copy in entry.stored.copies],
            "links": [record.model_dump(mode="json") for record in attempts],
        },
        remarks=tuple(_remarks(entry, state, str(seen.path) if seen else "", repeated)),
        links=(*told_links(attempts), *links.unread),
        folder=_folder(clip.output.path, clip.output.relative_path),
        entry=entry,
        proxy=seen.path if seen else None,
    )


def _folder(path: str, relative: str) -> str:
    """Return the job's output folder, whichever system wrote the path."""
    if not path.replace("\\", "/").endswith(relative.replace("\\", "/")):
        return path
    return path[: len(path) - len(relative)].rstrip("/\\")


def _state(entry: ClipTry, on_disk: str | None) -> str:
    if entry.stored.differing:
        return "doubtful"
    if entry.clip.status != "COMPLETED":
        again = entry.instead is not None
        return "superseded" if again else entry.clip.status.lower().replace("_", "-")
    if entry.instead is not None:
        return "replaced"
    if on_disk is not None and on_disk in _ON_DISK:
        return _ON_DISK[on_disk]
    if is_proven(entry.stored, entry.clip):
        return "proven"
    return "exists-only" if entry.stored.result.verification_level == "exists" else "unproven"


def why_not(entry: ClipTry) -> Failure | None:
    """Return why a clip has no proxy: its own failure, or its job's before any clip was begun.

    None also where the job ended at another clip.
    """
    clip, result = entry.clip, entry.stored.result
    if clip.status == "COMPLETED" or clip.failure is not None:
        return clip.failure
    begun = any(other.failure is not None for other in result.clips)
    return None if begun else result.failure


def _told(entry: ClipTry, state: str, on_disk: str | None, failure: Failure | None) -> str:
    """Return the few words that stand in the row."""
    clip = entry.clip
    if failure is not None:
        return failure.code
    if state in ("gone", "changed") and on_disk:
        return {"gone": "proxy is gone", "unreadable": "cannot be read"}.get(on_disk, on_disk)
    if clip.status != "COMPLETED":
        return "not run"
    if entry.stored.result.verification_level == "exists":
        return "exists only"
    checks = clip.verification.checks if clip.verification else ()
    planned = sum(check.verdict == "planned" for check in checks)
    return f"{len(checks)} checks" + (f", {planned} planned" if planned else "")


def _remarks(entry: ClipTry, state: str, proxy: str, repeated: str | None) -> Iterator[str]:
    failure = why_not(entry)
    if state in ("gone", "changed"):
        yield proxy
    elif state == "doubtful":
        yield f"the copies of this result differ: {', '.join(map(str, entry.stored.copies))}"
    elif state in QUIET and entry.instead is not None:
        yield f"see job {(entry.instead.result.job_id or '')[:8]}"
    elif state in ("failed", "not-run") and repeated is not None:
        yield f"resubmitted as {repeated[:8]}, which has not run yet"
    elif failure is not None and state in ("failed", "not-run"):
        yield failure.sentence
        yield failure.next_step
    elif state == "not-run" and entry.stored.result.failure is not None:
        yield f"its job ended at another clip: {entry.stored.result.failure.code}"


def _clipless_row(job: JoinedJob) -> Row:
    """Return the row of a request that was no valid JobSpec."""
    result, path = job.stored.result, job.stored.copies[0]
    failure = result.failure
    issues = [f"{issue.path}: {issue.sentence}".removeprefix(": ") for issue in result.issues]
    return Row(
        state="failed",
        job_status=result.status,
        name=path.name,
        told=failure.code if failure else result.status,
        code=failure.code if failure else None,
        batch=result.batch,
        size_bytes=None,
        duration_seconds=None,
        ended=moment_of(result.completed_at),
        data={
            "state": "failed",
            "name": path.name,
            "job_id": result.job_id,
            "job_status": result.status,
            "failure": failure.model_dump() if failure else None,
            "result_files": [str(copy) for copy in job.stored.copies],
        },
        remarks=tuple(issues),
    )


def _waiting_row(mark: JobMark) -> Row:
    place = place_of_job(mark.path)
    if is_interrupted(place.journal):
        state, told = "interrupted", "`proxx run` settles it"
    elif place.lock.exists():
        state, told = "running", "not finished yet"
    elif any(fact["event"] == "job_started" for fact in read_journal(place.journal)):
        state, told = "interrupted", "another host's, or not told"
    elif _is_held(mark.path):
        state, told = "waiting", "held back; `proxx batch start` lets it wait"
    else:
        state, told = "waiting", "not run yet"
    data = {
        "state": state,
        "name": mark.label,
        "job_id": mark.job_id,
        "batch": mark.batch,
        "job_file": str(mark.path),
        "clips": mark.clip_count,
        "retried_from": mark.retried_from,
    }
    return Row(state, "", mark.label, told, None, mark.batch, None, None, None, data, "job")


def _is_held(job_file: Path) -> bool:
    """Whether a person holds a job back in its watch folder."""
    return job_file.parent.name == "held" and os.path.lexists(job_file.parents[1] / MARKER)


def _unread_row(unread: Unread) -> Row:
    return Row(
        state="unreadable",
        job_status="",
        name=str(unread.path),
        told=unread.sentence,
        code=None,
        batch=None,
        size_bytes=None,
        duration_seconds=None,
        ended=None,
        data={"path": str(unread.path), "sentence": unread.sentence},
        kind="file",
    )
