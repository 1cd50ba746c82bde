"""execute_jobspec(): the one way in which a job is executed.

validate → plan → lock → preflight → each clip in order: reserve, encode in a hidden folder, play
back, verify, make durable, publish → result. The first clip that fails ends the job.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from proxx_engine._engines.choosing import engine_for
from proxx_engine._engines.contract import EncodeReport, Engine, Fault, Workplace
from proxx_engine._engines.resolve.host import ResolveHost
from proxx_engine._engines.resolve.remains import clear_remains as clear_remains
from proxx_engine.errors import EncodingFault, ProbeError
from proxx_engine.journal import Event, JobPlace, Journal, has_begun
from proxx_engine.outputs import publish_output, replaced_by, reserve_output
from proxx_engine.phase1_lock import assert_phase1_compliance
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_here, plan_job
from proxx_engine.preflight import Obstacle, look_before, source_changes
from proxx_engine.recording import ClipRecord, JobRecord
from proxx_engine.result_files import add_issues, unkept
from proxx_engine.results.checks import VerificationReport
from proxx_engine.results.execution_results import JobExecutionResult, ResultIssue, WorkerIdentity
from proxx_engine.spec.decoding import encode_json
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.system.durability import sync_file
from proxx_engine.system.files import hash_file, make_private_folder, remove_tree
from proxx_engine.system.locks import (
    LockRecord,
    claim_folder,
    read_lock,
    release_lock,
    take_lock,
)
from proxx_engine.system.stopping import StopFlags
from proxx_engine.system.tools import Tools
from proxx_engine.verification import (
    NO_OUTPUT,
    Seen,
    failure_code_of,
    verify_conforms,
    verify_exists,
)
from proxx_engine.verification.rendered import verify_rendered


@dataclass(frozen=True, slots=True)
class _Run:
    plan: ExecutionPlan
    """As written."""
    here: ExecutionPlan
    """With the paths of this machine."""
    tools: Tools
    stop: StopFlags
    journal: Journal
    place: JobPlace
    lock: LockRecord
    engine: Engine | None

    def is_lost(self) -> bool:
        """Whether the right to the job is no longer ours. Raises: OSError."""
        return self.stop.lost or read_lock(self.place.lock) != self.lock


def execute_jobspec(
    spec: JobSpec,
    *,
    tools: Tools,
    worker: WorkerIdentity,
    stop: StopFlags,
    journal_path: Path,
    resolve_host: ResolveHost | None = None,
    no_resolve: str = "",
) -> JobExecutionResult:
    """Execute one job and return what happened, which is also written beside the proxies.

    `journal_path` names the job's journal (`X.journal.jsonl`); lock, log and the job's own copy
    of the result get their names from it. `stop` is polled. `resolve_host` is the Resolve that
    camera-raw jobs need, by itself or from afar; without one they say TOOL_RESOLVE_MISSING, with
    the reason `no_resolve`.
    Raises: JobSpecValidationError with every problem, before anything is touched; OSError when
    the job's own folder cannot be written before the job began. What happens to a job that began
    is data, and so is what could not be kept of it.
    """
    assert_phase1_compliance()
    plan = plan_job(spec)
    here = plan_here(plan, tools.path_maps)
    place = JobPlace(journal_path)
    record = JobRecord(plan, here, place, tools, worker)
    if os.path.lexists(place.result):
        return record.refuse("CLAIM_SETTLED", str(place.result))
    lock = take_lock(place.lock)
    if lock is None:
        return record.refuse("CLAIM_LOCKED", str(place.lock))
    try:
        # Looked at again: another process may have begun and ended between the look and the lock.
        if os.path.lexists(place.result):
            return record.refuse("CLAIM_SETTLED", str(place.result))
        if has_begun(place.journal):
            return record.refuse("CLAIM_INTERRUPTED", str(place.journal))
        journal = Journal(place.journal)
        engine = engine_for(plan, resolve_host)
        run = _Run(plan, here, tools, stop, journal, place, lock, engine)
        journal.note("lock_taken", owner=asdict(lock.owner), nonce=lock.nonce)
        result = _conclude(run, record, _run_job(run, record, no_resolve))
    finally:
        left_behind = _let_go(place, lock)
    return add_issues(result, *left_behind)


def look_at_resolve(spec: JobSpec, host: ResolveHost) -> Obstacle | None:
    """Return what of Resolve stands in a raw job's way, and may be otherwise later (RENDER_).

    Another project is open, or none; its user renders; it answers nothing. Changes nothing.
    """
    plan = plan_job(spec)
    engine = engine_for(plan, host)
    for fault in engine.look(plan) if engine is not None else ():
        if fault.code not in _OF_THE_JOB:
            return Obstacle(fault.code, fault.detail, None)
    return None


_OF_THE_JOB = frozenset({"RENDER_CODEC_MISSING", "RENDER_LOOK_REFUSED"})
"""What an engine's look finds that no waiting mends."""


def _conclude(run: _Run, record: JobRecord, result: JobExecutionResult) -> JobExecutionResult:
    """Keep the result with the job, unless the job has become another's."""
    with suppress(OSError):  # a lock that cannot be read: nothing that stands is replaced anyway
        if run.is_lost():
            return record.withhold(result)
    _note(run, record, "job_finished", status=result.status)
    return record.write(result)


def _note(run: _Run, record: JobRecord, event: Event, **facts: Any) -> None:
    """Note what the result tells as well: where that cannot be kept, the result says so."""
    try:
        run.journal.note(event, **facts)
    except OSError as error:
        record.could_not_keep(run.place.journal, error)


