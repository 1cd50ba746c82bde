"""Which databases a job table can be in, and what is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import PlaceError, RequestError
from sidecar.intake.shares import Mount
from sidecar.service.table.jobs import JobTable


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://db.local/proxx", "postgresql://db.local/proxx"),
        ("postgresql://me@db.local:6432/proxx", "postgresql://me@db.local:6432/proxx"),
        ("postgresql://me:canary@db.local/proxx", "postgresql://me@db.local/proxx"),
        ("postgresql://db.local/proxx?password=canary", "postgresql://db.local/proxx"),
        ("postgresql:///?service=proxx&sslkey=canary", "postgresql:///?service=proxx"),
        (
            "postgresql://me@/proxx?host=/run/pg&port=1&passfile=canary",
            "postgresql://me@/proxx?host=%2Frun%2Fpg&port=1",
        ),
    ],
)
def test_what_is_told_of_an_address_holds_no_secret(url: str, told: str) -> None:
    with JobTable(url) as table:
        assert table.told_as == told


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:canary@db.local/proxx",
        "postgresql+psycopg2://me:canary@db.local/proxx",
        "postgresql://me:canary@db.local:port/proxx",
        "canary",
        "",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a\0b",
    ],
)
def test_another_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(RequestError) as refused:
        JobTable(url)
    assert "canary" not in str(refused.value)
    assert "sqlite:///" in str(refused.value)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_sqlite_is_refused_on_a_share(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, link = tmp_path.resolve() / "share", tmp_path / "here.db"
    share.mkdir()
    link.symlink_to(share / "jobs.db")
    mounts = [Mount(Path("/"), "ext4", ""), Mount(share, kind, "")]
    monkeypatch.setattr("sidecar.intake.shares._mounts", lambda: mounts)
    for path in (share / "jobs.db", share / "below" / "jobs.db", link):
        with pytest.raises(RequestError, match="network share"):
            JobTable(f"sqlite:///{path}")
    assert list(share.iterdir()) == []
    JobTable("sqlite:////jobs.db").close()


@pytest.mark.parametrize("name", ["a b?c=d#e%41;é.db", "jobs.db", "..db"])
def test_a_file_of_any_name_is_found(tmp_path: Path, name: str) -> None:
    with JobTable(f"sqlite:///{tmp_path / name}") as table:
        assert table.prepare()
        table.look()
        assert name in {each.name for each in tmp_path.iterdir()}
        assert table.told_as == f"sqlite:///{tmp_path / name}"


def test_a_relative_file_stays_where_it_was_when_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with JobTable("sqlite:///jobs.db") as table:
        monkeypatch.chdir("/")
        table.prepare()
    assert (tmp_path / "jobs.db").is_file()


def test_a_server_that_does_not_answer_is_told_with_its_address_alone() -> None:
    url = "postgresql://me:canary@127.0.0.1:9/proxx"
    with JobTable(url) as table, pytest.raises(PlaceError) as told:
        table.look()
    assert told.value.code == "STORAGE_TABLE_AWAY"
    assert told.value.detail.startswith("postgresql://me@127.0.0.1:9/proxx: ")
    assert "refused" in told.value.detail
    assert "canary" not in str(told.value)
