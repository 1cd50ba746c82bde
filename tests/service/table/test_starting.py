"""A server of PostgreSQL that cannot start fails the test that asks, with what it told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.service.servers import postgres
from tests.service.servers.postgres import ServerBroken, start_postgres


def test_a_server_that_cannot_listen_tells_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(postgres, "_free_port", lambda: taken.getsockname()[1])
        before = set(Path("/tmp").glob("proxx-pg-*"))
        with pytest.raises(ServerBroken, match="Address already in use"):
            start_postgres(tmp_path)
    assert not set(Path("/tmp").glob("proxx-pg-*")) - before, "it left its folder"


def test_programs_that_do_not_work_tell_so(tmp_path: Path) -> None:
    binaries = tmp_path / "package" / "pginstall" / "bin"
    binaries.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (binaries / name).write_text("#!/bin/sh\necho no cluster today >&2; exit 3\n")
        (binaries / name).chmod(0o755)
    with pytest.raises(ServerBroken, match="no cluster today"):
        start_postgres(tmp_path, binaries=binaries)


@pytest.mark.slow
def test_the_wheel_has_a_server_where_the_system_has_none(tmp_path: Path) -> None:
    server = start_postgres(tmp_path, binaries=postgres.wheel_binaries())
    try:
        name = server.new_database()
        assert server.execute("SELECT 1", name) == [(1,)]
        server.restart()
        assert server.execute("SELECT 1", name) == [(1,)]
    finally:
        server.stop()
    assert not server.folder.exists()
