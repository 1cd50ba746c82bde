"""Real servers with what lets a client in; one set that may be hurt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.service.faults.scene import (
    BUCKET,
    Counted,
    Processes,
    count_encodes,
    new_table,
    open_farm,
    processes_of,
    s3_settings,
)
from tests.service.servers.postgres import PostgresServer, start_postgres
from tests.service.servers.seaweed import SeaweedServer, start_seaweed
from tests.service.servers.told import tell_server
from tests.service.servers.valkey import ValkeyServer, start_valkey
from tests.service.worker.scenes import Service
from tests.support import MakeClip
from tests.watch.conftest import PICTURE


@dataclass
class Servers:
    """One of each, for these tests alone."""

    redis: ValkeyServer
    postgres: PostgresServer
    s3: SeaweedServer


@pytest.fixture(scope="session")
def frail(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    """Servers that a test may hurt; who stops one starts it."""
    with ExitStack() as last:
        redis = start_valkey(tmp_path_factory.mktemp("redis"))
        last.callback(redis.stop)
        postgres = start_postgres(tmp_path_factory.mktemp("postgres"))
        last.callback(postgres.stop)
        s3 = start_seaweed(tmp_path_factory.mktemp("s3"))
        last.callback(s3.stop)
        for name, server in (("Redis", redis), ("PostgreSQL", postgres), ("SeaweedFS", s3)):
            tell_server(pytestconfig, f"{name} (to be hurt)", server)
        yield Servers(redis, postgres, s3)


@pytest.fixture
def frail_service(
    frail: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service on servers that may be hurt."""
    for name, value in frail.s3.environment.items():
        monkeypatch.setenv(name, value)
    with frail.redis.client() as client:
        client.flushall()
    frail.s3.make_bucket(BUCKET)
    storage = f"s3://{BUCKET}/{tmp_path.name}"
    table = new_table(frail.postgres)
    with open_farm(
        tmp_path, table=table, queue=frail.redis.url, storage=storage, s3=s3_settings(frail.s3)
    ) as service:
        yield service


@pytest.fixture
def real_service(
    redis_url: str,
    postgres_server: PostgresServer,
    s3_server: SeaweedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Service]:
    """A service on the servers that all tests share."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    s3_server.make_bucket(BUCKET)
    storage = f"s3://{BUCKET}/{tmp_path.name}"
    s3 = s3_settings(s3_server)
    table = new_table(postgres_server)
    with open_farm(tmp_path, table=table, queue=redis_url, storage=storage, s3=s3) as service:
        yield service


@pytest.fixture
def counted(tmp_path: Path, tools: Tools) -> Counted:
    """An FFmpeg that counts."""
    return count_encodes(tools, tmp_path / "counted")


@pytest.fixture
def place_clip(make_clip: MakeClip) -> Callable[[Service], Path]:
    """Return what puts a whole clip below a service's roots."""

    def place(service: Service) -> Path:
        path = service.folder / "footage" / "good.mov"
        path.write_bytes(make_clip("good.mov", *PICTURE).read_bytes())
        return path

    return place


@pytest.fixture
def start_of() -> Iterator[Callable[[Service], Processes]]:
    """Return what starts processes of a service."""
    with ExitStack() as last:
        yield lambda service: last.enter_context(processes_of(service))
