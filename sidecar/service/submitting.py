"""A JobSpec becomes a job: checked, into the storage, the table and the queue, in that order.

Whatever breaks between two of these, nothing is lost and no job runs twice: a JobSpec without a row
is nothing yet, a row without an entry waits and is shown.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from proxx_engine import (
    ExecutionPlan,
    Issue,
    JobSpec,
    JobSpecValidationError,
    PlaceError,
    ProxxError,
    RequestError,
    decode_jobspec,
    plan_job,
)
from sidecar.service.keys import jobspec_key, upload_key
from sidecar.service.parts import Parts
from sidecar.service.roots import Roots
from sidecar.service.rows import PIPELINES, NewJob, PipelineId

MAX_JOBSPEC_BYTES = 64 * 1024 * 1024
"""The engine reads no larger one."""
MAX_STRIDE = MAX_PICTURES = 1_000_000
"""What `proxx qc` takes at most."""
MOST_ISSUES = 200
"""So many are told of one JobSpec; an image sequence has more files than anybody reads."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
Kind = Literal["conflict", "no_job", "not_completed", "no_upload"]


class Refused(ProxxError):
    """What was asked for does not go with what is there."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        self.kind = kind
        self.sentence = sentence
        super().__init__(kind, sentence)


class NotEntered(PlaceError):
    """The job is in the table, and the queue did not take its id."""

    def __init__(self, job_id: str, cause: PlaceError) -> None:
        self.job_id = job_id
        sentence = f"job {job_id} is in the table and waits without an entry in the queue"
        super().__init__(cause.code, f"{sentence}; `proxx queue refill` enters it ({cause.detail})")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job that there is now."""

    job_id: str
    is_new: bool
    """False where the same JobSpec was submitted before."""


def is_job_id(text: str) -> bool:
    """Whether a text can be a job's id, or an upload's; nothing else becomes a part of a key."""
    return _ID.fullmatch(text) is not None


def submit_jobspec(parts: Parts, data: bytes) -> Submitted:
    """Submit a JobSpec as it is; the same one again is the same job.

    Raises: JobSpecValidationError with every problem found; Refused (conflict); PlaceError, of
    which NotEntered says that there is a job.
    """
    spec = checked_jobspec(data, parts.settings.roots)
    parts.queue.look()
    key = jobspec_key(spec.job_id)
    _store(parts, key, data, spec)
    is_new = parts.table.submit(NewJob(spec.job_id, input_path=key))
    if is_new:
        _enter(parts, spec.job_id)
    else:
        row = parts.table.row(spec.job_id)
        if row is not None and (row.pipeline_id, row.input_path) != ("proxy", key):
            raise Refused("conflict", f"job {spec.job_id} is another job")
    return Submitted(spec.job_id, is_new)


def read_upload(parts: Parts, upload_id: str) -> bytes:
    """Return a JobSpec that was uploaded, not looked at.

    Raises: JobSpecValidationError where it is too large for one; Refused (no_upload); PlaceError.
    """
    if not is_job_id(upload_id):
        raise Refused("no_upload", f"there is no upload {upload_id[:80]!a}")
    try:
        return parts.storage.read(upload_key(upload_id), limit=MAX_JOBSPEC_BYTES)
    except FileNotFoundError:
        raise Refused("no_upload", f"there is no upload {upload_id}") from None
    except ValueError:
        sentence = f"the upload is larger than the {MAX_JOBSPEC_BYTES:,} bytes of any JobSpec"
        raise JobSpecValidationError((Issue("SPEC_TOO_LARGE", "", sentence),)) from None


def submit_qc(
    parts: Parts, result_of: str, *, frame_stride: int, max_frames: int | None
) -> Submitted:
    """Submit the measuring of a job that is completed; each time a job of its own.

    Raises: RequestError; Refused (no_job, not_completed); PlaceError, as `submit_jobspec`.
    """
    issues = tuple(qc_problems(frame_stride, max_frames))
    if issues:
        raise RequestError(issues)
    parts.queue.look()
    row = parts.table.row(result_of) if is_job_id(result_of) else None
    if row is None:
        raise Refused("no_job", f"there is no job {result_of[:80]!a}")
    if row.pipeline_id != "proxy":
        raise Refused("not_completed", f"job {result_of} makes no proxies that could be measured")
    if row.status != "completed":
        raise Refused("not_completed", f"job {result_of} is {row.status}, not completed")
    new = NewJob(
        str(uuid.uuid4()),
        input_path=row.input_path,
        pipeline_id="qc",
        frame_stride=frame_stride,
        max_frames=max_frames,
    )
    if not parts.table.submit(new):
        raise Refused("conflict", f"job {new.job_id} is another job")
    _enter(parts, new.job_id)
    return Submitted(new.job_id, is_new=True)


