"""Jobs, workers and databases for the tests of the job table."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from proxx_engine import ProcessIdentity
from sidecar.service.rows import Claimant, Ending, NewJob
from sidecar.service.table.jobs import JobTable

DATABASES = ("sqlite", "postgresql")
DONE = Ending("completed", "results/x.result.json", None)
FAILED = Ending("failed", None, "ENCODE_FAILED: it did not end")


def new_id() -> str:
    """Return an id that no job has."""
    return str(uuid.uuid4())


def new_job(job_id: str | None = None, **said: Any) -> NewJob:
    """Return what a submission says."""
    job_id = new_id() if job_id is None else job_id
    return NewJob(job_id, f"jobspecs/{job_id}.job.json", **said)


def claimant(worker: str = "w1", *, pid: int = 100, home: str = "/var/lib/proxx") -> Claimant:
    """Return a worker of a process that is nowhere."""
    owner = ProcessIdentity("box", "machine", "boot", "space", pid, f"mark {pid}", 1.5e9 + pid / 7)
    return Claimant(worker, owner, home)


def submitted(table: JobTable, count: int = 1) -> list[str]:
    """Submit so many jobs; return their ids, in that order."""
    ids = [new_id() for _number in range(count)]
    for job_id in ids:
        assert table.submit(new_job(job_id))
    return ids


def entered(url: str, count: int) -> list[str]:
    """Enter so many jobs at once; return their ids."""
    ids = [new_id() for _number in range(count)]
    values = ", ".join(f"('{job_id}', 'pending', 'jobspecs/x', 'proxy')" for job_id in ids)
    with besides(url) as database:
        database.execute(
            f"INSERT INTO jobs (job_id, status, input_path, pipeline_id) VALUES {values}"
        )
    return ids


def empty(url: str) -> None:
    """Empty the tables, which a program could not."""
    with besides(url) as database:
        if url.startswith("sqlite"):
            (trigger,) = database.execute(_TRIGGER).fetchone()
            for statement in ("DROP TRIGGER transitions_last", *_DELETED, trigger):
                database.execute(statement)
            return
        database.execute("SET session_replication_role = replica")
        database.execute("TRUNCATE jobs, transitions, workers RESTART IDENTITY")


_TRIGGER = "SELECT sql FROM sqlite_master WHERE name = 'transitions_last'"
_DELETED = tuple(f"DELETE FROM {name}" for name in ("jobs", "transitions", "workers"))


@contextmanager
def besides(url: str) -> Iterator[Any]:
    """Yield a connection of our own, beside the table's; it commits by itself."""
    if url.startswith("sqlite"):
        path = urlsplit(url).path[1:]
        with closing(
            sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        ) as connection:
            yield connection
        return
    with psycopg.connect(url, autocommit=True) as server:
        yield server


def sqlite_url(folder: Path) -> str:
    """Return the address of a table in a folder."""
    return f"sqlite:///{folder / 'jobs.db'}"
