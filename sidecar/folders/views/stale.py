"""Claims that nobody works on any more, as far as can be told from here, and whose they are."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from proxx_engine import ProcessIdentity
from sidecar.folders.claims import Claim, claim_path, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM, JOB, job_id_in, short_name
from sidecar.folders.views.seen import SettledBy, StaleJob, WorkerSeen, ago

_BIRTH_SECONDS = 60.0
"""Far longer than a living process takes from creating a claim to writing its name into it."""
_HOLDING_TAKES = timedelta(minutes=10)
"""Longer than a person's command takes to hold thousands of jobs on a slow share."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is heard of: by name, and the owners of those that live."""

    workers: Mapping[str, WorkerSeen]
    alive: Collection[ProcessIdentity]


def list_claimed(folder: WatchFolder) -> list[str]:
    """Return what the claims that stand are called: ids of jobs. Raises: OSError."""
    try:
        names = os.listdir(folder.claims)
    except FileNotFoundError:
        return []
    return sorted(name.removesuffix(CLAIM) for name in names if name.endswith(CLAIM))


def find_stale(
    folder: WatchFolder, claimed: Collection[str], homes: Collection[str], listener: Listener
) -> Iterator[StaleJob]:
    """Yield the claims that are stale, and the jobs below `running/` that have none.

    `homes` must have been listed before `claimed`: a claim comes first and goes last. Raises:
    OSError.
    """
    for key in claimed:
        claim = read_claim(claim_path(folder, key))
        if claim is None:
            if _is_unreadable(claim_path(folder, key)):
                reason = "its claim names nobody that can be read"
                yield StaleJob(key, _name_in(homes, key), "", "", "", reason, "person")
            continue
        found = judge_claim(claim, listener)
        if found is not None:
            reason, settled_by = found
            name = short_name(claim.job_file) if claim.job_file else _name_in(homes, key)
            owner, at = claim.owner.host, claim.taken_at
            yield StaleJob(key, name, claim.worker, owner, at, reason, settled_by)
    for home in homes:
        key = id_of_home(home)
        if (
            not key
            or key in claimed
            or os.path.lexists(claim_path(folder, key))
            or not os.path.isdir(home)
        ):
            continue
        name, worker = _name_in([home], key), os.path.basename(os.path.dirname(home))
        yield StaleJob(key, name, worker, "", "", "nobody has a claim to it", "person")


def id_of_home(home: str) -> str:
    """Return the id that a job's own folder carries; empty for one that is no job's."""
    return job_id_in(f"{os.path.basename(home)}{JOB}") or ""


def judge_claim(claim: Claim, listener: Listener) -> tuple[str, SettledBy] | None:
    """Return why a claim is stale, and who settles it; None for one that is worked on."""
    owner, worker = claim.owner, listener.workers.get(claim.worker)
    if owner.is_near():
        if owner.is_gone():
            helped = any(other.is_near() for other in listener.alive)
            return "its process is gone", "workers" if helped else "watch"
        if worker is not None and worker.silent:
            heard = f"its worker was last heard of {ago(worker.heard_seconds)}"
            return f"process {owner.pid} lives, but {heard}", "process"
        return None
    if claim.is_for_holding and _is_taken_lately(claim):
        return None  # a person's command has no heartbeat
    if worker is None or worker.silent:
        helped = any(_is_same_host(other, owner) for other in listener.alive)
        heard = f"was last heard of {ago(worker.heard_seconds)}" if worker else "is not heard of"
        return f"its worker {heard}", "host" if helped else "person"
    return None


def _is_taken_lately(claim: Claim) -> bool:
    """Whether a claim was taken some minutes ago, as far as the clocks of two machines tell."""
    try:
        taken_at = datetime.fromisoformat(claim.taken_at)
        return abs(datetime.now(UTC) - taken_at) < _HOLDING_TAKES
    except (ValueError, TypeError):  # no time, or of no zone
        return False


def _is_same_host(one: ProcessIdentity, other: ProcessIdentity) -> bool:
    return (one.host, one.machine_id, one.process_space) == (
        other.host,
        other.machine_id,
        other.process_space,
    )


def _is_unreadable(path: Path) -> bool:
    """Whether a claim stays unreadable: not one that is just being born, or has just gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    young = status.st_size == 0 and time.time() - status.st_mtime < _BIRTH_SECONDS
    return not young and read_claim(path) is None


def _name_in(homes: Collection[str], key: str) -> str:
    """Return what people call a job, by its folder below `running/`."""
    names = (os.path.basename(home) for home in homes)
    home = next((name for name in names if name.endswith(f".{key}")), None)
    return short_name(f"{home}{JOB}") if home else key[:8]
