"""The job service from 1 to 64 workers: what a job and an idle worker ask of table and queue.

On PostgreSQL and Valkey, servers of its own on loopback, and with SQLite and a line in memory, as
`proxx serve --dev` has them. Encodes only wait.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil

from proxx_engine import encode_json
from sidecar.service.parts import Parts, open_parts
from sidecar.service.settings import read_settings
from sidecar.service.submitting import submit_jobspec
from tests.benchmarks.scaling_calls import COUNTED, counts_of
from tests.benchmarks.scaling_crew import Crew, Orders
from tests.benchmarks.scaling_fakes import Footage, make_footage
from tests.benchmarks.scaling_rows import measure_line, measure_rows, measure_running
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.faults.shim import Fault, build_shim, read_calls
from tests.service.servers.postgres import PostgresServer, start_postgres
from tests.service.servers.valkey import ValkeyServer, start_valkey

_JOBS = 192
_PROCESSES = (1, 4, 16)
_THREADS = (1, 4, 16, 64)
_IDLE_SECONDS = 20.0
_START_SECONDS = 5.0
_ENCODE_SECONDS = 0.2


@dataclass(frozen=True)
class Servers:
    """The two servers, and what they have done up to now."""

    postgres: PostgresServer
    valkey: ValkeyServer

    def seen(self) -> Seen:
        """Look at what they count themselves."""
        asked = "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database"
        ((transactions,),) = self.postgres.execute(asked)
        ((connections,),) = self.postgres.execute("SELECT count(*) FROM pg_stat_activity")
        with self.valkey.client() as client:
            told = cast("dict[str, int]", client.info("stats"))
        seconds = (_tree_seconds(self.postgres.pid), _tree_seconds(self.valkey.pid))
        return Seen(int(transactions), int(told["total_commands_processed"]), *seconds, connections)


@dataclass(frozen=True)
class Seen:
    """Counts of both servers."""

    transactions: int
    commands: int
    postgres_seconds: float
    valkey_seconds: float
    connections: int


def _tree_seconds(pid: int) -> float:
    """Return the processor seconds of a process, of those it has reaped, and of its children."""
    process = psutil.Process(pid)
    return sum(process.cpu_times()[:4]) + sum(
        sum(child.cpu_times()[:2]) for child in process.children()
    )


@dataclass(frozen=True)
class Facility:
    """A settings file, its parts opened from here, and footage."""

    file: Path
    parts: Parts
    footage: Footage

    def submit(self, count: int) -> None:
        """Submit so many jobs."""
        for spec in self.footage.jobs(count):
            submit_jobspec(self.parts, encode_json(spec))

    def orders(self, processes: int, workers: int, *, once: bool) -> Orders:
        """Return what so many workers do."""
        return Orders("service", str(self.file), processes, workers, _ENCODE_SECONDS, once)


def measure_scaling_service() -> None:
    """Print every table of the service."""
    with tempfile.TemporaryDirectory() as name, _servers(Path(name)) as servers:
        _calls(servers)
        _drains(servers)
        _idling(servers)
        measure_rows(servers.postgres)
        measure_running(servers.postgres)
        measure_line(servers.valkey)
    _alone()


@contextmanager
def _servers(place: Path) -> Iterator[Servers]:
    for each in ("redis", "postgres"):
        (place / each).mkdir()
    valkey, postgres = start_valkey(place / "redis"), start_postgres(place / "postgres")
    try:
        yield Servers(postgres, valkey)
    finally:
        valkey.stop()
        postgres.stop()


@contextmanager
def _facility(table: str, queue: str) -> Iterator[Facility]:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "storage").mkdir()
        (place / "home").mkdir()
        file = place / "service.toml"
        table = table or f"sqlite:///{place / 'jobs.db'}"
        said = {"table": table, "queue": queue, "storage": "storage", "home": "home"}
        lines = (f'{key} = "{value}"\n' for key, value in said.items())
        file.write_text(f'{"".join(lines)}roots = ["{place}"]\n')
        with open_parts(read_settings(file)) as parts:
            parts.table.prepare()
            yield Facility(file, parts, make_footage(place))


@contextmanager
def _with_servers(servers: Servers) -> Iterator[Facility]:
    with servers.valkey.client() as client:
        client.flushall()
    database = servers.postgres.new_database()
    with _facility(servers.postgres.url_of(database), servers.valkey.url) as facility:
        yield facility


def _drains(servers: Servers) -> None:
    rows = []
    ways = [(count, 1) for count in _PROCESSES] + [(4, 16)]
    for processes, workers in ways:
        with _with_servers(servers) as facility:
            facility.submit(_JOBS)
            before, began = servers.seen(), time.monotonic()
            used = Crew(facility.orders(processes, workers, once=True)).begin().end(asked=False)
            took, after = time.monotonic() - began, servers.seen()
            counts = facility.parts.table.counts()
            assert counts["completed"] == _JOBS, counts
            _require_once(facility.parts)
            rows.append(
                [
                    f"{processes} × {workers}",
                    1000 * sum(each.processor_seconds for each in used) / _JOBS,
                    1000 * (after.postgres_seconds - before.postgres_seconds) / _JOBS,
                    1000 * (after.valkey_seconds - before.valkey_seconds) / _JOBS,
                    (after.transactions - before.transactions) / _JOBS,
                    (after.commands - before.commands) / _JOBS,
                    _JOBS / took,
                ]
            )
    heads = ["processes × workers", "workers' processor ms", "PostgreSQL's ms", "Valkey's ms"]
    heads += ["transactions", "commands", "jobs a second"]
    print_table("One job of the service, start included", heads, rows)


def _calls(servers: Servers) -> None:
    """Print the calls to file systems that one job makes: its worker's home, proxies, storage."""
    few, many = 10, 40
    counted = []
    for count in (few, many):
        with tempfile.TemporaryDirectory() as name, _with_servers(servers) as facility:
            place, log = facility.file.parent, Path(name) / "calls"
            shim, fault = build_shim(Path(name)), Fault(looks=True, ops=COUNTED)
            facility.submit(count)
            environment = shim.environment(fault, root=place, log=log)
            Crew(facility.orders(1, 1, once=True), environment).begin().end(asked=False)
            counted.append(counts_of(read_calls(log), place))
    more = counted[1].since(counted[0])
    jobs = many - few
    rooms = sorted({room for room, _kind in more.calls})
    rows = [[room, more.of_room(room) / jobs] for room in rooms if more.of_room(room) >= jobs]
    print_table("Calls of one job of the service", ["place", "calls"], rows)


