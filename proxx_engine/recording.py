"""Turns what happens to a job into its result, and writes that result where it belongs."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from proxx_engine._engines.contract import EncodeReport
from proxx_engine.errors import EncodingFault
from proxx_engine.journal import JobPlace
from proxx_engine.planning.arguments import FFMPEG
from proxx_engine.planning.arguments.inputs import THREADS
from proxx_engine.planning.path_maps import used_maps
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.preflight import Obstacle
from proxx_engine.result_files import add_issues, unkept, write_beside, write_with_job
from proxx_engine.results.checks import VerificationReport
from proxx_engine.results.execution_results import (
    CapturedText,
    ClipExecutionResult,
    ClipStatus,
    EngineIdentity,
    EnvironmentUsed,
    Failure,
    Invocation,
    JobExecutionResult,
    OutputFile,
    ResultIssue,
    Stage,
    WorkerIdentity,
    count_clips,
    job_status,
)
from proxx_engine.results.failures import make_failure
from proxx_engine.results.nle_verdicts import judge_nles
from proxx_engine.system.clock import monotonic_seconds, now_utc
from proxx_engine.system.tools import Tools
from proxx_engine.verification.pictures import frame_map

_PLACE_CODES: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: "STORAGE_FULL",
        errno.EDQUOT: "STORAGE_FULL",
        errno.EROFS: "STORAGE_NOT_WRITABLE",
        errno.EACCES: "STORAGE_NOT_WRITABLE",
        errno.EPERM: "STORAGE_NOT_WRITABLE",
    }
)


@dataclass
class ClipRecord:
    """What happens to one clip, gathered until it is a result."""

    plan: ClipPlan
    status: ClipStatus = "NOT_RUN"
    failure: Failure | None = None
    verification: VerificationReport | None = None
    report: EncodeReport | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    seconds: float | None = None
    replaced: str | None = None
    """sha256 of the proxy that this one took the place of."""
    published: bool = False
    """From here on the proxy stands under its final name, whatever else goes wrong."""
    remark: ResultIssue | None = None
    _begun: float = field(default=0.0, repr=False)

    def start(self) -> None:
        """The clip begins."""
        self.started_at, self._begun = now_utc(), monotonic_seconds()

    def encoded(self, report: EncodeReport) -> None:
        """The engine ended, well or not."""
        self.report = report
        if report.not_restored:
            sentence = make_failure("RENDER_NOT_RESTORED", report.not_restored).sentence
            path = self.plan.clip.source.path
            self.remark = ResultIssue(code="RENDER_NOT_RESTORED", path=path, sentence=sentence)

    def verified(self, report: VerificationReport) -> None:
        """The proxy was compared, well or not."""
        self.verification = report

    def finish(self, *, size_bytes: int, sha256: str) -> None:
        """The proxy is proven and durable."""
        self.size_bytes, self.sha256, self.status = size_bytes, sha256, "COMPLETED"
        self._end()

    def fail(self, code: str, detail: str, *, stage: Stage | None = None) -> None:
        """The clip failed; nothing of it has a final name."""
        self.failure, self.status = make_failure(code, detail, stage=stage), "FAILED"
        self.size_bytes = self.sha256 = None
        self._end()

    def hindered(self, error: OSError) -> None:
        """The disk did not do what was asked: the clip failed, unless it had its end before."""
        fault = error.__context__
        if isinstance(fault, EncodingFault):  # what the clip failed for came first
            self.fail(fault.code, fault.detail)
        if not self.published and self.failure is None:
            code = _PLACE_CODES.get(error.errno or 0, "STORAGE_FAILED")
            self.fail(code, str(error), stage="execution")
        elif self.remark is None:  # something hidden of ours could not be cleared away
            path = self.plan.relative_path
            self.remark = ResultIssue(code="STORAGE_FAILED", path=path, sentence=str(error))

    def _end(self) -> None:
        if self.started_at is not None:
            self.completed_at = now_utc()
            self.seconds = round(monotonic_seconds() - self._begun, 3)

    def _judge_nles(self) -> dict[str, str]:
        if self.verification is None:
            return {}
        expected = self.plan.expected or self.plan.rendering
        return judge_nles(
            self.verification,
            self.plan.clip,
            codec=expected.codec if expected else None,
            output_path=self.plan.output_path,
        )

    def _render_settings(self) -> dict[str, str] | None:
        """Return what Resolve was told, with the folder as it is written."""
        if self.report is None or self.report.render_settings is None:
            return None
        folder = self.plan.work_path[: -len(self.plan.clip.output_name) - 1]
        return {**self.report.render_settings, "TargetDir": folder}

    def _messages(self) -> CapturedText:
        """Return what the engine said; the paths in it as they are written in the JobSpec."""
        if self.report is None:
            return CapturedText(text="", truncated=False)
        said = self.report.stderr
        words = zip(self.plan.command, self.report.executed_command, strict=True)
        text = said.text
        for written, ran in words:
            if written != ran and written not in (FFMPEG, THREADS):
                text = text.replace(ran, written)
        return CapturedText(text=text, truncated=said.truncated)

    def result(self) -> ClipExecutionResult:
        """Return what happened, every key present."""
        plan, report = self.plan, self.report
        witness = report.witness if report else None
        return ClipExecutionResult(
            index=plan.clip.index,
            source=plan.clip.source.path,
            output=OutputFile(path=plan.output_path, relative_path=plan.relative_path),
            status=self.status,
            clip_fingerprint=plan.fingerprint,
            invocation=Invocation(
                kind="ffmpeg" if plan.command else "resolve",
                command=plan.command or None,
                render_settings=self._render_settings(),
                executed_command=report.executed_command if report and plan.command else None,
            ),
            exit_code=report.exit_code if report else None,
            decoded_frames=witness.video.frames if witness else None,
            started_at=self.started_at,
            completed_at=self.completed_at,
            duration_seconds=self.seconds,
            output_size_bytes=self.size_bytes,
            output_sha256=self.sha256,
            verification=self.verification,
            nle_verdicts=self._judge_nles(),
            stderr=self._messages(),
            failure=self.failure,
            replaced_sha256=self.replaced,
            frame_map=frame_map(plan.expected, witness) if plan.expected and witness else None,
        )


class JobRecord:
    """What happens to one job, gathered until it is a result."""

    def __init__(
        self,
        plan: ExecutionPlan,
        here: ExecutionPlan,
        place: JobPlace,
        tools: Tools,
        worker: WorkerIdentity,
    ) -> None:
        """`plan` is told as it is written; `here` has the paths of this machine."""
        self.worker = worker
        self.engine_version = tools.ffmpeg_version if plan.engine == "ffmpeg" else ""
        self._plan = plan
        self._here = here
        self._place = place
        self._tools = tools
        self._clips = {clip.clip.index: ClipRecord(clip) for clip in plan.clips}
        self._unkept: list[ResultIssue] = []
        self._started_at, self._begun = now_utc(), monotonic_seconds()

    def could_not_keep(self, path: Path, error: OSError) -> None:
        """A fact or a file could not be kept with the job: the result will say so."""
        issue = unkept(path, error)
        if issue not in self._unkept:
            self._unkept.append(issue)

    def _path_of(self, index: int) -> str:
        """Where a clip stands in the JobSpec: after a resubmission indices have gaps."""
        return f"clips[{list(self._clips).index(index)}]"

    def clip(self, index: int) -> ClipRecord:
        """Return the record of one clip."""
        return self._clips[index]

    def finished(self) -> JobExecutionResult:
        """The clips have run, up to the first that failed."""
        failing = next((clip.failure for clip in self._clips.values() if clip.failure), None)
        return self._result(failing)

    def stopped(self) -> JobExecutionResult:
        """A person stopped the job between two clips."""
        return self._result(make_failure("ENCODE_STOPPED"))

    def blocked(self, obstacles: tuple[Obstacle, ...]) -> JobExecutionResult:
        """Something stands in the way; no clip has run."""
        issues = []
        for obstacle in obstacles:
            path = "" if obstacle.clip_index is None else self._path_of(obstacle.clip_index)
            failure = make_failure(obstacle.code, obstacle.detail, stage="preflight")
            issues.append(ResultIssue(code=obstacle.code, path=path, sentence=failure.sentence))
            if obstacle.clip_index is not None:
                self._clips[obstacle.clip_index].fail(
                    obstacle.code, obstacle.detail, stage="preflight"
                )
        first = obstacles[0]
        failure = make_failure(first.code, first.detail, stage="preflight")
        return self._result(failure, tuple(issues))

    def refuse(self, code: str, detail: str) -> JobExecutionResult:
        """The job is another's, or done: nothing of it may be touched, not even its result."""
        return self._result(make_failure(code, detail))

    def write(self, result: JobExecutionResult) -> JobExecutionResult:
        """Write the result beside the proxies and, byte-equal, with the job; return it.

        Where the first place cannot be written, the job's copy is the record and says so; where
        the second cannot, what is returned says so.
        """
        result = write_beside(add_issues(result, *self._unkept), self._here, self._place)
        return write_with_job(result, self._place)

    def withhold(self, result: JobExecutionResult) -> JobExecutionResult:
        """Return the result, written nowhere: the record of this job is another's now."""
        path = str(self._place.lock)
        sentence = make_failure("CLAIM_LOST", "this result was not written").sentence
        lost = ResultIssue(code="CLAIM_LOST", path=path, sentence=sentence)
        return add_issues(result, *self._unkept, lost)

    def _result(
        self, failure: Failure | None, issues: tuple[ResultIssue, ...] = ()
    ) -> JobExecutionResult:
        spec, tools = self._plan.spec, self._tools
        clips = tuple(clip.result() for clip in self._clips.values())
        remarks = tuple(clip.remark for clip in self._clips.values() if clip.remark)
        counts = count_clips(clips)
        return JobExecutionResult(
            result_version="1.0",
            job_id=spec.job_id,
            jobspec_fingerprint=self._plan.jobspec_fingerprint,
            profile_fingerprint=self._plan.profile_fingerprint,
            batch=spec.batch,
            label=spec.label,
            retried_from=spec.retried_from,
            status=job_status(counts, failure=failure),
            failure=failure,
            issues=(*issues, *remarks),
            engine=EngineIdentity(
                name=self._plan.engine,
                version=self.engine_version,
                build_sha256=tools.build_sha256() if self._plan.engine == "ffmpeg" else None,
            ),
            prober=tools.prober.version,
            worker=self.worker,
            started_at=self._started_at,
            completed_at=now_utc(),
            duration_seconds=round(monotonic_seconds() - self._begun, 3),
            counts=counts,
            verification_level=spec.execution.verification,
            clips=clips,
            environment_used=EnvironmentUsed(
                path_maps=used_maps(spec, tools.path_maps),
                tool_paths={"ffmpeg": str(tools.ffmpeg)},
                threads=tools.threads,
            ),
        )
