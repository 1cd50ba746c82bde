"""The real servers of the service's tests: one of each a session, started where one is asked for.

One that cannot start fails the test that asks; it never skips.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.service.servers.told import tell_server

if TYPE_CHECKING:
    from tests.service.servers.postgres import PostgresServer
    from tests.service.servers.seaweed import SeaweedServer
    from tests.service.servers.valkey import ValkeyServer


@pytest.fixture(scope="session")
def redis_server(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ValkeyServer]:
    """A Redis (or Valkey) server on loopback."""
    from tests.service.servers.valkey import start_valkey

    server = start_valkey(tmp_path_factory.mktemp("redis"))
    try:
        tell_server(pytestconfig, "Redis", server)
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(redis_server: ValkeyServer) -> str:
    """The address of an empty database."""
    with redis_server.client() as client:
        client.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """A PostgreSQL server on loopback."""
    from tests.service.servers.postgres import start_postgres

    server = start_postgres(tmp_path_factory.mktemp("postgres"))
    try:
        tell_server(pytestconfig, "PostgreSQL", server)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def s3_server(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SeaweedServer]:
    """A server that speaks the S3 protocol, on loopback."""
    from tests.service.servers.seaweed import start_seaweed

    server = start_seaweed(tmp_path_factory.mktemp("s3"))
    try:
        tell_server(pytestconfig, "SeaweedFS", server)
        yield server
    finally:
        server.stop()
