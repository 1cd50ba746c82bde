"""What in a watch folder needs a person: stale claims, blocked places, failures."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from proxx_engine import place_of_job, read_regular
from sidecar.folders.claims import Claim, claim_path
from sidecar.folders.heartbeats import SILENT_AFTER_SECONDS, Heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.seen import BlockSeen, FailureSeen, StaleJob

_MAX_RESULT_BYTES = 64 * 1024 * 1024


def tell_stale(
    claims: Mapping[str, Claim | None], heard: Mapping[str, float | None]
) -> Iterator[StaleJob]:
    """Yield the claims that nobody works on; `heard`: seconds since a worker spoke, by its name."""
    for key, claim in claims.items():
        if claim is None:
            yield StaleJob(key, "", "", "", "", "its claim names nobody", ours=False)
            continue
        reason = _why_stale(claim, heard)
        if reason is not None:
            yield StaleJob(
                key,
                claim.job_file,
                claim.worker,
                claim.owner.host,
                claim.taken_at,
                reason,
                ours=claim.owner.is_gone(),
            )


def _why_stale(claim: Claim, heard: Mapping[str, float | None]) -> str | None:
    if claim.owner.is_near():
        return "its process is gone" if claim.owner.is_gone() else None
    seconds = heard.get(claim.worker)
    if seconds is None:
        return "its worker is not heard of"
    if seconds > SILENT_AFTER_SECONDS:
        return f"its worker has been silent for {seconds:.0f} s, by this machine's clock"
    return None


def tell_unclaimed(
    folder: WatchFolder, homes: Iterable[Path], claims: Mapping[str, object]
) -> Iterator[StaleJob]:
    """Yield jobs below `running/` that nobody has the right to: no worker looks for those."""
    for home in homes:
        key = key_of(home)
        # One that was filed meanwhile took its claim along after it.
        claimed = key in claims or os.path.lexists(claim_path(folder, key))
        if not claimed and home.is_dir():
            worker, reason = home.parent.name, "no claim stands for it"
            yield StaleJob(key, "", worker, "", "", reason, ours=False)


def key_of(home: Path) -> str:
    """Return what the claim to the job in a folder is called."""
    return home.name.rpartition(".")[2]


def tell_blocks(beats: Iterable[Heartbeat]) -> Iterator[BlockSeen]:
    """Yield the places for which nothing is claimed, each with the workers that say so."""
    workers: dict[tuple[str, str, str], list[str]] = {}
    for beat in beats:
        for told in beat.blocked_by:
            key = (told.get("place", ""), told.get("code", ""), told.get("detail", ""))
            workers.setdefault(key, []).append(beat.worker)
    for (place, code, detail), names in workers.items():
        yield BlockSeen(place, code, detail, tuple(names))


def tell_failure(home: Path) -> FailureSeen:
    """Return why a job in `failed/` failed, as its result says."""
    result = _result(place_of_job(home / f"{home.name}{JOB}").result)
    told = result.get("failure")
    failure = told if isinstance(told, dict) else {}
    return FailureSeen(
        label=str(result.get("label") or home.name),
        status=str(result.get("status") or "without a result"),
        code=str(failure.get("code") or ""),
        sentence=str(failure.get("sentence") or ""),
        next_step=str(failure.get("next_step") or ""),
        folder=str(home),
    )


def _result(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_RESULT_BYTES))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
