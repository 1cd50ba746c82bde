"""Plain functions for tests: make a JobSpec of a real file, execute it, say who runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from proxx_engine import (
    CreatedBy,
    CreationRequest,
    JobExecutionResult,
    JobSpec,
    NeverStop,
    StopFlags,
    Tools,
    WorkerIdentity,
    create_jobs,
    execute_jobspec,
    find_profile,
    place_of_job,
    write_job,
)

WORKER = WorkerIdentity(id="test", host="test", pid=1, started_at="2026-01-01T00:00:00Z")
CREATED_BY = CreatedBy(tool="tests", version="0", host="test")

MakeClip = Callable[..., Path]
Change = Callable[[JobSpec], JobSpec]


class RunClip(Protocol):
    """Creates and executes the one-clip job of a source."""

    def __call__(self, source: Path, *, profile: str = ..., change: Change | None = ...) -> Ran: ...


@dataclass(frozen=True)
class Ran:
    """A job that was executed."""

    spec: JobSpec
    job_file: Path
    result: JobExecutionResult

    @property
    def proxy(self) -> Path:
        """Where the first clip's proxy is, or would be."""
        return Path(self.result.clips[0].output.path)

    def check(self, name: str) -> str:
        """Return the verdict of one check of the first clip."""
        report = self.result.clips[0].verification
        assert report is not None, self.result.failure
        return next(check.verdict for check in report.checks if check.name == name)

    def said(self, name: str) -> str:
        """Return what one check of the first clip expected, in words."""
        report = self.result.clips[0].verification
        assert report is not None, self.result.failure
        return next(check.expected for check in report.checks if check.name == name)


def make_job(source: Path, out: Path, tools: Tools, *, profile: str = "prores_proxy") -> JobSpec:
    """Return the JobSpec of one file or of a folder's only clip."""
    out.mkdir(exist_ok=True)
    request = CreationRequest((source,), out, find_profile(profile), CREATED_BY)
    creation = create_jobs(request, prober=tools.prober)
    assert len(creation.jobs) == 1, creation.left_out
    return creation.jobs[0].spec


def execute(spec: JobSpec, folder: Path, tools: Tools, *, stop: StopFlags | None = None) -> Ran:
    """Execute a JobSpec whose job file lies in `folder`."""
    from proxx_engine import CreatedJob

    job_file = write_job(CreatedJob(spec, "ffmpeg"), folder)
    result = execute_jobspec(
        spec,
        tools=tools,
        worker=WORKER,
        stop=stop or NeverStop(),
        journal_path=place_of_job(job_file).journal,
    )
    return Ran(spec, job_file, result)


def run_one_clip(
    source: Path,
    folder: Path,
    tools: Tools,
    *,
    profile: str = "prores_proxy",
    change: Change | None = None,
) -> Ran:
    """Create and execute the job of one source; `change` alters the JobSpec between."""
    out = folder / "out"
    spec = make_job(source, out, tools, profile=profile)
    return execute(change(spec) if change else spec, out, tools)
