"""A queue of each kind, empty; and a Redis server that a test may kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.service.queue.contract import JobQueue
from sidecar.service.queue.memory import MemoryQueue
from sidecar.service.queue.redis_queue import RedisQueue
from tests.service.servers.valkey import ValkeyServer, start_valkey


@pytest.fixture(params=["memory", "redis"])
def queue(request: pytest.FixtureRequest) -> Iterator[JobQueue]:
    """A queue of each kind."""
    if request.param == "memory":
        yield MemoryQueue()
        return
    yield request.getfixturevalue("redis_queue")


@pytest.fixture
def redis_queue(redis_url: str) -> Iterator[RedisQueue]:
    """The queue in Redis."""
    queue = RedisQueue(redis_url)
    yield queue
    queue.close()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A Redis server of one test, which may do to it what it likes."""
    server = start_valkey(tmp_path)
    yield server
    server.stop()
