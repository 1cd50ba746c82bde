"""A worker's heartbeat: what it is doing, out of its own memory and its job's journal."""

from __future__ import annotations

from proxx_engine import ProcessIdentity, __version__, now_utc, place_of_job, read_journal
from sidecar.folders.filing import TakenJob
from sidecar.folders.heartbeats import Heartbeat
from sidecar.folders.places import Block
from sidecar.watch.workers import Worker


def beat_of(
    worker: Worker,
    *,
    owner: ProcessIdentity,
    started_at: str,
    beats: int,
    blocks: tuple[Block, ...],
    poll_seconds: float,
) -> Heartbeat:
    """Return what a worker says of itself now."""
    doing, taken = worker.doing, worker.doing.taken
    clip, since = _running_clip(taken) if taken else (None, None)
    causes = [{"place": b.place, "code": b.code, "detail": b.detail} for b in blocks]
    if doing.trouble:
        causes.append({"place": "", "code": "", "detail": doing.trouble})
    return Heartbeat(
        worker=worker.identity.id,
        owner=owner,
        started_at=started_at,
        beat_at=now_utc(),
        beats=beats,
        state="stopping" if worker.level else doing.state,
        since=since or doing.since,
        job_id=taken.spec.job_id if taken else None,
        job_folder=taken.claim.job_folder if taken else None,
        clip=clip,
        jobs_done=doing.done,
        jobs_failed=doing.failed,
        blocked_by=tuple(causes),
        threads=worker.threads,
        poll_seconds=poll_seconds,
        version=__version__,
    )


def _running_clip(taken: TakenJob) -> tuple[str | None, str | None]:
    """Return the running clip's name and when it began, as the journal tells."""
    names = {clip.index: clip.output_name for clip in taken.spec.clips}
    running: tuple[str | None, str | None] = (None, None)
    for fact in read_journal(place_of_job(taken.job_file).journal):
        if fact["event"] == "clip_started":
            running = names.get(fact.get("index", -1)), fact["time"]
        elif fact["event"] in ("published", "clip_failed"):
            running = (None, None)
    return running
