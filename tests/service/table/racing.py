"""Processes that race for the rows of a table: python -m tests.service.table.racing WHAT URL COUNT.

They are made by forking, each opens the table for itself, and all begin at once. What they had is
told as one JSON list.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, claimant

Ready = Callable[[], object]


def claim_all(table: JobTable, number: int, ready: Ready) -> object:
    """Claim every job that waits, from the first or from the last."""
    me = claimant(f"w{number}", pid=number)
    ids = table.pending_ids()
    ready()
    began = time.monotonic()
    won = [job_id for job_id in ids[:: 1 if number % 2 else -1] if table.claim(job_id, me)]
    return {"won": won, "seconds": time.monotonic() - began}


def settle_all(table: JobTable, number: int, ready: Ready) -> object:
    """Settle what `w0` runs, as several who find its process gone would."""
    me, of = claimant(f"s{number}", pid=number), claimant("w0", pid=0)
    ids = [each.row.job_id for each in table.running()]
    ready()
    return {"won": [each for each in ids if table.settle(each, DONE, by=me, of=of)]}


def prepare(table: JobTable, _number: int, ready: Ready) -> object:
    """Make the tables, and use them at once."""
    ready()
    made = table.prepare()
    return {"made": made, "counts": table.counts()}


_RACES = {"claim": claim_all, "settle": settle_all, "prepare": prepare}


def race(what: str, url: str, number: int, barrier: Barrier, told: int) -> None:
    """Be one of those who race."""
    with JobTable(url) as table:
        had = _RACES[what](table, number, barrier.wait)
    with os.fdopen(told, "w") as pipe:
        json.dump(had, pipe)


def main(what: str, url: str, count: str) -> None:
    """Let so many race."""
    context = get_context("fork")
    barrier = context.Barrier(int(count), timeout=120)
    racers, pipes = [], []
    for number in range(int(count)):
        reads, writes = os.pipe()
        racers.append(context.Process(target=race, args=(what, url, number, barrier, writes)))
        racers[-1].start()
        os.close(writes)
        pipes.append(reads)
    had = []
    for reads in pipes:
        with os.fdopen(reads) as pipe:
            had.append(json.load(pipe))
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * len(racers)
    print(json.dumps(had))


if __name__ == "__main__":
    main(*sys.argv[1:])