def _let_go(place: JobPlace, lock: LockRecord) -> tuple[ResultIssue, ...]:
    """Release the job's lock if it is ours; tell what the disk did not let us do.

    A job that began and has no result keeps its lock: it is settled, never run again.
    """
    path = place.lock
    try:
        begun = has_begun(place.journal)
        if read_lock(path) != lock or (begun and not os.path.lexists(place.result)):
            return ()
        with ExitStack() as last:
            last.callback(release_lock, path, lock)
            if begun:
                path = place.journal
                Journal(path).note("lock_released")
            path = place.lock
    except OSError as error:
        return (unkept(path, error),)
    return ()


def _run_job(run: _Run, record: JobRecord, no_resolve: str) -> JobExecutionResult:
    spec = run.plan.spec
    run.journal.note(
        "job_started", job_id=spec.job_id, clips=len(spec.clips), worker=record.worker.id
    )
    engine = run.engine
    obstacles = look_before(run.plan, run.tools, no_resolve=None if engine else no_resolve)
    if not obstacles and engine is not None:
        faults = engine.look(run.here)
        obstacles = tuple(Obstacle(fault.code, fault.detail, None) for fault in faults)
    if obstacles or engine is None:
        return record.blocked(obstacles)
    record.engine_version = engine.identify(run.tools)
    run.tools.begin_build_hash()
    for clip in run.here.clips:
        if run.stop.soft or run.stop.hard:
            return record.stopped()
        clip_record = record.clip(clip.clip.index)
        _run_clip(run, engine, clip, clip_record, record)
        if clip_record.failure is not None:
            break
    return record.finished()


def _run_clip(
    run: _Run, engine: Engine, clip: ClipPlan, record: ClipRecord, job: JobRecord
) -> None:
    """Make, prove and publish one proxy; a failure goes into the record."""
    index = clip.clip.index
    record.start()
    written = record.plan
    source, work = written.clip.source.path, written.work_path
    _note(run, job, "clip_started", index=index, source=source, work=work)
    try:
        _require_claim(run)
        with ExitStack() as undo:
            reserve_output(clip, Path(run.here.spec.output.directory), undo)
            place = _workplace(run, undo)
            report = _encode(run, engine, clip, place, record)
            record.verified(_verify(run, engine, clip, place, report))
            run.journal.note("clip_verified", index=index)
            _publish(run, clip, record)
    except EncodingFault as fault:
        record.fail(fault.code, fault.detail)
    except OSError as error:
        record.hindered(error)
    if record.failure is not None:
        _note(run, job, "clip_failed", index=index, code=record.failure.code)


def _require_claim(run: _Run) -> None:
    if run.is_lost():
        raise EncodingFault("CLAIM_LOST", str(run.place.lock))


def _workplace(run: _Run, undo: ExitStack) -> Workplace:
    """Make the job's hidden folder; one that a dead process left is made anew."""
    folder = Path(run.here.work_folder)
    witnesses = folder / ".witnesses"
    if not claim_folder(folder):
        raise EncodingFault("OUTPUT_CLAIMED", f"{folder} is there already")
    undo.callback(remove_tree, folder)
    make_private_folder(witnesses)
    return Workplace(witnesses, run.place.log, run.plan.spec.execution, run.stop)


def _encode(
    run: _Run, engine: Engine, clip: ClipPlan, place: Workplace, record: ClipRecord
) -> EncodeReport:
    report = engine.encode(clip, place, run.tools)
    record.encoded(report)
    run.journal.note("clip_encoded", index=clip.clip.index, exit_code=report.exit_code)
    if report.fault is not None:
        raise EncodingFault(report.fault.code, report.fault.detail)
    return report


def _verify(
    run: _Run, engine: Engine, clip: ClipPlan, place: Workplace, report: EncodeReport
) -> VerificationReport:
    """Compare the hidden file with what its source promises."""
    hidden = Path(clip.work_path)
    size = hidden.stat().st_size if hidden.exists() else 0
    if size == 0:
        raise EncodingFault("VERIFY_MISSING", str(hidden))
    for obstacle in source_changes(clip):
        raise EncodingFault(obstacle.code, f"while it was read: {obstacle.detail}")
    if run.plan.spec.execution.verification == "exists":
        return verify_exists(size)
    played = engine.play(clip, place, run.tools)
    if isinstance(played, Fault):
        raise EncodingFault(played.code, played.detail)
    try:
        facts = run.tools.prober.probe(hidden)
    except ProbeError as error:
        raise EncodingFault("VERIFY_CONTAINER", error.detail) from error
    if clip.rendering is not None:
        return verify_rendered(clip.rendering, played, facts, size_bytes=size)
    video, expected = clip.clip.source.video, clip.expected
    assert video is not None
    assert expected is not None
    assert report.witness is not None
    seen = Seen(video.promised_frames, report.witness, played, facts, size)
    return verify_conforms(expected, seen)


def _publish(run: _Run, clip: ClipPlan, record: ClipRecord) -> None:
    """Give the proven file its final name, durable before and after."""
    report = record.verification
    assert report is not None
    failing = report.first_failing()
    if failing is not None:
        code = failure_code_of(failing)
        detail = f"{failing.name}: expected {failing.expected}, found {failing.actual}"
        raise EncodingFault(code, NO_OUTPUT if failing.name == "file" else detail)
    hidden = Path(clip.work_path)
    sync_file(hidden)
    record.replaced = replaced_by(clip)
    record.finish(size_bytes=hidden.stat().st_size, sha256=hash_file(hidden))
    run.journal.note(
        "publishing", index=clip.clip.index, clip=encode_json(record.result()).decode()
    )
    _require_claim(run)
    try:
        publish_output(clip, replaced=record.replaced)
    except EncodingFault as fault:
        record.fail(fault.code, fault.detail, stage="publication")
        return
    record.published = True
    run.journal.note("published", index=clip.clip.index)
