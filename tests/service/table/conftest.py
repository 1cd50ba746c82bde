"""The job table over both databases: one suite for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.service.table.jobs import JobTable
from tests.service.servers.postgres import PostgresServer
from tests.service.table.scenes import DATABASES, empty, sqlite_url


@pytest.fixture(scope="session")
def prepared_postgresql(postgres_server: PostgresServer) -> str:
    """The address of a database of PostgreSQL with our tables."""
    url = postgres_server.url_of(postgres_server.new_database())
    with JobTable(url) as table:
        assert table.prepare()
    return url


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url_of(server.new_database())


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with empty tables."""
    if request.param == "sqlite":
        with JobTable(sqlite_url(tmp_path)) as table:
            table.prepare()
        return sqlite_url(tmp_path)
    prepared: str = request.getfixturevalue("prepared_postgresql")
    empty(prepared)
    return prepared


@pytest.fixture
def table(url: str) -> Iterator[JobTable]:
    """An empty job table."""
    with JobTable(url) as table:
        yield table
