"""PostgreSQL ends, freezes, or is cut off at a commit: a call may fail, and the next one tells."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from proxx_engine import PlaceError
from sidecar.service.table.connecting import Limits
from sidecar.service.table.jobs import JobTable
from tests.service.servers.postgres import PostgresServer
from tests.service.table.cutting import Cut, CutLine
from tests.service.table.scenes import DONE, besides, claimant, empty, entered, new_job, submitted

ME = claimant()


@pytest.fixture
def table(prepared_postgresql: str) -> Iterator[JobTable]:
    """An empty table of the server."""
    empty(prepared_postgresql)
    with JobTable(prepared_postgresql) as table:
        yield table


@contextmanager
def away(*, words: str | None = None) -> Iterator[None]:
    """Hold that a call tells that the table is away."""
    with pytest.raises(PlaceError, match=words) as told:
        yield
    assert told.value.code == "STORAGE_TABLE_AWAY"
    assert told.value.__cause__ is None


def test_a_restart_between_two_calls_costs_none(
    table: JobTable, postgres_server: PostgresServer
) -> None:
    (job_id,) = submitted(table)
    postgres_server.restart()
    assert table.claim(job_id, ME)
    postgres_server.restart(gently=False)
    assert table.is_held(job_id, ME)


def test_while_it_is_down_each_call_says_so_and_later_all_is_there(
    table: JobTable, postgres_server: PostgresServer
) -> None:
    (job_id,) = submitted(table)
    postgres_server.halt()
    try:
        for call in (
            table.look,
            table.prepare,
            table.counts,
            lambda: table.submit(new_job()),
            lambda: table.claim(job_id, ME),
        ):
            with away():
                call()
    finally:
        postgres_server.start()
    table.look()
    assert table.claim(job_id, ME)
    assert table.counts()["pending"] == 0


def test_a_restart_during_calls_costs_the_running_call_at_most(
    table: JobTable, prepared_postgresql: str, postgres_server: PostgresServer
) -> None:
    ids = entered(prepared_postgresql, 4000)
    failed, stopped, claimed = [], threading.Event(), []

    def claim_on() -> None:
        for job_id in ids:
            if stopped.is_set():
                return
            while True:
                try:
                    assert table.claim(job_id, ME)
                    claimed.append(job_id)
                    break
                except PlaceError as error:
                    failed.append(error.code)
                    time.sleep(0.05)

    worker = threading.Thread(target=claim_on)
    worker.start()
    for gently in (True, False, True):
        time.sleep(0.3)
        postgres_server.restart(gently=gently)
    time.sleep(0.3)
    stopped.set()
    worker.join(60)
    assert not worker.is_alive()
    assert set(failed) <= {"STORAGE_TABLE_AWAY"}
    assert {each.row.job_id for each in table.running()} == set(claimed)
    assert all([t.after for t in table.history(each)] == ["running"] for each in claimed[::25])


@pytest.fixture
def line(postgres_server: PostgresServer) -> Iterator[CutLine]:
    """A line to the server that can be cut."""
    line = CutLine(postgres_server.folder / f".s.PGSQL.{postgres_server.port}")
    yield line
    line.close()


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_change_whose_answer_was_lost_is_told_when_asked_again(
    table: JobTable, prepared_postgresql: str, line: CutLine, cut: Cut
) -> None:
    url = f"{prepared_postgresql.split('@/')[0]}@127.0.0.1:{line.port}/"
    url += prepared_postgresql.split("@/")[1].split("?")[0]
    job, other = new_job(), claimant("w2")
    stands = cut == "after"
    with JobTable(url) as cut_off:
        line.cut = cut
        with away():
            cut_off.submit(job)
        wait_until_known(table, job.job_id, 1 if stands else 0)
        assert cut_off.submit(job) is not stands

        line.cut = cut
        with away():
            cut_off.claim(job.job_id, ME)
        wait_until_known(table, job.job_id, 2 if stands else 1)
        assert cut_off.claim(job.job_id, ME)
        assert not cut_off.claim(job.job_id, other)

        line.cut = cut
        with away():
            cut_off.settle(job.job_id, DONE, by=ME, of=ME)
        wait_until_known(table, job.job_id, 3 if stands else 2)
        assert cut_off.settle(job.job_id, DONE, by=ME, of=ME)
        assert not cut_off.settle(job.job_id, DONE, by=other, of=ME)
    assert [each.after for each in table.history(job.job_id)] == ["pending", "running", "completed"]


def wait_until_known(table: JobTable, job_id: str, transitions: int) -> None:
    """Wait until the server has done what it heard."""
    deadline = time.monotonic() + 20
    while len(table.history(job_id)) != transitions:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_server_that_is_frozen_is_waited_for_so_long_and_no_longer(
    prepared_postgresql: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.service.table.connecting.USUAL", Limits(1, 1, 1))
    monkeypatch.setattr("sidecar.service.table.connecting.CONNECT_SECONDS", 2)
    empty(prepared_postgresql)
    table = JobTable(prepared_postgresql)
    (job_id,) = submitted(table)
    first = psutil.Process(postgres_server.pid)
    frozen = [first, *first.children(recursive=True)]
    for process in frozen:
        process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        with away():
            table.claim(job_id, ME)
    finally:
        took = time.monotonic() - began
        for process in frozen:
            process.send_signal(signal.SIGCONT)
    assert took < 30
    with table:
        assert table.claim(job_id, ME)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(1, 60, 60), "lock timeout"),
        (Limits(60, 1, 60), "statement timeout"),
        (Limits(60, 60, 1), "said nothing for 1 seconds"),
    ],
)
def test_a_row_that_somebody_locks_is_waited_for_so_long_and_no_longer(
    table: JobTable,
    prepared_postgresql: str,
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits,
    words: str,
) -> None:
    (job_id,) = submitted(table)
    with psycopg.connect(prepared_postgresql) as other:
        other.execute(f"UPDATE jobs SET max_frames = 1 WHERE job_id = '{job_id}'")
        monkeypatch.setattr("sidecar.service.table.connecting.USUAL", limits)
        with JobTable(prepared_postgresql) as short, away(words=words):
            short.claim(job_id, ME)
        other.rollback()
    monkeypatch.undo()
    assert table.claim(job_id, ME)


def test_what_a_server_is_set_to_takes_nothing_from_a_claim(prepared_postgresql: str) -> None:
    name = prepared_postgresql.split("@/")[1].split("?")[0]
    lax = {"synchronous_commit": "off", "default_transaction_isolation": "serializable"}
    with besides(prepared_postgresql) as database:
        for setting, value in lax.items():
            database.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
    try:
        with JobTable(prepared_postgresql) as table, table._engine.connect() as connection:
            shown = [connection.exec_driver_sql(f"SHOW {setting}").scalar() for setting in lax]
    finally:
        with besides(prepared_postgresql) as database:
            database.execute(f"ALTER DATABASE {name} RESET ALL")
    assert shown == ["on", "read committed"]


def test_a_password_is_taken_from_where_libpq_looks_and_told_nowhere(
    prepared_postgresql: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = prepared_postgresql.split("@/")[1].split("?")[0]
    url = postgres_server.loopback_url_of(name)
    password = postgres_server.password
    with JobTable(url) as table, away():
        table.look()
    monkeypatch.setenv("PGPASSWORD", password)
    with JobTable(url) as table:
        table.look()
        assert password not in table.told_as
    monkeypatch.setenv("PGPASSWORD", f"wrong{password}")
    with JobTable(url) as table, pytest.raises(PlaceError) as told:
        table.look()
    assert told.value.code == "STORAGE_TABLE_AWAY"
    assert password not in str(told.value)
    assert "password authentication failed" in str(told.value)
    assert os.environ["PGPASSWORD"] != password
