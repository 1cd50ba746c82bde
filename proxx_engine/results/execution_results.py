"""ExecutionResult 1.0: what happened to one job; alone enough for an audit."""

from __future__ import annotations

from typing import Literal

from proxx_engine.results.checks import VerificationReport
from proxx_engine.spec.model import FrozenModel

Status = Literal["COMPLETED", "FAILED", "PARTIAL"]
ClipStatus = Literal["COMPLETED", "FAILED", "NOT_RUN"]
Stage = Literal["validation", "preflight", "execution", "verification", "publication"]


class Failure(FrozenModel):
    """Why a clip or a job failed, and what a person does next."""

    code: str
    """A key of failures.toml."""
    stage: Stage
    sentence: str
    next_step: str


class ResultIssue(FrozenModel):
    """One problem of the request, as told to whoever made it."""

    code: str
    path: str
    sentence: str


class EngineIdentity(FrozenModel):
    """The tool that made the proxies."""

    name: Literal["ffmpeg", "resolve"]
    version: str
    build_sha256: str | None


class WorkerIdentity(FrozenModel):
    """The process that ran the job."""

    id: str
    host: str
    pid: int
    started_at: str


class Counts(FrozenModel):
    """Clips of the job by status."""

    total: int
    completed: int
    failed: int
    not_run: int


class PathMap(FrozenModel):
    """A root that has another name on the machine that ran the job."""

    written: str
    local: str


class EnvironmentUsed(FrozenModel):
    """What of the machine entered the run; none of it changes what the JobSpec means."""

    path_maps: tuple[PathMap, ...]
    tool_paths: dict[str, str]
    threads: int


class OutputFile(FrozenModel):
    """Where a proxy is."""

    path: str
    relative_path: str
    """From output.directory, with forward slashes."""


class Invocation(FrozenModel):
    """How the engine was called."""

    kind: Literal["ffmpeg", "resolve"]
    command: tuple[str, ...] | None
    """The plan's, with {ffmpeg} and {threads}: equal at any scale."""
    render_settings: dict[str, str] | None
    executed_command: tuple[str, ...] | None
    """As really run; None where nothing was."""


class CapturedText(FrozenModel):
    """The telling part of the engine's messages."""

    text: str
    truncated: bool


class FrameRun(FrozenModel):
    """Pictures of the proxy that follow each other as in the source."""

    proxy: int
    """The first one's number in the proxy, from 0."""
    source: int
    """The number of the source's picture that it shows, from 0."""
    count: int


class ClipExecutionResult(FrozenModel):
    """What happened to one clip."""

    index: int
    source: str
    output: OutputFile
    status: ClipStatus
    clip_fingerprint: str
    invocation: Invocation
    exit_code: int | None
    decoded_frames: int | None
    started_at: str | None
    completed_at: str | None
    duration_seconds: float | None
    output_size_bytes: int | None
    output_sha256: str | None
    verification: VerificationReport | None
    nle_verdicts: dict[str, str]
    stderr: CapturedText
    failure: Failure | None
    replaced_sha256: str | None = None
    """The proxy that this one took the place of; None where the name was free."""
    frame_map: tuple[FrameRun, ...] | None = None
    """Which picture of the source each of the proxy shows; None where it is one for one."""


class JobExecutionResult(FrozenModel):
    """What happened to one job."""

    result_version: Literal["1.0"]
    job_id: str | None
    """None, like the fields below it, where the request could not be read."""
    jobspec_fingerprint: str | None
    profile_fingerprint: str | None
    batch: str | None
    label: str | None
    status: Status
    failure: Failure | None
    issues: tuple[ResultIssue, ...]
    engine: EngineIdentity | None
    prober: str | None
    """Library and version that read the media."""
    worker: WorkerIdentity | None
    started_at: str
    completed_at: str
    duration_seconds: float
    counts: Counts
    verification_level: Literal["conform", "exists"] | None
    clips: tuple[ClipExecutionResult, ...]
    environment_used: EnvironmentUsed | None
    retried_from: str | None = None
    """The job that this one repeats."""

    @property
    def proven(self) -> bool:
        """Whether every proxy was compared with its source's promise."""
        return self.status == "COMPLETED" and self.verification_level == "conform"


def count_clips(clips: tuple[ClipExecutionResult, ...]) -> Counts:
    """Count clips by status."""
    statuses = [clip.status for clip in clips]
    return Counts(
        total=len(statuses),
        completed=statuses.count("COMPLETED"),
        failed=statuses.count("FAILED"),
        not_run=statuses.count("NOT_RUN"),
    )


def job_status(counts: Counts, *, failure: Failure | None) -> Status:
    """Return COMPLETED, FAILED (no clip completed) or PARTIAL (stopped after at least one)."""
    if failure is None and counts.total and counts.completed == counts.total:
        return "COMPLETED"
    return "PARTIAL" if counts.completed else "FAILED"
