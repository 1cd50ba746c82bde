"""A job's run in steps, each leaving on the disk what `execute_jobspec` leaves there; no media.

Whoever stops asking for steps has died there: nothing is cleared away.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proxx_engine import (
    ProcessIdentity,
    Tools,
    WorkerIdentity,
    create_exclusive,
    encode_json,
    identify_process,
    now_utc,
    place_of_job,
    plan_job,
)
from proxx_engine.journal import Journal
from proxx_engine.planning.plan import ClipPlan
from proxx_engine.recording import JobRecord
from proxx_engine.result_files import write_beside, write_with_job
from proxx_engine.system import identity
from proxx_engine.system.files import remove_tree
from proxx_engine.system.locks import OWNER, LockRecord
from proxx_engine.system.publishing import publish_durably
from proxx_engine.verification import verify_exists
from sidecar.folders.filing import TakenJob

NOTED, PUBLISHED, BEGUN, TOLD, ENDED = "noted", "published", "begun", "told", "ended"
"""The steps that decide what is true of a job: a clip noted as proven, published, begun; the
result written; all done."""


def play_run(
    taken: TakenJob, tools: Tools, worker: WorkerIdentity, *, failing: int | None
) -> Iterator[str]:
    """Do a step of a job's run, and yield what it was called. `failing`: the clip that fails."""
    owner = taken.claim.owner
    plan, place = plan_job(taken.spec), place_of_job(taken.job_file)
    record, journal = JobRecord(plan, plan, place, tools, worker), Journal(place.journal)
    write_lock(place.lock, owner)
    yield "locked"
    journal.note("lock_taken", owner=dataclasses.asdict(owner), nonce="n")
    yield "lock noted"
    journal.note("job_started", job_id=taken.spec.job_id, clips=len(plan.clips), worker=worker.id)
    yield "job begun"
    for clip in plan.clips:
        yield from _play_clip(clip, Path(plan.work_folder), record, journal, owner, failing)
        if clip.clip.index == failing:
            break
    result = record.finished()
    journal.note("job_finished", status=result.status)
    yield "finished"
    result = write_beside(result, plan, place)
    yield TOLD
    write_with_job(result, place)
    yield "told with the job"
    journal.note("lock_released")
    yield "lock released"
    place.lock.unlink()
    yield ENDED


def _play_clip(
    clip: ClipPlan,
    work: Path,
    job: JobRecord,
    journal: Journal,
    owner: ProcessIdentity,
    failing: int | None,
) -> Iterator[str]:
    index, hidden = clip.clip.index, Path(clip.work_path)
    record = job.clip(index)
    record.start()
    journal.note("clip_started", index=index, source=clip.clip.source.path, work=clip.work_path)
    yield BEGUN
    reservation = Path(clip.reservation_path)
    write_lock(reservation, owner)
    yield "reserved"
    work.mkdir()
    write_lock(work / OWNER, owner)
    yield "work folder made"
    hidden.write_bytes(uuid.uuid4().bytes)
    journal.note("clip_encoded", index=index, exit_code=0)
    yield "encoded"
    if index == failing:
        record.fail("ENCODE_FAILED", "as a test says")
        remove_tree(work)
        reservation.unlink()
        journal.note("clip_failed", index=index, code="ENCODE_FAILED")
        yield "clip failed"
        return
    data = hidden.read_bytes()
    record.verified(verify_exists(len(data)))
    record.finish(size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    journal.note("publishing", index=index, clip=encode_json(record.result()).decode())
    yield NOTED
    publish_durably(hidden, Path(clip.output_path))
    yield PUBLISHED
    journal.note("published", index=index)
    yield "publishing noted"
    remove_tree(work)
    reservation.unlink()
    yield "cleared"


def write_lock(path: Path, owner: ProcessIdentity) -> None:
    """Create a lock of some process."""
    record = LockRecord(owner, uuid.uuid4().hex, now_utc())
    create_exclusive(path, json.dumps(dataclasses.asdict(record)).encode())


def gone() -> ProcessIdentity:
    """A process of this host that is gone."""
    return dataclasses.replace(identify_process(), pid=2**22 - 1, process_mark="1")


def alive() -> ProcessIdentity:
    """Another process of this host that lives: the one that started us."""
    mark = identity._start_mark(os.getppid()) or ""
    return dataclasses.replace(identify_process(), pid=os.getppid(), process_mark=mark)


def strange() -> ProcessIdentity:
    """A process of another host."""
    return dataclasses.replace(identify_process(), host="elsewhere", machine_id="another")


def hand_over(taken: TakenJob, claim: Path, owner: ProcessIdentity) -> TakenJob:
    """Let everything that was made in a worker's name be another process's."""
    plan, place = plan_job(taken.spec), place_of_job(taken.job_file)
    held = [claim, place.lock, Path(plan.work_folder) / OWNER]
    for path in (*held, *(Path(clip.reservation_path) for clip in plan.clips)):
        if path.exists():
            path.write_text(json.dumps(_owned(json.loads(path.read_bytes()), owner)), "utf-8")
    if place.journal.exists():
        facts = map(json.loads, place.journal.read_text("utf-8").splitlines())
        lines = [json.dumps(_owned(fact, owner) if "owner" in fact else fact) for fact in facts]
        place.journal.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return dataclasses.replace(taken, claim=dataclasses.replace(taken.claim, owner=owner))


def _owned(value: dict[str, Any], owner: ProcessIdentity) -> dict[str, Any]:
    return value | {"owner": dataclasses.asdict(owner)}