def known_pipeline(name: str) -> PipelineId:
    """Return a pipeline by its name. Raises: RequestError."""
    for known in PIPELINES:
        if name == known:
            return known
    sentence = f"expected {' or '.join(PIPELINES)}, found {name[:80]!a}"
    raise RequestError((Issue("SPEC_UNKNOWN_VALUE", "pipeline_id", sentence),))


def checked_jobspec(data: bytes, roots: tuple[str, ...]) -> JobSpec:
    """Read a JobSpec that this service may run. Raises: JobSpecValidationError with every problem
    found.
    """
    spec = decode_jobspec(data)
    issues: list[Issue] = []
    plan: ExecutionPlan | None = None
    try:
        plan = plan_job(spec)
    except JobSpecValidationError as error:
        issues += error.issues
    if plan is not None and plan.engine != "ffmpeg":
        sentence = f"the job needs {plan.engine}; the service runs FFmpeg jobs"
        issues.append(Issue("ROUTE_WRONG_FOLDER", "clips", sentence))
    issues += _outside_roots(spec, plan, Roots(roots))
    if len(issues) > MOST_ISSUES:
        left = len(issues) - MOST_ISSUES
        more = Issue(issues[MOST_ISSUES].code, "", f"and {left} more problems")
        issues = [*issues[:MOST_ISSUES], more]
    if issues:
        raise JobSpecValidationError(tuple(issues))
    return spec


def _outside_roots(spec: JobSpec, plan: ExecutionPlan | None, roots: Roots) -> Iterator[Issue]:
    told: set[str] = set()
    for at, path in _opened(spec, plan):
        if at not in told and not roots.hold(path):
            told.add(at)
            sentence = f"found {path[:400]!a}, which lies below none of the service's roots"
            yield Issue("SPEC_OUTSIDE_ROOT", at, sentence)


def _opened(spec: JobSpec, plan: ExecutionPlan | None) -> Iterator[tuple[str, str]]:
    """Yield whatever a job opens: the field that names it, and its path as written."""
    for position, clip in enumerate(spec.clips):
        at = f"clips[{position}]"
        # Sound that was recorded apart is one of the files too.
        yield f"{at}.source.path", clip.source.path
        for number, file in enumerate(clip.source.files):
            yield f"{at}.source.files[{number}]", file
    yield "output.directory", spec.output.directory
    look = spec.profile.look
    if look is not None and look.lut is not None:
        yield "profile.look.lut.path", look.lut.path
    # Proxies lie below the folder; what is hidden meanwhile may lie beside it.
    if plan is not None:
        yield "output.directory", plan.work_folder
        yield "output.directory", plan.result_path


def qc_problems(frame_stride: int, max_frames: int | None) -> Iterator[Issue]:
    """Yield what is wrong with the numbers of a measuring."""
    if not 1 <= frame_stride <= MAX_STRIDE:
        sentence = f"expected 1 to {MAX_STRIDE:,}, found {frame_stride}"
        yield Issue("SPEC_OUT_OF_RANGE", "frame_stride", sentence)
    if max_frames is not None and not 1 <= max_frames <= MAX_PICTURES:
        sentence = f"expected 1 to {MAX_PICTURES:,} or none, found {max_frames}"
        yield Issue("SPEC_OUT_OF_RANGE", "max_frames", sentence)


def _store(parts: Parts, key: str, data: bytes, spec: JobSpec) -> None:
    try:
        parts.storage.put_new(key, data)
    except FileExistsError:
        stored = parts.storage.read(key, limit=MAX_JOBSPEC_BYTES)
        # The same one may be written in another way: with other spaces, other order of keys.
        if stored != data and not _is_same(stored, spec):
            sentence = f"another JobSpec was submitted as job {spec.job_id}; it is unchanged"
            raise Refused("conflict", sentence) from None


def _is_same(stored: bytes, spec: JobSpec) -> bool:
    try:
        return decode_jobspec(stored) == spec
    except JobSpecValidationError:
        return False


def _enter(parts: Parts, job_id: str) -> None:
    try:
        parts.queue.push(job_id)
    except PlaceError as error:
        raise NotEntered(job_id, error) from error
