"""A job service of a test's own: SQLite, a local storage, a queue in memory or in Redis."""

from __future__ import annotations

import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from proxx_engine import (
    CreationRequest,
    JobExecutionResult,
    JobSpec,
    PlaceError,
    Tools,
    create_jobs,
    decode_jobspec,
    encode_json,
    find_profile,
    identify_process,
)
from sidecar.folders.stopping import StopLevel
from sidecar.service.keys import jobspec_key, result_key
from sidecar.service.parts import Parts, open_parts
from sidecar.service.rows import Claimant, Ending, JobRow, NewJob
from sidecar.service.settings import MEMORY, ServiceSettings, development
from sidecar.service.settling.homes import home_of
from sidecar.service.settling.interrupted import SettledRow
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.outcome import WorkOutcome
from sidecar.service.worker.running import run_workers
from tests.faults.scenes import ROOT, proxx_command
from tests.spec.samples import encoded, job
from tests.support import CREATED_BY

T = TypeVar("T")
NEVER_LONGER = 30.0


def wait_for(look: Callable[[], T | None], *, seconds: float = NEVER_LONGER) -> T:
    """Look until there is something to see."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = look()
        if seen:
            return seen
        time.sleep(0.02)
    raise AssertionError("it never came")


@dataclass
class Wishes:
    """What the program in front asks."""

    level: StopLevel = StopLevel.GO_ON


@dataclass
class Heard(WorkTeller):
    """Everything that was told, in words."""

    lines: list[str] = field(default_factory=list)

    def claimed(self, worker: str, row: JobRow) -> None:
        self.lines.append(f"claimed {row.job_id}")

    def ended(
        self, worker: str, row: JobRow, ending: Ending, result: JobExecutionResult | None
    ) -> None:
        self.lines.append(f"ended {row.job_id} {ending.status}")

    def lost(self, worker: str, row: JobRow) -> None:
        self.lines.append(f"lost {row.job_id}")

    def passed_by(self, worker: str, job_id: str, why: str) -> None:
        self.lines.append(f"passed by {job_id}: {why}")

    def gave_back(self, worker: str, job_id: str) -> None:
        self.lines.append(f"gave back {job_id}")

    def settled(self, settled: SettledRow) -> None:
        self.lines.append(f"settled {settled.row.job_id} {settled.ending.status}")

    def blocked(self, worker: str, cause: PlaceError) -> None:
        self.lines.append(f"blocked {cause}")

    def unblocked(self, worker: str) -> None:
        self.lines.append("unblocked")

    def trouble(self, sentence: str) -> None:
        self.lines.append(f"trouble {sentence}")

    def said(self, beginning: str) -> list[str]:
        """Every line that begins so."""
        return [line for line in self.lines if line.startswith(beginning)]


@dataclass
class Service:
    """The service, and what a test does with it."""

    parts: Parts
    folder: Path
    wish: Wishes = field(default_factory=Wishes)
    heard: Heard = field(default_factory=Heard)

    @property
    def out(self) -> Path:
        """Where proxies go."""
        return self.folder / "proxies"

    def submit(self, spec: JobSpec, *, data: bytes | None = None, push: bool = True) -> str:
        """Submit a job as the API does; `data`: what lies in the storage instead."""
        key = jobspec_key(spec.job_id)
        self.parts.storage.put_new(key, encode_json(spec) if data is None else data)
        assert self.parts.table.submit(NewJob(spec.job_id, key))
        if push:
            self.parts.queue.push(spec.job_id)
        return spec.job_id

    def quick(self, number: int = 1, **changes: object) -> JobSpec:
        """Return a job that fails in no time: its source is nowhere, its folder is there."""
        return quick_spec(self.out, self.folder / "footage", number, **changes)

    def row(self, job_id: str) -> JobRow:
        """A job's row."""
        row = self.parts.table.row(job_id)
        assert row is not None
        return row

    def result(self, job_id: str) -> JobExecutionResult:
        """A job's result in the storage."""
        return JobExecutionResult.model_validate_json(self.stored(job_id))

    def stored(self, job_id: str) -> bytes:
        """Its bytes."""
        return self.parts.storage.read(result_key(job_id), limit=2**30)

    def home(self, job_id: str) -> Path:
        """A job's own folder."""
        return home_of(self.parts.settings.home, job_id)

    def run(self, parts: Parts | None = None, **options: Any) -> WorkOutcome:
        """Run what waits, then end."""
        chosen = WorkOptions(
            **({"once": True, "poll_seconds": 0.1, "threads_per_job": 1} | options)
        )
        return run_workers(parts or self.parts, chosen, wish=self.wish, teller=self.heard)

    @contextmanager
    def running(self, parts: Parts | None = None, **options: Any) -> Iterator[Working]:
        """Workers beside the test; asked to end where the test forgets to."""
        came = Working(self.wish)

        def work() -> None:
            try:
                came.outcome = self.run(parts, **({"once": False} | options))
            except BaseException as error:
                came.error = error

        thread = threading.Thread(target=work)
        thread.start()
        came.thread = thread
        try:
            wait_for(lambda: self.parts.table.workers() or not thread.is_alive())
            yield came
        finally:
            came.stop()


