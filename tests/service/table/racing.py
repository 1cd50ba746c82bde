"""What a process of a race does: python -m tests.service.table.racing WHAT URL [NUMBER].

It says `ready`, waits for a line, and tells what it had as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, claimant


def claim_all(table: JobTable, number: int) -> object:
    """Claim every job that waits, each process in an order of its own."""
    me = claimant(f"w{number}", pid=number)
    ids = table.pending_ids()
    start = number % 2
    order = ids if start else ids[::-1]
    tell_ready()
    began = time.monotonic()
    won = [job_id for job_id in order if table.claim(job_id, me)]
    return {"won": won, "seconds": time.monotonic() - began}


def settle_all(table: JobTable, number: int) -> object:
    """Settle what `w0` runs, as several who find its process gone would."""
    me, of = claimant(f"s{number}", pid=number), claimant("w0", pid=0)
    ids = [each.row.job_id for each in table.running()]
    tell_ready()
    return {"won": [each for each in ids if table.settle(each, DONE, by=me, of=of)]}


def prepare(table: JobTable, _number: int) -> object:
    """Make the tables, and use them at once."""
    tell_ready()
    made = table.prepare()
    return {"made": made, "counts": table.counts()}


def tell_ready() -> None:
    """Say so, and wait until all are."""
    print("ready", flush=True)
    sys.stdin.readline()


_RACES = {"claim": claim_all, "settle": settle_all, "prepare": prepare}


def main(what: str, url: str, number: str) -> None:
    """Take part in a race."""
    with JobTable(url) as table:
        told = _RACES[what](table, int(number))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
