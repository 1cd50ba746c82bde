"""What people see with RQ's own tools: workers, what they do, what was abandoned; bookkeeping."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from rq import Queue, SimpleWorker, Worker
from rq.registry import StartedJobRegistry, clean_registries
from rq.serializers import JSONSerializer

from sidecar.service.queue.redis_queue import RedisQueue
from tests.service.queue.ids import new_id, new_ids
from tests.service.servers.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parents[3]
EIGHT_DAYS = 8 * 86400
TAKER = """
import sys, time
from sidecar.service.queue.redis_queue import RedisQueue
consumer = RedisQueue(sys.argv[1]).consumer("host-1")
print(consumer.pop(10), flush=True)
time.sleep(600)
"""


@pytest.fixture
def client(redis_server: ValkeyServer, redis_url: str) -> redis.Redis:
    """What RQ's tools would have."""
    return redis_server.client()


@pytest.fixture
def line(client: redis.Redis) -> Queue:
    """RQ's view of the line."""
    return Queue("proxx-jobs", connection=client, serializer=JSONSerializer)


def only_worker(client: redis.Redis) -> Worker:
    (worker,) = Worker.all(connection=client, serializer=JSONSerializer)
    return worker


def test_rq_shows_our_workers_and_what_they_do(
    redis_queue: RedisQueue, client: redis.Redis, line: Queue
) -> None:
    first, second = new_ids(2)
    consumer = redis_queue.consumer("host 1, worker 2")
    assert consumer.pop(0) is None
    worker = only_worker(client)
    assert (worker.name, worker.get_state(), worker.pid) == (
        "host 1, worker 2",
        "idle",
        os.getpid(),
    )
    assert worker.queue_names() == ["proxx-jobs"]
    redis_queue.push(first)
    redis_queue.push(second)
    assert (Queue.all(connection=client), line.get_job_ids()) == ([line], [first, second])
    consumer.pop(0)
    worker = only_worker(client)
    assert (worker.get_state(), worker.get_current_job_id()) == ("busy", first)
    assert line.started_job_registry.get_job_ids() == [first]
    job = line.fetch_job(first)
    assert job is not None
    assert (job.get_status(), job.worker_name) == ("started", "host 1, worker 2")
    consumer.done(first)
    worker = only_worker(client)
    assert (worker.get_state(), worker.successful_job_count) == ("idle", 1)
    assert (line.started_job_registry.count, line.fetch_job(first)) == (0, None)
    consumer.close()
    assert Worker.all(connection=client) == []
    assert client.keys(f"*{first}*") == []


def test_a_job_that_is_given_back_waits_for_rq_too(
    redis_queue: RedisQueue, client: redis.Redis, line: Queue
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    consumer = redis_queue.consumer("a")
    consumer.pop(0)
    consumer.give_back(job_id)
    job = line.fetch_job(job_id)
    assert job is not None
    assert (job.get_status(), job.worker_name, job.started_at) == ("queued", None, None)
    assert line.started_job_registry.count == 0
    assert client.ttl(job.key) == -1
    assert only_worker(client).get_state() == "idle"


def test_a_job_that_is_pushed_again_while_it_runs_keeps_its_new_message(
    redis_queue: RedisQueue, line: Queue
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    first, second = redis_queue.consumer("a"), redis_queue.consumer("b")
    first.pop(0)
    redis_queue.push(job_id)
    first.done(job_id)
    job = line.fetch_job(job_id)
    assert job is not None
    assert job.get_status() == "queued"
    second.pop(0)
    assert line.started_job_registry.get_job_ids() == [job_id]
    second.done(job_id)
    assert line.fetch_job(job_id) is None


def test_while_a_job_runs_for_days_rq_believes_that_its_worker_lives(
    redis_queue: RedisQueue, client: redis.Redis, line: Queue
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    consumer = redis_queue.consumer("a")
    consumer.pop(0)
    six_days = 6 * 86400
    assert client.ttl("rq:worker:a") > six_days
    assert client.ttl(f"rq:job:{job_id}") > six_days
    StartedJobRegistry(queue=line).cleanup(time.time() + six_days)
    assert StartedJobRegistry(queue=line).get_job_ids() == [job_id]
    consumer.done(job_id)
    assert 0 < client.ttl("rq:worker:a") <= 120


def test_what_a_killed_worker_had_taken_is_never_put_back_by_rq(
    redis_queue: RedisQueue, client: redis.Redis, line: Queue, redis_url: str
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    taker = subprocess.Popen(
        [sys.executable, "-c", TAKER, redis_url], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert taker.stdout is not None
    assert taker.stdout.readline().strip() == job_id
    taker.send_signal(signal.SIGKILL)
    taker.wait()
    taker.stdout.close()
    # RQ's own cleaning, now and a week later; ours, by a new worker of that name.
    SimpleWorker([line], connection=client, serializer=JSONSerializer).clean_registries()
    assert line.started_job_registry.get_job_ids() == [job_id]
    StartedJobRegistry(queue=line).cleanup(time.time() + EIGHT_DAYS)
    clean_registries(line)
    job = line.fetch_job(job_id)
    assert job is not None
    assert job.get_status() == "failed"
    assert line.failed_job_registry.get_job_ids() == [job_id]
    consumer = redis_queue.consumer("host-1")
    assert consumer.pop(0) is None
    assert redis_queue.waiting() == ()
    assert only_worker(client).pid == os.getpid()
    # A person who enters it again is not in RQ's way, nor is RQ in his.
    redis_queue.push(job_id)
    assert consumer.pop(0) == job_id
    consumer.done(job_id)
    assert line.fetch_job(job_id) is None


def test_a_worker_that_rq_forgot_is_registered_anew(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    consumer = redis_queue.consumer("a")
    assert consumer.pop(0) is None
    client.flushall()
    redis_queue.push(job_id)
    assert consumer.pop(0) == job_id
    consumer.done(job_id)
    assert consumer.pop(0) is None
    worker = only_worker(client)
    assert (worker.pid, worker.get_state()) == (os.getpid(), "idle")


def test_workers_that_died_unheard_leave_rqs_list_when_another_begins(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    redis_queue.consumer("dead").pop(0)
    client.delete("rq:worker:dead")
    redis_queue.consumer("alive").pop(0)
    assert client.smembers("rq:workers") == {b"rq:worker:alive"}