@dataclass
class Working:
    """What came of workers beside the test."""

    wish: Wishes
    outcome: WorkOutcome | None = None
    error: BaseException | None = None
    thread: threading.Thread | None = None

    def stop(self, level: StopLevel = StopLevel.SOFT) -> WorkOutcome:
        """Ask them to end, and wait."""
        self.wish.level = max(level, self.wish.level)
        assert self.thread is not None
        self.thread.join(NEVER_LONGER)
        assert not self.thread.is_alive()
        if self.error is not None:
            raise self.error
        assert self.outcome is not None
        return self.outcome


def quick_spec(out: Path, footage: Path, number: int = 1, **changes: object) -> JobSpec:
    """Return a valid job whose source is nowhere; run, it fails before the first frame."""
    value = job(label=f"A{number:05d}", job_id=str(uuid.uuid4()), **changes)
    value["output"]["directory"] = str(out)
    clip = value["clips"][0]
    clip["output_name"] = f"A{number:05d}.mov"
    source = str(footage / "no such clip.mov")
    clip["source"] |= {"path": source, "files": [source]}
    return decode_jobspec(encoded(value))


def make_job_of(sources: list[Path], out: Path, tools: Tools) -> JobSpec:
    """Return one job of several clips."""
    request = CreationRequest(
        tuple(sources), out, find_profile("prores_proxy"), CREATED_BY, clips_per_job=len(sources)
    )
    (created,) = create_jobs(request, prober=tools.prober).jobs
    return created.spec


def settings_of(folder: Path, *, queue: str = MEMORY) -> ServiceSettings:
    """Settings of a service in one folder, whose roots are all that is in it."""
    return replace(development(folder / "home", (str(folder),)), queue=queue)


@contextmanager
def open_service(folder: Path, *, queue: str = MEMORY) -> Iterator[Service]:
    """Make the tables and folders, and open the service."""
    for name in ("home", "proxies", "footage"):
        (folder / name).mkdir(exist_ok=True)
    with open_parts(settings_of(folder, queue=queue)) as parts:
        parts.table.prepare()
        parts.storage.prepare()
        yield Service(parts, folder)


def write_settings(service: Service) -> Path:
    """Write the settings file of a service; return it."""
    settings = service.parts.settings
    lines = {
        "table": settings.table,
        "queue": settings.queue,
        "storage": settings.storage,
        "home": str(settings.home),
    }
    path = service.folder / "service.toml"
    roots = ", ".join(f"'{root}'" for root in settings.roots)
    said = "".join(f"{key} = '{value}'\n" for key, value in lines.items())
    path.write_text(f"{said}roots = [{roots}]\n", "utf-8")
    return path


def here(service: Service, **changes: Any) -> Claimant:
    """Return a claimant of this process, or as its owner is changed."""
    owner = replace(identify_process(), **changes)
    return Claimant("box-1", owner, str(service.parts.settings.home))


def elsewhere(claimant: Claimant, **changes: Any) -> Claimant:
    """Return a claimant as it would be told by another host, or as its owner is changed."""
    owner = replace(claimant.owner, **({"host": "elsewhere", "machine_id": "f" * 32} | changes))
    return replace(claimant, owner=owner)


@contextmanager
def lasting(log: Path, *words: object) -> Iterator[None]:
    """Run `proxx` until it is asked to end; what it says goes into a file, which never fills."""
    with log.open("w") as told:
        process = subprocess.Popen([*proxx_command(), *map(str, words)], stderr=told, cwd=ROOT)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            finally:
                process.kill()
                process.wait()
