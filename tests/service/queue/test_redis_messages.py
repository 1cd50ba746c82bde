"""What stands in Redis: RQ's form of `{"job_id": …}`; whatever else lies there is never called."""

from __future__ import annotations

import json
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.service.queue.messages import FUNCTION, MAX_BYTES, is_ours, job_id_of
from sidecar.service.queue.redis_queue import RedisQueue
from tests.service.queue.ids import new_id, new_ids
from tests.service.servers.valkey import ValkeyServer

LINE = "rq:queue:proxx-jobs"
CALLED = "called"


@pytest.fixture
def client(redis_server: ValkeyServer, redis_url: str) -> redis.Redis:
    """One who may write into Redis what he likes."""
    return redis_server.client()


def packed(*said: object) -> bytes:
    return zlib.compress(json.dumps(said).encode())


def test_a_message_is_the_job_id_and_nothing_else_of_ours(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    assert client.lrange(LINE, 0, -1) == [job_id.encode()]
    stored = client.hgetall(f"rq:job:{job_id}")
    assert json.loads(zlib.decompress(stored[b"data"])) == [FUNCTION, None, [], {"job_id": job_id}]
    assert {name for name, value in stored.items() if value} == {
        *(b"data", b"description", b"origin", b"status", b"created_at", b"enqueued_at"),
        *(b"timeout", b"result_ttl", b"failure_ttl"),
    }
    assert stored[b"timeout"] == b"604800"
    assert stored[b"result_ttl"] == b"0"


def test_rq_reads_a_message_as_its_own(redis_queue: RedisQueue, client: redis.Redis) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    job = Job.fetch(job_id, connection=client, serializer=JSONSerializer)
    assert (job.id, job.func_name, job.args, job.kwargs) == (
        job_id,
        FUNCTION,
        [],
        {"job_id": job_id},
    )
    assert (job.meta, job.retries_left, job.repeats_left, job.webhooks) == ({}, None, None, [])
    assert (job.get_status(), job.get_position()) == ("queued", 0)


def test_the_function_of_a_message_is_nothing_that_anybody_can_import(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    job = Job.fetch(job_id, connection=client, serializer=JSONSerializer)
    with pytest.raises(ValueError, match="Invalid attribute name"):
        _ = job.func


class Hostile:
    """Makes a folder when a pickle of it is read."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (CALLED,)


HOSTILE: dict[str, Callable[[str], bytes]] = {
    "another function": lambda i: packed("os.mkdir", None, [CALLED], {}),
    "another function with our arguments": lambda i: packed("os.mkdir", None, [], {"job_id": i}),
    "an object": lambda i: packed("mkdir", "os", [], {"job_id": i}),
    "a list of arguments": lambda i: packed(FUNCTION, None, [i], {}),
    "one argument more": lambda i: packed(FUNCTION, None, [], {"job_id": i, "shell": CALLED}),
    "another id": lambda i: packed(FUNCTION, None, [], {"job_id": new_id()}),
    "an id that is a list": lambda i: packed(FUNCTION, None, [], {"job_id": [i]}),
    "no list": lambda i: zlib.compress(json.dumps({"job_id": i}).encode()),
    "a pickle": lambda i: pickle.dumps(Hostile()),
    "a compressed pickle": lambda i: zlib.compress(pickle.dumps(Hostile())),
    "not compressed": lambda i: json.dumps([FUNCTION, None, [], {"job_id": i}]).encode(),
    "cut off": lambda i: packed(FUNCTION, None, [], {"job_id": i})[:-1],
    "empty": lambda i: b"",
    "deeply nested": lambda i: zlib.compress(b"[" * MAX_BYTES),
    "more than it seems": lambda i: zlib.compress(b" " * 50_000_000),
    "huge": lambda i: os.urandom(20_000_000),
    "not UTF-8": lambda i: zlib.compress(b'["\xff\xfe"]'),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_message_of_ours_is_deleted_logged_and_never_called(
    kind: str,
    redis_queue: RedisQueue,
    client: redis.Redis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    bad, good = new_ids(2)
    redis_queue.push(bad)
    client.hset(f"rq:job:{bad}", "data", HOSTILE[kind](bad))
    redis_queue.push(good)
    consumer = redis_queue.consumer("a")
    assert consumer.pop(0) == good
    assert list(tmp_path.iterdir()) == []
    assert client.exists(f"rq:job:{bad}") == 0
    assert [bad in record.getMessage() for record in caplog.records] == [True]
    consumer.close()
    assert redis_queue.waiting() == ()


@pytest.mark.parametrize("kind", ["string", "list"])
def test_what_is_not_even_a_message_of_rq_keeps_nobody_from_the_next(
    kind: str, redis_queue: RedisQueue, client: redis.Redis
) -> None:
    bad, good = new_ids(2)
    client.rpush(LINE, bad)
    redis_queue.push(good)
    if kind == "string":
        client.set(f"rq:job:{bad}", "os.system")
    else:
        client.rpush(f"rq:job:{bad}", "os.system")
    assert redis_queue.consumer("a").pop(0) == good
    assert client.exists(f"rq:job:{bad}") == 0


def test_what_is_far_too_large_is_not_even_fetched(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    client.hset(f"rq:job:{job_id}", "data", os.urandom(20_000_000))
    before = client.info("stats")["total_net_output_bytes"]
    assert redis_queue.consumer("a").pop(0) is None
    assert client.info("stats")["total_net_output_bytes"] - before < 100_000


@pytest.mark.parametrize(
    "entry",
    [b"os.system", b"", b"\xff\xfe\x00\x1b[31m", b"x" * 5_000_000, new_id().upper().encode()],
    ids=["a name", "nothing", "control characters", "huge", "upper case"],
)
def test_what_is_no_job_id_is_deleted_and_logged_in_a_short_line(
    entry: bytes,
    redis_queue: RedisQueue,
    client: redis.Redis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = new_id()
    client.rpush(LINE, entry)
    redis_queue.push(good)
    assert redis_queue.waiting() == (good,)
    consumer = redis_queue.consumer("a")
    assert consumer.pop(0) == good
    (said,) = [record.getMessage() for record in caplog.records]
    assert len(said) < 800
    assert said.isprintable()
    assert said.isascii()


def test_what_a_message_says_besides_is_thrown_away_unread(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    more = {
        "failure_callback_name": "os.abort",
        "success_callback_name": "os.abort",
        "retries_left": "5",
        "repeats_left": "5",
        "webhooks": '[{"url": "http://127.0.0.1:9/", "job_status": "finished"}]',
        "meta": pickle.dumps(Hostile()),
        "timeout": "a word",
        "created_at": "no time",
        "group_id": "all",
        "rate_limit_key": "one",
        "rate_limit_concurrency": "1",
        "dependency_ids": "[]",
    }
    client.hset(f"rq:job:{job_id}", mapping=more)
    consumer = redis_queue.consumer("a")
    assert consumer.pop(0) == job_id
    started = client.hgetall(f"rq:job:{job_id}")
    assert {name for name in more if started.get(name.encode())} == {"timeout", "created_at"}
    assert started[b"timeout"] == b"604800"
    consumer.done(job_id)
    assert client.keys(f"*{job_id}*") == []


def test_an_id_whose_message_is_gone_still_comes(
    redis_queue: RedisQueue, client: redis.Redis
) -> None:
    job_id = new_id()
    redis_queue.push(job_id)
    client.delete(f"rq:job:{job_id}")
    assert redis_queue.consumer("a").pop(0) == job_id


def test_only_the_exact_message_of_an_id_is_ours() -> None:
    job_id = new_id()
    assert is_ours(packed(FUNCTION, None, [], {"job_id": job_id}), job_id)
    assert not is_ours(packed(FUNCTION, None, [], {"job_id": job_id}), new_id())
    assert job_id_of(job_id.encode()) == job_id
    for wrong in (job_id[:-1], job_id + "\n", f" {job_id}", job_id.replace("-", "")):
        assert job_id_of(wrong.encode()) is None
