"""What workers that are gone left in a watch folder, beside what a job's own process leaves."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import NAMELESS_SECONDS, Leaving, identify_process, remove_leaving
from sidecar.folders.actions import ActionLog
from sidecar.folders.heartbeats import BEAT, Heartbeat, read_heartbeats
from sidecar.folders.layout import WatchFolder
from sidecar.folders.processes import process_name
from sidecar.folders.stopping import STOP

SILENT_DAYS = 7
"""A worker of another machine may be away for a weekend, with its share."""
_HEARTBEAT = "heartbeat"
_PART = re.compile(r"\..+(?:\.claim|\.json|\.stop|\.toml)\.[0-9a-f]{8}\.part")


def find_worker_leavings(folder: WatchFolder) -> Iterator[Leaving]:
    """Yield what is nobody's any more; a worker that may live is not spoken of. Raises: OSError."""
    if not (folder.workers.is_dir() and folder.claims.is_dir()):
        return  # nobody ever opened it
    beats = {f"{beat.worker}{BEAT}": beat for beat in read_heartbeats(folder)}
    names = sorted(os.listdir(folder.workers))
    silent = {
        leaving.path.name: leaving
        for name in names
        if name in beats and (leaving := _judge_worker(folder.workers / name, beats[name]))
    }
    yield from silent.values()
    for name in names:
        heartbeat = f"{name.removesuffix(STOP)}{BEAT}"
        if name.endswith(STOP) and (heartbeat in silent or heartbeat not in names):
            yield from _left(folder.workers / name, "wish to stop", "its worker is gone")
    for room in (folder.root, folder.claims, folder.workers):
        for name in filter(_PART.fullmatch, sorted(os.listdir(room))):
            reason = "names no owner, and was last written long ago"
            yield from _left(room / name, "half-written file", reason)


def remove_worker_leaving(folder: WatchFolder, leaving: Leaving) -> bool:
    """Remove one; False when it was written again meanwhile. Raises: OSError."""
    if leaving.kind == _HEARTBEAT:
        log = ActionLog(folder, process_name(identify_process()))
        worker = leaving.path.name.removesuffix(BEAT)
        log.note("worker_ended", worker=worker, how=leaving.reason)
    return remove_leaving(leaving)


def _judge_worker(heartbeat: Path, beat: Heartbeat) -> Leaving | None:
    process = f"process {beat.owner.pid} of {beat.owner.host}"
    if beat.owner.is_gone():
        return next(_left(heartbeat, _HEARTBEAT, f"{process} is gone"), None)
    if beat.owner.is_near():
        return None
    reason = f"{process} said nothing for {SILENT_DAYS} days, by this machine's clock"
    return next(_left(heartbeat, _HEARTBEAT, reason, after=SILENT_DAYS * 24 * 3600.0), None)


def _left(
    path: Path, kind: str, reason: str, *, after: float = NAMELESS_SECONDS
) -> Iterator[Leaving]:
    """Yield a file that was last written so many seconds ago; none for a link or what is gone."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > after:
        yield Leaving(path, kind, "abandoned", reason, status.st_size)
