"""What questions to the job table cost, by how many jobs there are and have been."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable

from proxx_engine import identify_process
from sidecar.service.queue.redis_queue import RedisQueue
from sidecar.service.rows import Beat, Claimant, Ending, NewJob
from sidecar.service.table.jobs import JobTable
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.service.servers.postgres import PostgresServer
from tests.service.servers.valkey import ValkeyServer

_ENDED = (0, 10_000, 100_000, 1_000_000)
_WAITING = 0.1
"""Of those, so many more wait."""
_RUNNING = (10, 100, 1_000)
_LENGTHS = (10, 1_000, 10_000)
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


def measure_running(postgres: PostgresServer) -> None:
    """Print what settling costs each process once a minute, by the jobs that run: it reads all."""
    rows = []
    with JobTable(postgres.url_of(postgres.new_database())) as table:
        table.prepare()
        running = 0
        for count in _RUNNING:
            for number in range(running, count):
                job_id, name = str(uuid.uuid4()), f"box{number}-1"
                by = Claimant(name, identify_process(), "/home")
                table.submit(NewJob(job_id, "k"))
                assert table.claim(job_id, by)
                table.beat(Beat(by, "running", job_id))
            running = count
            looks = [lambda _id: table.running(), lambda _id: table.workers()]
            rows.append([count, *(_median(look, [""] * 7) for look in looks)])
    heads = ["jobs that run", "all of them, ms", "all workers, ms"]
    print_table("A round of settling in the service, once a minute in each process", heads, rows)
    points = [(row[0], row[1] + row[2]) for row in rows]
    print_slope("a round", "ms", "worker that runs a job", points)


def measure_line(valkey: ValkeyServer) -> None:
    """Print what it takes to enter a job in the line, and to look at all of it, by its length."""
    rows = []
    with valkey.client() as client:
        client.flushall()
    queue, length = RedisQueue(valkey.url), 0
    for count in _LENGTHS:
        pushed = _median(queue.push, [str(uuid.uuid4()) for _number in range(length, count)])
        length = count
        rows.append([count, pushed, _median(lambda _id: queue.waiting(), [""] * 5)])
    queue.close()
    print_table("The line in Valkey", ["ids in it", "enter ms", "look at all, ms"], rows)
    print_slope("a look at all", "ms", "thousand ids", [(row[0] / 1000, row[2]) for row in rows])


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
