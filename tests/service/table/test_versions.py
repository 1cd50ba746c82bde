"""Tables that are not there, old, or newer than this program: told before anything is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import PlaceError
from sidecar.service.rows import Beat
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, besides, claimant, new_id, new_job, submitted

CALLS: dict[str, Callable[[JobTable], Any]] = {
    "look": lambda table: table.look(),
    "submit": lambda table: table.submit(new_job()),
    "row": lambda table: table.row(new_id()),
    "page": lambda table: table.page(limit=1),
    "latest": lambda table: table.latest("failed", limit=1),
    "counts": lambda table: table.counts(),
    "pending_ids": lambda table: table.pending_ids(),
    "claim": lambda table: table.claim(new_id(), claimant()),
    "is_held": lambda table: table.is_held(new_id(), claimant()),
    "settle": lambda table: table.settle(new_id(), DONE, by=claimant(), of=claimant()),
    "running": lambda table: table.running(),
    "history": lambda table: table.history(new_id()),
    "beat": lambda table: table.beat(Beat(claimant(), "idle")),
    "bury": lambda table: table.bury("w1"),
    "workers": lambda table: table.workers(),
}


def assert_all_say(table: JobTable, code: str) -> None:
    """Hold that no method but `prepare` does anything."""
    for call in CALLS.values():
        with pytest.raises(PlaceError) as told:
            call(table)
        assert told.value.code == code, told.value
        assert told.value.detail


def test_every_method_is_asked() -> None:
    others = {"prepare", "close", "told_as"}
    assert {name for name in vars(JobTable) if not name.startswith("_")} == CALLS.keys() | others


def test_without_tables_each_method_says_so(bare_url: str) -> None:
    with JobTable(bare_url) as table:
        assert_all_say(table, "STORAGE_TABLE_OLD")
        if bare_url.startswith("sqlite"):
            assert not Path(bare_url.removeprefix("sqlite:///")).exists(), "only prepare makes one"
        assert table.prepare()
        for call in CALLS.values():
            call(table)


@pytest.mark.parametrize("found", ["'0'", "'2'", "''"])
def test_tables_of_another_version_are_left_alone(bare_url: str, found: str) -> None:
    with JobTable(bare_url) as table:
        table.prepare()
        submitted(table)
        with besides(bare_url) as database:
            database.execute(f"UPDATE alembic_version SET version_num = {found}")
        assert_all_say(table, "STORAGE_TABLE_OLD")
        with pytest.raises(PlaceError, match="works with version 1") as told:
            table.prepare()
        assert told.value.code == "STORAGE_TABLE_OLD"
        with besides(bare_url) as database:
            database.execute("UPDATE alembic_version SET version_num = '1'")
        assert table.counts()["pending"] == 1


def test_tables_of_no_version_are_left_alone(bare_url: str) -> None:
    with JobTable(bare_url) as table:
        table.prepare()
        with besides(bare_url) as database:
            database.execute("DELETE FROM alembic_version")
        assert_all_say(table, "STORAGE_TABLE_OLD")


def test_another_programs_table_of_our_name_is_left_alone(bare_url: str) -> None:
    with JobTable(bare_url) as table:
        if bare_url.startswith("sqlite"):
            Path(bare_url.removeprefix("sqlite:///")).touch()
        with besides(bare_url) as database:
            database.execute("CREATE TABLE workers (mine TEXT)")
        with pytest.raises(PlaceError, match="already exists"):
            table.prepare()
        with besides(bare_url) as database:
            assert database.execute("SELECT mine FROM workers").fetchall() == []
            with pytest.raises(Exception, match=r"no such table|does not exist"):
                database.execute("SELECT * FROM jobs")


def test_preparing_twice_changes_nothing(table: JobTable) -> None:
    ids = submitted(table, 2)
    assert not table.prepare()
    assert table.pending_ids() == tuple(ids)


def test_an_owner_that_this_version_cannot_read_is_told(table: JobTable, url: str) -> None:
    table.beat(Beat(claimant(), "idle"))
    with besides(url) as database:
        database.execute("UPDATE workers SET owner = '{\"pid\": 1}'")
    with pytest.raises(PlaceError, match="worker w1: names no process") as told:
        table.workers()
    assert told.value.code == "STORAGE_TABLE_OLD"
