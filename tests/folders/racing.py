"""One of many processes that take all jobs of a watch folder at once: `-m tests.folders.racing`.

It says `ready`, waits for a line, takes and files what it can, and says which jobs it had.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import Tools, WorkerIdentity, find_tools
from sidecar.folders.actions import ActionLog
from sidecar.folders.filing import TakenJob, file_job, take_job
from sidecar.folders.layout import WatchFolder, open_watch_folder
from sidecar.folders.names import made_on
from sidecar.folders.pending import Whole, list_pending, look_at
from sidecar.folders.places import Places
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Teller
from tests.folders.scenes import here

_POLL_SECONDS = 0.2


def take_by_the_line(
    folder: WatchFolder, worker: WorkerIdentity, log: ActionLog, tools: Tools
) -> Iterator[TakenJob]:
    """Take jobs as a worker does, until a look that is made anew finds nothing to take."""
    places = Places(_POLL_SECONDS, time.monotonic)
    line = WaitingLine(folder, log, Teller(), places, 60.0, time.monotonic, _POLL_SECONDS)
    while taken := line.take_next(worker, tools) or line.take_next(worker, tools, look_anew=True):
        yield taken


def take_from_an_old_list(
    folder: WatchFolder, worker: WorkerIdentity, log: ActionLog, names: list[str]
) -> Iterator[TakenJob]:
    """Take jobs from a list that was made before anybody took one; most of them are gone."""
    for name in names:
        seen = look_at(folder, name)
        if isinstance(seen, Whole):
            taken = take_job(folder, name, seen.spec, worker=worker, log=log)
            if isinstance(taken, TakenJob):
                yield taken


def main(root: str, way: str) -> None:
    """Race in one watch folder."""
    folder = open_watch_folder(Path(root))
    worker, process = here()
    log = ActionLog(folder, process)
    names = list_pending(folder)
    had = []
    with find_tools(threads=1) as tools:
        print("ready", flush=True)
        sys.stdin.readline()
        by_line = take_by_the_line(folder, worker, log, tools)
        old = take_from_an_old_list(folder, worker, log, names)
        for taken in by_line if way == "line" else old:
            had.append(taken.spec.job_id)
            file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log)
    print(json.dumps({"worker": worker.id, "had": had}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
