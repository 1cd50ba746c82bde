"""What the databases themselves say of the tables: the governing document's, and no more."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from sidecar.service.table import schema
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import besides, claimant, new_id, new_job

JOBS = [
    # name, type, not null, default, part of the key
    ("job_id", "UUID", False, None, True),
    ("status", "TEXT", True, None, False),
    ("created_at", "TIMESTAMP", True, "CURRENT_TIMESTAMP", False),
    ("updated_at", "TIMESTAMP", True, "CURRENT_TIMESTAMP", False),
    ("input_path", "TEXT", True, None, False),
    ("output_path", "TEXT", False, None, False),
    ("error_message", "TEXT", False, None, False),
    ("pipeline_id", "TEXT", True, None, False),
    ("frame_stride", "INTEGER", False, "1", False),
    ("max_frames", "INTEGER", False, None, False),
]
STATUSES = ("pending", "running", "completed", "failed")
GOVERNING = """
CREATE TABLE jobs (
    job_id UUID PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    input_path TEXT NOT NULL,
    output_path TEXT,
    error_message TEXT,
    pipeline_id TEXT NOT NULL,
    frame_stride INTEGER DEFAULT 1,
    max_frames INTEGER
)
"""
_POSTGRESQL_TYPES = {"timestamp without time zone": "TIMESTAMP"}
_COLUMNS = """
    SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'jobs' ORDER BY ordinal_position
"""
_CONSTRAINTS = """
    SELECT contype::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = 'jobs'::regclass AND contype <> 'n' ORDER BY contype
"""


def test_sqlite_has_the_columns_and_constraints_of_the_governing_document(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    with JobTable(url) as table:
        table.prepare()
    with besides(url) as database:
        told = database.execute("PRAGMA table_info(jobs)").fetchall()
        (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'jobs'").fetchone()
        kinds = {row[0] for row in database.execute("SELECT type FROM sqlite_master")}
    columns = [
        (name, kind, bool(nn), default, bool(key)) for _, name, kind, nn, default, key in told
    ]
    assert columns == JOBS
    assert made.split() == GOVERNING.split()
    assert kinds == {"table", "index", "trigger"}


def test_postgresql_has_the_columns_and_constraints_of_the_governing_document(
    prepared_postgresql: str,
) -> None:
    with besides(prepared_postgresql) as database:
        told = database.execute(_COLUMNS).fetchall()
        constraints = database.execute(_CONSTRAINTS).fetchall()
    columns = [
        (name, _POSTGRESQL_TYPES.get(kind, kind.upper()), nullable == "NO", default)
        for name, kind, nullable, default in told
    ]
    # What is part of a key may not be null: PostgreSQL says so, SQLite does not.
    assert columns == [(*each[:2], each[2] or each[4], each[3]) for each in JOBS]
    (check, words), (key, primary) = constraints
    assert (check, key, primary) == ("c", "p", "PRIMARY KEY (job_id)")
    assert tuple(re.findall(r"'(\w+)'", words)) == STATUSES


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("job_id, status, input_path, pipeline_id", "'{id}', 'queued', 'x', 'proxy'"),
        ("job_id, status, input_path, pipeline_id", "'{id}', 'PENDING', 'x', 'proxy'"),
        ("job_id, status, input_path, pipeline_id", "'{id}', NULL, 'x', 'proxy'"),
        ("job_id, status, pipeline_id", "'{id}', 'pending', 'proxy'"),
        ("job_id, status, input_path", "'{id}', 'pending', 'x'"),
        (
            "job_id, status, input_path, pipeline_id, created_at",
            "'{id}', 'pending', 'x', 'proxy', NULL",
        ),
        ("job_id, status, input_path, pipeline_id, progress", "'{id}', 'pending', 'x', 'y', 0.5"),
    ],
)
def test_the_database_refuses_a_row_that_the_document_does_not_allow(
    table: JobTable, url: str, columns: str, values: str
) -> None:
    job_id = new_id()
    with besides(url) as database, pytest.raises(Exception, match=r"(?i)constraint|column"):
        database.execute(f"INSERT INTO jobs ({columns}) VALUES ({values.format(id=job_id)})")
    assert table.row(job_id) is None


@pytest.mark.parametrize(
    "change", ["UPDATE transitions SET reason = 'x'", "DELETE FROM transitions"]
)
def test_transitions_are_only_added_to(table: JobTable, url: str, change: str) -> None:
    job = new_job()
    table.submit(job)
    before = table.history(job.job_id)
    with besides(url) as database, pytest.raises(Exception, match="only added to"):
        database.execute(change)
    assert table.history(job.job_id) == before


def test_transitions_cannot_be_emptied(prepared_postgresql: str) -> None:
    with besides(prepared_postgresql) as database, pytest.raises(Exception, match="only added to"):
        database.execute("TRUNCATE transitions")


def test_the_database_itself_knows_one_claim_of_a_job(table: JobTable, url: str) -> None:
    job = new_job()
    table.submit(job)
    table.claim(job.job_id, claimant())
    with besides(url) as database, pytest.raises(Exception, match=r"(?i)unique"):
        database.execute(
            f'INSERT INTO transitions (job_id, at, "before", "after") VALUES (\'{job.job_id}\', '
            "CURRENT_TIMESTAMP, 'pending', 'running')"
        )


def test_what_the_queries_know_is_what_the_migrations_made(table: JobTable, url: str) -> None:
    with besides(url) as database:
        for known in (schema.jobs, schema.transitions, schema.workers):
            cursor = database.execute(f"SELECT * FROM {known.name}")
            assert [each[0] for each in cursor.description] == [each.name for each in known.c]


def test_the_last_migration_is_the_version_that_the_code_needs() -> None:
    config = Config()
    config.set_main_option("script_location", "sidecar.service.table:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.VERSION]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_times_are_utc_whatever_zone_the_server_and_the_process_are_in(
    prepared_postgresql: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("PGTZ", zone)
    time.tzset()
    job = new_job()
    name = prepared_postgresql.split("@/")[1].split("?")[0]
    try:
        with besides(prepared_postgresql) as database:
            database.execute(f"ALTER DATABASE {name} SET timezone = '{zone}'")
        with JobTable(prepared_postgresql) as table:
            table.submit(job)
            row = table.row(job.job_id)
            assert row is not None
            assert abs((row.created_at - datetime.now(UTC)).total_seconds()) < 60
            assert table.history(job.job_id)[0].at == row.created_at
    finally:
        monkeypatch.undo()
        time.tzset()
        with besides(prepared_postgresql) as database:
            database.execute(f"ALTER DATABASE {name} RESET timezone")
