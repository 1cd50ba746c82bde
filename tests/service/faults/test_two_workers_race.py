"""Two processes over one line in which every message lies twice: each job runs once."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidecar.service.refilling import lost_ids
from tests.service.faults.scene import Processes, is_over, new_table, open_farm, settings_file
from tests.service.faults.truth import untruths
from tests.service.servers.postgres import PostgresServer
from tests.service.servers.valkey import ValkeyServer
from tests.service.worker.scenes import Service, wait_for


@pytest.fixture
def shared(redis_url: str, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Service]:
    """Redis and PostgreSQL; the storage, which nobody races for, is a folder."""
    with open_farm(tmp_path, table=new_table(postgres_server), queue=redis_url) as service:
        yield service


@pytest.mark.parametrize("many", [32, pytest.param(1000, marks=pytest.mark.slow)])
def test_two_workers_race_over_jobs_whose_messages_all_come_twice(
    many: int,
    shared: Service,
    redis_server: ValkeyServer,
    start_of: Callable[[Service], Processes],
) -> None:
    ids = [shared.submit(shared.quick(number), push=False) for number in range(1, many + 1)]
    # Half of them side by side, where two take the same one at once; the others anywhere.
    first, other = ids[: many // 2], ids[many // 2 :] * 2
    random.Random(9).shuffle(other)
    twins = [job_id for job_id in first for _twice in range(2)]
    start = start_of(shared).start
    words = ("worker", settings_file(shared), "--json", "--workers", "2")
    pair = start(*words), start(*words)
    wait_for(lambda: len(shared.parts.table.workers()) == 4)
    begun = time.monotonic()
    for job_id in (*twins, *other):
        shared.parts.queue.push(job_id)
    wait_for(lambda: is_over(shared) and not shared.parts.queue.waiting(), seconds=240)
    seconds = time.monotonic() - begun
    assert [each.end(signal.SIGINT) for each in pair] == [130, 130]

    assert list(untruths(shared, ids)) == []
    counts = shared.parts.table.counts()
    assert counts == {"pending": 0, "running": 0, "completed": 0, "failed": many}
    assert len(list((shared.parts.settings.home / "jobs").iterdir())) == many
    stories = [each.told() for each in pair]
    claimed = [story.count('"claimed"') for story in stories]
    assert sum(claimed) == many
    assert all(claimed), "both took part"
    assert sum(story.count('"passed_by"') for story in stories) == many, "the second messages"
    assert lost_ids(shared.parts) == ()
    with redis_server.client() as client:
        left = [*client.keys("rq:job:*"), *client.keys("*intermediate*")]
        assert client.llen("rq:queue:proxx-jobs") == 0
    assert left == [], "nothing of any job is left in Redis"
    print(f"{many} jobs, {2 * many} messages: {seconds:.1f} s, {claimed} by each")