def _require_once(parts: Parts) -> None:
    page = parts.table.page(limit=_JOBS)
    for row in page.rows:
        changes = [change.after for change in parts.table.history(row.job_id)]
        assert changes == ["pending", "running", "completed"], changes


def _idling(servers: Servers) -> None:
    rows = []
    for processes in _PROCESSES:
        with _with_servers(servers) as facility:
            crew = Crew(facility.orders(processes, 1, once=False)).begin()
            time.sleep(_START_SECONDS)
            before, used, began = servers.seen(), crew.processor_seconds(), time.monotonic()
            time.sleep(_IDLE_SECONDS)
            used, took = crew.processor_seconds() - used, time.monotonic() - began
            after = servers.seen()
            crew.end()
            each = took * processes
            rows.append(
                [
                    processes,
                    1000 * used / each,
                    1000 * (after.postgres_seconds - before.postgres_seconds) / each,
                    1000 * (after.valkey_seconds - before.valkey_seconds) / each,
                    (after.transactions - before.transactions) / each,
                    (after.commands - before.commands) / each,
                    after.connections,
                ]
            )
    heads = ["idle processes", "processor ms", "PostgreSQL's ms", "Valkey's ms"]
    heads += ["transactions", "commands", "connections, all"]
    print_table("Idle workers of the service: a second of each", heads, rows)
    print_slope("connections", "", "processes", [(row[0], row[6]) for row in rows])


def _alone() -> None:
    """One process with SQLite and a line in memory."""
    rows = []
    for workers in _THREADS:
        with _facility("", "memory") as facility:
            began = time.monotonic()
            facility.submit(_JOBS)
            submitted = time.monotonic() - began
            crew = Crew(facility.orders(1, workers, once=True))
            began = time.monotonic()
            (used,) = crew.begin().end(asked=False)
            took = time.monotonic() - began
            assert facility.parts.table.counts()["completed"] == _JOBS
            ms = 1000 * used.processor_seconds / _JOBS
            rows.append([workers, ms, 1000 * submitted / _JOBS, _JOBS / took])
    heads = ["workers in one process", "processor ms a job", "ms a submission", "jobs a second"]
    print_table("SQLite and a line in memory", heads, rows)
