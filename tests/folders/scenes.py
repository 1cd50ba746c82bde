"""Watch folders with jobs that need no media: what a test of their ways puts on the disk."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path

from proxx_engine import (
    CreatedJob,
    JobSpec,
    WorkerIdentity,
    decode_jobspec,
    identify_process,
    identify_worker,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, claim_path
from sidecar.folders.filing import TakenJob, take_job
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.folders.pending import Whole, list_pending, look_at
from sidecar.folders.processes import process_name
from sidecar.folders.submitting import submit_all
from tests.spec.samples import encoded, job

NO_CLIP = "/no such clip.mov"


def make_spec(out: Path, number: int = 1, **changes: object) -> JobSpec:
    """Return a valid job whose source is nowhere; run, it fails before the first frame."""
    value = job(label=f"A{number:05d}", job_id=str(uuid.uuid4()), **changes)
    value["output"]["directory"] = str(out)
    clip = value["clips"][0]
    clip["output_name"] = f"A{number:05d}.mov"
    clip["source"] |= {"path": NO_CLIP, "files": [NO_CLIP]}
    return decode_jobspec(encoded(value))


def make_folder(path: Path, count: int = 0, *, out: Path | None = None) -> WatchFolder:
    """Return a watch folder in which so many jobs wait."""
    path.mkdir(exist_ok=True)
    folder = make_watch_folder(path)
    proxies = out or path.with_name("proxies")
    proxies.mkdir(exist_ok=True)
    submit(folder, *(make_spec(proxies, number) for number in range(1, count + 1)))
    return folder


def submit(folder: WatchFolder, *specs: JobSpec) -> list[Path]:
    """Put jobs into `pending/`; return their files."""
    jobs = [(CreatedJob(spec, "ffmpeg"), folder) for spec in specs]
    return [path for _job, path in submit_all(jobs)]


def here() -> tuple[WorkerIdentity, str]:
    """Return a worker of this process, and what the process is called."""
    owner = identify_process()
    process = process_name(owner)
    return identify_worker(owner.host).model_copy(update={"id": f"{process}-1"}), process


def take_first(folder: WatchFolder) -> TakenJob:
    """Take the first waiting job, in this process's name."""
    worker, process = here()
    name = list_pending(folder)[0]
    seen = look_at(folder, name)
    assert isinstance(seen, Whole), seen
    taken = take_job(folder, name, seen.spec, worker=worker, log=ActionLog(folder, process))
    assert isinstance(taken, TakenJob), taken
    return taken


def leave(folder: WatchFolder, claim: Claim, **changes: object) -> Claim:
    """Make a claim look as if its process were gone; or what else is changed of its owner."""
    owner = replace(claim.owner, **({"pid": 2**22 - 1, "process_mark": "1"} | changes))  # type: ignore[arg-type]
    gone = replace(claim, owner=owner)
    loaded = json.loads(claim_path(folder, claim.key).read_text("utf-8"))
    loaded["owner"] |= {"pid": owner.pid, "process_mark": owner.process_mark, "host": owner.host}
    claim_path(folder, claim.key).write_text(json.dumps(loaded), "utf-8")
    return gone


def tree(folder: WatchFolder) -> list[str]:
    """Every file of the states, by its path; not the logs, heartbeats and the marker."""
    states = ("pending", "held", "claims", "running", "completed", "failed")
    return sorted(
        path.relative_to(folder.root).as_posix()
        for state in states
        for path in (folder.root / state).rglob("*")
        if path.is_file()
    )
