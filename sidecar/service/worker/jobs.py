"""A job that may be run: what stands in its way before the claim, and running it after.

Of the pipeline `proxy`: the JobSpec, exactly as `proxx run` would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    PlaceError,
    Tools,
    WorkerIdentity,
    execute_jobspec,
    place_of_job,
)
from sidecar.folders.keeping import keep_with_job, refuse_hindered
from sidecar.folders.places import Places
from sidecar.service.keys import result_key
from sidecar.service.parts import Parts
from sidecar.service.rows import JobRow
from sidecar.service.settling.endings import Came, came_of
from sidecar.service.settling.homes import home_of, job_file_in, make_home
from sidecar.service.settling.travelling import carry_back
from sidecar.service.worker.stopping import RowStop


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that was run."""

    keep: Callable[[], Came]
    """Makes its record on this host whole. Raises: PlaceError, OSError: to be done again later."""
    lesson: JobExecutionResult | None
    """What its end says of its place; None where it says nothing."""


class Job(Protocol):
    """One job of the table, read and checked."""

    @property
    def row(self) -> JobRow:
        """Its row."""

    @property
    def spec(self) -> JobSpec:
        """Its JobSpec."""

    @property
    def tools(self) -> Tools:
        """What it is run with."""

    @property
    def journal(self) -> Path | None:
        """Where its clips can be counted while it runs."""

    def look(self, places: Places) -> None:
        """Raises: PlaceError where the job could not work now, for no fault of its own;
        RequestError where it never can.
        """

    def run(self, stop: RowStop) -> Ended:
        """Run it, once it is claimed."""


@dataclass(frozen=True, slots=True)
class ProxyJob:
    """A JobSpec to execute."""

    row: JobRow
    spec: JobSpec
    data: bytes
    """The JobSpec, as it was submitted."""
    tools: Tools
    worker: WorkerIdentity
    parts: Parts
    scratch: Path
    """Where media of it lie that travel through the storage."""

    @property
    def base(self) -> Path:
        """The worker's home."""
        return self.parts.settings.home

    @property
    def job_file(self) -> Path:
        """Where the job lies on this host."""
        return job_file_in(home_of(self.base, self.row.job_id), self.spec)

    @property
    def journal(self) -> Path:
        """What its clips are counted from."""
        return place_of_job(self.job_file).journal

    def look(self, places: Places) -> None:
        """Look at the job's places and tools. Raises: PlaceError."""
        raise_block(places, self.row, self.spec, self.tools)

    def run(self, stop: RowStop) -> Ended:
        """Execute the JobSpec."""
        result = self._execute(stop)
        begun = result.environment_used is not None  # else its output was not looked at
        return Ended(lambda: self._keep(result), result if begun else None)

    def _execute(self, stop: RowStop) -> JobExecutionResult:
        try:
            make_home(self.base, self.row.job_id, self.spec, self.data)
            return execute_jobspec(
                self.spec,
                tools=self.tools,
                worker=self.worker,
                stop=stop,
                journal_path=self.journal,
            )
        except (OSError, PlaceError) as error:
            home = self.job_file.parent
            return refuse_hindered(error, home, worker=self.worker, job_id=self.row.job_id)

    def _keep(self, result: JobExecutionResult) -> Came:
        make_home(self.base, self.row.job_id, self.spec, self.data)
        maps = self.tools.path_maps
        kept = keep_with_job(self.spec, self.job_file, result, worker=self.worker, path_maps=maps)
        key = result_key(self.row.job_id)
        came = came_of(self.row, kept, key, place_of_job(self.job_file).result)
        return carry_back(self.parts, came, self.spec, kept, self.scratch, maps)


def raise_block(places: Places, row: JobRow, spec: JobSpec, tools: Tools) -> None:
    """Raises: PlaceError where a place of the job is away, or cost a job before."""
    places.forget_all_but({row.job_id})
    block = places.why_not(row.job_id, spec, tools)
    if block is not None:
        raise PlaceError(block.code, block.detail)


@contextmanager
def as_place_errors(home: Path) -> Iterator[None]:
    """Let a disk that does not work now be told as any place that is away."""
    try:
        yield
    except InterruptedError:
        raise
    except OSError as error:
        detail = f"{error.filename or home}: {error.strerror or error}"
        raise PlaceError("STORAGE_NOT_WRITABLE", detail) from error
