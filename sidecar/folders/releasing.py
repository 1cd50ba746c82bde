"""A person's word that a worker is gone: its job ends in `failed/`, with what is known of it.

Nothing is run again and nothing is guessed: proxies that stand as noted count, the rest is
CLAIM_RELEASED. A worker that was only asleep finds its claim gone and publishes nothing more.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import asdict
from pathlib import Path

from proxx_engine import CreationError, Issue, identify_process, now_utc, replace_whole
from sidecar.folders.claims import Claim, claim_path, read_claim, take_claim
from sidecar.folders.heartbeats import BEAT_SECONDS, read_heartbeats
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB, job_id_in, job_stem
from sidecar.folders.pending import Whole, list_pending, look_at

SHORTEST_ID = 8
_LOOK_SECONDS = 0.5
LISTEN_SECONDS = BEAT_SECONDS * 2
"""A worker that lives has spoken at least once by then, however late its beat."""


def find_released(folder: WatchFolder, job: str, *, worker: str) -> Claim:
    """Return the claim to a job, told by its id or the first digits of it.

    A claim that is missing, or that says nothing we can read, is put right in our own name, as
    `worker`. Raises: CreationError: no job of this id is claimed or runs here, several begin like
    this, or its worker lives; OSError.
    """
    ids = sorted(_claimed(folder) | _running(folder).keys())
    found = [job_id for job_id in ids if job_id.startswith(job)]
    if len(job) < SHORTEST_ID or len(found) != 1:
        raise _refusal("SPEC_JOB_MISSING", job, _whats_there(job, ids, found))
    claim = read_claim(claim_path(folder, found[0])) or _own_claim(folder, found[0], worker)
    _refuse_living(folder, claim)
    return claim


def _whats_there(job: str, ids: list[str], found: list[str]) -> str:
    if len(job) < SHORTEST_ID:
        return f"expected at least the first {SHORTEST_ID} digits of a job's id"
    if found:
        return f"is the beginning of {len(found)} ids: {', '.join(found[:5])}"
    listed = ", ".join(job_id[:SHORTEST_ID] for job_id in ids[:20]) or "none"
    return f"is claimed by nobody in this folder; claimed are: {listed}"


def _claimed(folder: WatchFolder) -> set[str]:
    names = (name for name in os.listdir(folder.claims) if name.endswith(CLAIM))
    return {name.removesuffix(CLAIM) for name in names}


def _running(folder: WatchFolder) -> dict[str, Path]:
    """Return the folders of the jobs below `running/`, by job id."""
    homes: dict[str, Path] = {}
    for home in folder.running.glob("*/*"):
        job_id = job_id_in(f"{home.name}{JOB}")
        if job_id is not None:
            homes[job_id] = home
    return homes


def _own_claim(folder: WatchFolder, job_id: str, worker: str) -> Claim:
    """Claim, for a person, a job whose claim is missing or cannot be read."""
    home = _running(folder).get(job_id)
    name, stem = _waiting(folder, job_id)
    place = home.relative_to(folder.root).as_posix() if home else f"running/{worker}/{stem}"
    path = claim_path(folder, job_id)
    if not os.path.lexists(path):
        claim = take_claim(folder, job_id, worker=worker, job_file=name, job_folder=place)
        if claim is None:
            raise _refusal("CLAIM_LOCKED", job_id, "was claimed by another just now")
        return claim
    nonce = uuid.uuid4().hex
    claim = Claim(job_id, worker, identify_process(), nonce, now_utc(), name, place)
    replace_whole(path, json.dumps(asdict(claim), indent=2).encode())
    return claim


def _waiting(folder: WatchFolder, job_id: str) -> tuple[str, str]:
    """Return a waiting job's file name and the name of its folder to be; empty where none waits."""
    for name in list_pending(folder):
        if job_id_in(name) == job_id:
            seen = look_at(folder, name)
            if isinstance(seen, Whole):
                return name, job_stem(seen.spec)
    return "", f"job.{job_id}"


def _refuse_living(folder: WatchFolder, claim: Claim) -> None:
    if claim.owner == identify_process():
        return
    if claim.owner.is_near() and not claim.owner.is_gone():
        sentence = f"its worker {claim.worker} is alive on this machine; `proxx stop` ends it"
        raise _refusal("CLAIM_LOCKED", claim.key, sentence)
    if claim.owner.is_near():
        return
    if _is_heard_of(folder, claim.worker):
        sentence = f"its worker {claim.worker} is alive on another machine; `proxx stop` ends it"
        raise _refusal("CLAIM_LOCKED", claim.key, sentence)


def _is_heard_of(folder: WatchFolder, worker: str) -> bool:
    """Whether a worker speaks again while we wait: clocks of two machines tell nothing of that."""
    before = _beats(folder, worker)
    if before is None:
        return False
    until = time.monotonic() + LISTEN_SECONDS
    while time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        if _beats(folder, worker) != before:
            return True
    return False


def _beats(folder: WatchFolder, worker: str) -> int | None:
    return next((beat.beats for beat in read_heartbeats(folder) if beat.worker == worker), None)


def _refusal(code: str, job: str, sentence: str) -> CreationError:
    return CreationError((Issue(code, job, sentence),), subject="release")
