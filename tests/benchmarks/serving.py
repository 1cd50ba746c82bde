"""The job service on Redis and PostgreSQL: submit to start, jobs and status requests a second.

Against the bare engine: `execute_jobspec` called in a loop for jobs of the same kind.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from proxx_engine import (
    JobSpec,
    NeverStop,
    decode_jobspec,
    encode_json,
    execute_jobspec,
    find_tools,
    identify_worker,
    place_of_job,
)
from sidecar.service.parts import Parts, open_parts
from sidecar.service.settings import read_settings
from sidecar.service.submitting import submit_jobspec
from tests.benchmarks.encoding import PROXX
from tests.folders.scenes import NO_CLIP, make_spec
from tests.service.servers.postgres import start_postgres
from tests.service.servers.valkey import start_valkey

_JOBS = 200
_SINGLE = 30
_ASKING = 4
_REQUESTS = 500
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class _Facility:
    """A settings file, and its parts opened from here."""

    file: Path
    place: Path
    parts: Parts

    def submit(self, count: int) -> list[JobSpec]:
        """Submit so many jobs; each ends before its first frame, as its source is nowhere."""
        specs = _trivial(self.place, count)
        for spec in specs:
            submit_jobspec(self.parts, encode_json(spec))
        return specs


def measure_service() -> None:
    """Print every figure of the service."""
    with tempfile.TemporaryDirectory() as name, _facility(Path(name)) as facility:
        rate = _bare_engine(facility.place)
        print(f"{_JOBS} trivial jobs, the bare engine: {rate:.0f} jobs a second")
        _submissions(facility)
        for workers in (1, 2, 4):
            _drain(facility, workers, rate)
        _starts(facility)
        _statuses(facility)


@contextmanager
def _facility(place: Path) -> Iterator[_Facility]:
    for each in ("redis", "postgres", "home", "out", "storage"):
        (place / each).mkdir()
    redis, postgres = start_valkey(place / "redis"), start_postgres(place / "postgres")
    try:
        file = place / "service.toml"
        file.write_text(
            f"""
            table = "{postgres.url}"
            queue = "{redis.url}"
            storage = "storage"
            home = "home"
            roots = ["{place}"]
            [api]
            listen = "127.0.0.1:{_free_port()}"
            """
        )
        with open_parts(read_settings(file)) as parts:
            parts.table.prepare()
            yield _Facility(file, place, parts)
    finally:
        redis.stop()
        postgres.stop()


def _trivial(place: Path, count: int) -> list[JobSpec]:
    gone = str(place / "no such clip.mov").encode()
    jobs = (encode_json(make_spec(place / "out", number)) for number in range(count))
    return [decode_jobspec(each.replace(NO_CLIP.encode(), gone)) for each in jobs]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _bare_engine(place: Path) -> float:
    """Return jobs a second of the engine alone."""
    specs = _trivial(place, _JOBS)
    worker = identify_worker(socket.gethostname())
    with find_tools() as tools:
        began = time.monotonic()
        for spec in specs:
            home = place / "bare" / spec.job_id
            home.mkdir(parents=True)
            journal = place_of_job(home / f"{spec.label}.{spec.job_id}.job.json").journal
            execute_jobspec(
                spec, tools=tools, worker=worker, stop=NeverStop(), journal_path=journal
            )
        return len(specs) / (time.monotonic() - began)


def _submissions(facility: _Facility) -> None:
    began = time.monotonic()
    facility.submit(_JOBS)
    print(f"submitted: {_JOBS / (time.monotonic() - began):.0f} jobs a second, one after the other")
    _work(facility, 2)


def _work(facility: _Facility, workers: int) -> None:
    """Let workers run until none waits."""
    command = [*PROXX, "worker", str(facility.file), "--once", "--workers", str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr[-2000:]  # they all fail
    counts = facility.parts.table.counts()
    assert (counts["pending"], counts["running"]) == (0, 0), counts


def _drain(facility: _Facility, workers: int, rate: float) -> None:
    specs = facility.submit(_JOBS)
    _work(facility, workers)
    lines = [facility.parts.table.history(spec.job_id) for spec in specs]
    first = min(line[1].at for line in lines)
    last = max(line[2].at for line in lines)
    ours = _JOBS / (last - first).total_seconds()
    print(
        f"{_JOBS} trivial jobs, {workers} workers in one process: {ours:.0f} jobs a second, "
        f"{ours / rate:.2f} of the bare engine"
    )


@contextmanager
def _lasting(*words: str) -> Iterator[None]:
    process = subprocess.Popen(
        [*PROXX, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _starts(facility: _Facility) -> None:
    """Submit to start: from the row's first line to the claim's, by the database's clock."""
    waits = []
    with _lasting("worker", str(facility.file)):
        for _number in range(_SINGLE):
            (spec,) = facility.submit(1)
            until = time.monotonic() + _LONGEST_SECONDS
            while len(lines := facility.parts.table.history(spec.job_id)) < 3:
                assert time.monotonic() < until
                time.sleep(0.02)
            waits.append((lines[1].at - lines[0].at).total_seconds())
    ordered = sorted(waits[1:])  # the first one waited for the worker itself
    median, longest = statistics.median(ordered), ordered[-1]
    print(f"submit to start: median {median * 1000:.0f} ms, longest {longest * 1000:.0f} ms")


def _statuses(facility: _Facility) -> None:
    """Status requests a second, from four clients that ask one after the other."""
    (spec,) = facility.submit(1)
    settings = read_settings(facility.file)
    address = f"http://{settings.api.listen}"
    with _lasting("serve", str(facility.file)):
        until = time.monotonic() + _LONGEST_SECONDS
        while not _is_ready(address):
            assert time.monotonic() < until
            time.sleep(0.1)
        token = settings.token_path.read_text().strip()

        def ask() -> None:
            with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
                for _number in range(_REQUESTS):
                    client.get(f"{address}/v1/jobs/{spec.job_id}").raise_for_status()

        clients = [threading.Thread(target=ask) for _number in range(_ASKING)]
        began = time.monotonic()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        rate = _ASKING * _REQUESTS / (time.monotonic() - began)
    shared = f"{_ASKING} clients on the same {os.cpu_count()} processors"
    print(f"status requests: {rate:.0f} a second, {shared}")


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.HTTPError:
        return False
