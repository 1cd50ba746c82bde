"""Is a clip's source still what was encoded? And what its look is made of, put where it is read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from proxx_engine import (
    ClipExecutionResult,
    ClipSpec,
    Cube,
    JobExecutionResult,
    JobSpec,
    PathMap,
    RequestError,
    StoredResult,
    hash_samples,
    is_foreign,
    local_path,
    parse_cube,
    plan_job,
    read_font,
    read_jobspec_file,
    read_regular,
)
from sidecar.qc.filters import FONT, TABLE
from sidecar.qc.reasons import NotMeasured
from sidecar.qc.recorded import RecordedPicture
from sidecar.qc.storing import is_plain_name

_JOB, _RESULT = ".job.json", ".result.json"
_MAX_TABLE = 96 * 1024 * 1024


def find_jobspec(stored: StoredResult) -> JobSpec | None:
    """Return the job of a result, if its file lies with one of the copies and is that very job."""
    result = stored.result
    whole = f"{result.label}.{result.job_id}{_JOB}"
    places = {copy.with_name(copy.name.removesuffix(_RESULT) + _JOB) for copy in stored.copies}
    if is_plain_name(whole):
        places |= {copy.with_name(whole) for copy in stored.copies}
    for place in sorted(places):
        spec = _read_job(place, result)
        if spec is not None:
            return spec
    return None


def _read_job(path: Path, result: JobExecutionResult) -> JobSpec | None:
    try:
        spec = read_jobspec_file(path)
        plan = plan_job(spec)
    except (OSError, RequestError):
        return None
    same = plan.jobspec_fingerprint == result.jobspec_fingerprint
    return spec if same and spec.job_id == result.job_id else None


def check_source(
    recorded: RecordedPicture,
    clip: ClipExecutionResult,
    proxy: Path,
    asked: ClipSpec | None,
    maps: Iterable[PathMap],
) -> None:
    """Look whether the source is there, is the one that is told of, and is not the proxy itself.

    With its JobSpec, `asked`, also whether it is still the same. Raises: NotMeasured.
    """
    maps = tuple(maps)
    source = asked.source.path if asked else clip.source
    if recorded.first_file != source:
        raise NotMeasured("QC_COMMAND", f"it reads {recorded.first_file}, the source is {source}")
    here = tuple(local_path(file, maps) for file in (asked.source.files if asked else (source,)))
    size = sum(map(_size_of, here))
    try:
        if asked is None:
            if size == clip.output_size_bytes and _hash(here) == _hash((str(proxy),)):
                raise NotMeasured("SOURCE_CHANGED", f"{here[0]} is the proxy itself")
        elif size != asked.source.size_bytes or _hash(here) != asked.source.sample_sha256:
            raise NotMeasured("SOURCE_CHANGED", source)
    except OSError as error:
        raise NotMeasured("SOURCE_UNREADABLE", f"{error.filename}: {error.strerror}") from error


def _hash(files: tuple[str, ...]) -> str:
    return hash_samples(tuple(map(Path, files)))


def _size_of(path: str) -> int:
    if is_foreign(path):
        raise NotMeasured("SOURCE_MISSING", f"{path} is a path of another system")
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise NotMeasured("SOURCE_MISSING", path) from None
    except (OSError, ValueError) as error:
        raise NotMeasured("SOURCE_UNREADABLE", f"{path}: {error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise NotMeasured("SOURCE_NOT_FILE", path)
    return status.st_size


def place_look(
    recorded: RecordedPicture, spec: JobSpec | None, index: int, maps: Iterable[PathMap], to: Path
) -> None:
    """Write every file that a clip's filters read into the folder `to`, as the job pins it.

    Raises: NotMeasured, OSError.
    """
    reads = recorded.chain.reads
    if not reads:
        return
    if spec is None:
        raise NotMeasured("QC_NO_JOBSPEC", "")
    if TABLE in reads:
        (to / TABLE).write_bytes(_table(spec, maps))
    target = next((clip.target for clip in spec.clips if clip.index == index), None)
    if FONT in reads:
        font = read_font()
        if target is None or hashlib.sha256(font).hexdigest() != target.font_sha256:
            raise NotMeasured("TOOL_FONT_MISSING", "")
        (to / FONT).write_bytes(font)
    for number, burn_in in enumerate(target.burn_in if target else ()):
        (to / f"look.{number}.txt").write_text(burn_in.text or "", "utf-8")


def _table(spec: JobSpec, maps: Iterable[PathMap]) -> bytes:
    lut = spec.profile.look.lut if spec.profile.look else None
    if lut is None:
        raise NotMeasured("QC_COMMAND", "a LUT that the job does not name")
    path = local_path(lut.path, maps)
    if is_foreign(path):
        raise NotMeasured("SOURCE_LUT_MISSING", path)
    try:
        data = read_regular(Path(path), limit=_MAX_TABLE)
    except OSError as error:
        raise NotMeasured("SOURCE_LUT_MISSING", f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise NotMeasured("SOURCE_LUT_CHANGED", path) from error
    cube = parse_cube(data, name=path)
    pinned = hashlib.sha256(data).hexdigest() == lut.sha256
    if not pinned or not isinstance(cube, Cube) or cube.table != lut.table:
        raise NotMeasured("SOURCE_LUT_CHANGED", path)
    return cube.text()
