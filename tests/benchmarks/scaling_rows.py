"""What questions to the job table cost, by how many jobs there are and have been."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable

from proxx_engine import identify_process
from sidecar.service.rows import Claimant, Ending, NewJob
from sidecar.service.table.jobs import JobTable
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.service.servers.postgres import PostgresServer

_ENDED = (0, 10_000, 100_000, 1_000_000)
_WAITING = 0.1
"""Of those, so many more wait."""
_TIMES = 40
_FILL = """
    INSERT INTO jobs (job_id, status, created_at, updated_at, input_path, pipeline_id)
    SELECT gen_random_uuid(), '{status}', now() - n * interval '1 second', now(), 'k', 'proxy'
    FROM generate_series({first}, {last}) AS n
"""


def measure_rows(postgres: PostgresServer) -> None:
    """Print one table: PostgreSQL with more and more jobs in it."""
    database = postgres.new_database()
    rows = []
    with JobTable(postgres.url_of(database)) as table:
        table.prepare()
        before = 0
        for count in _ENDED:
            for status, share in (("completed", 1.0), ("pending", _WAITING)):
                first, last = int(before * share) + 1, int(count * share)
                postgres.execute(_FILL.format(status=status, first=first, last=last), database)
            before = count
            postgres.execute("ANALYZE", database)
            rows.append([count, *_ask(table)])
    heads = ["jobs ended", "submit ms", "claim ms", "settle ms", "running ms", "counts ms"]
    print_table("Questions to PostgreSQL, by its jobs", [*heads, "pending ids ms"], rows)
    for number, what in ((2, "a claim"), (5, "counts"), (6, "pending ids")):
        points = [(row[0] / 1000, row[number]) for row in rows]
        print_slope(what, "ms", "thousand jobs ended (and a tenth waiting)", points)


def _ask(table: JobTable) -> list[float]:
    me = Claimant("bench-1", identify_process(), "/home")
    end = Ending("completed", "k", None)
    ids = [str(uuid.uuid4()) for _number in range(_TIMES)]
    acts: list[Callable[[str], object]] = [
        lambda job_id: table.submit(NewJob(job_id, "k")),
        lambda job_id: table.claim(job_id, me),
        lambda job_id: table.settle(job_id, end, by=me, of=me),
    ]
    looks: list[Callable[[str], object]] = [
        lambda _id: table.running(),
        lambda _id: table.counts(),
        lambda _id: table.pending_ids(),
    ]
    return [_median(act, ids) for act in acts] + [_median(look, ids[:5]) for look in looks]


def _median(act: Callable[[str], object], ids: list[str]) -> float:
    took = []
    for job_id in ids:
        began = time.perf_counter()
        act(job_id)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)
