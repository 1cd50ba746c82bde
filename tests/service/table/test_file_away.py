"""A file of SQLite that cannot be used as it should: told, never waited for without an end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.service.table.connecting import Limits
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import besides, claimant, entered, sqlite_url, submitted

ME = claimant()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """The address of a file with empty tables."""
    with JobTable(sqlite_url(tmp_path)) as table:
        table.prepare()
    return sqlite_url(tmp_path)


@contextmanager
def away(words: str) -> Iterator[None]:
    """Hold that a call tells that the table is away."""
    with pytest.raises(PlaceError, match=words) as told:
        yield
    assert told.value.code == "STORAGE_TABLE_AWAY"


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with JobTable(sqlite_url(tmp_path / "volume")) as table:
        with away("No such file"):
            table.prepare()
        with away("unable to open"):
            table.look()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"footage" * 1000)
    with JobTable(sqlite_url(tmp_path)) as table:
        with away("not a database"):
            table.look()
        with away("not a database"):
            table.prepare()
    assert (tmp_path / "jobs.db").read_bytes() == b"footage" * 1000


def test_a_file_that_another_program_holds_is_not_waited_for_without_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.service.table.preparing.PREPARING", Limits(0.2, 1, 1))
    (tmp_path / "jobs.db").touch()
    with JobTable(sqlite_url(tmp_path)) as table, besides(sqlite_url(tmp_path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with away("locked"):
            table.prepare()
        other.rollback()
        assert table.prepare()


def test_it_writes_ahead_and_forces_every_change_to_disk(file_url: str) -> None:
    with JobTable(file_url) as table, besides(file_url) as other:
        submitted(table)
        assert other.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        with table._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_another_writer_is_waited_for_so_long_and_no_longer(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.service.table.connecting.USUAL", Limits(1, 1, 1))
    with JobTable(file_url) as table, besides(file_url) as other:
        (job_id,) = submitted(table)
        other.execute("BEGIN IMMEDIATE")
        with away("locked"):
            table.claim(job_id, ME)
        assert table.counts()["pending"] == 1, "readers never wait"
        threading.Timer(0.1, other.rollback).start()
        assert table.claim(job_id, ME)


def test_many_threads_use_one_table(table: JobTable, url: str) -> None:
    ids = entered(url, 60)

    def claim(number: int) -> list[str]:
        me = claimant(f"w{number}", pid=number)
        return [job_id for job_id in ids if table.claim(job_id, me) and table.is_held(job_id, me)]

    with ThreadPoolExecutor(12) as pool:
        won = [job_id for each in pool.map(claim, range(12)) for job_id in each]
    assert sorted(won) == sorted(ids)
